"""The memory of a web process while large files and decompression bombs come in, by what the system counts (`VmHWM`).

A curator sends a video in pieces and as one plain form, then a large picture, fetches what was made of the video, and
sends bombs. A server that has served each road once with a small file is measured: what it held then is the baseline.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from django.urls import reverse

from advocacy.local import programs
from advocacy.local.supervisor import Supervisor
from campaigns.models import ItemKind
from tests.benchmarks.figures import Figure
from tests.benchmarks.media_doors import FORM, Door, HttpDoor, Memory, family, form_with
from tests.benchmarks.media_files import Bomb, bombs, large_picture, large_video
from tests.benchmarks.sizes import Size
from tests.benchmarks.stage import Stage, StageTrouble
from tests.campaigns import world
from tests.campaigns.views.curator import Curator, curator

MOST_GROWTH = 32.0  # MB over what the process held before; a file of 200 MB in its memory would show
MOST_FOR_SIZE = 6.0  # MB more at its peak for a video four times as large: flat, and what a measurement swings by
WARM = 2_000_000  # bytes: enough for Django to lay a file on the disk
PATIENCE = 150.0  # seconds until a worker has opened a file


@dataclass
class Seen:
    """Megabytes, and the sentence that each bomb got."""

    before: float = 0.0
    after: float = 0.0
    peaks: dict[str, float] = field(default_factory=dict)
    sentences: dict[str, str] = field(default_factory=dict)

    @property
    def peak(self) -> float:
        return max(self.peaks.values())


@dataclass(frozen=True)
class Walk:
    """One curator's roads for files, through a door. `story` is the story that carries them."""

    door: Door
    slug: str
    story: str
    folder: Path

    def all(self, size: Size, sent_to_hurt: Sequence[Bomb]) -> Seen:
        """Files are made first: where the application is this process, making them is none of what is measured."""
        seen, memory = Seen(), self.door.memory
        video = large_video(self.folder / "video.mp4", size.video_bytes)
        picture = large_picture(self.folder / "picture.png", size.picture_bytes)
        small = large_video(self.folder / "small.mp4", WARM), large_picture(self.folder / "small.png", WARM)
        for _name, road in self.roads(*small):
            road()
        seen.before = memory.now()
        for name, road in self.roads(video, picture):
            seen.peaks[name] = self.measured(road)
        for bomb in sent_to_hurt:
            seen.peaks[bomb.name] = self.measured(lambda bomb=bomb: seen.sentences.update(self.refused(bomb)))  # type: ignore[misc]
        seen.after = memory.now()
        return seen

    def of_video(self, size: int) -> float:
        """The peak while a video of so many bytes goes its roads: in pieces, as one form, and back."""
        video = large_video(self.folder / "video.mp4", size)
        return max(self.measured(road) for road in (partial(one, video) for one in self.of_videos()))

    def of_videos(self) -> tuple[Callable[[Path], None], ...]:
        return self.in_pieces, self.as_form, self.fetched

    def measured(self, road: Callable[[], object]) -> float:
        self.door.memory.forget_peak()
        road()
        return self.door.memory.peak()

    def roads(self, video: Path, picture: Path) -> Iterator[tuple[str, Callable[[], object]]]:
        yield "in pieces", lambda: self.in_pieces(video)
        yield "as one form", lambda: self.as_form(video)
        yield "fetched", lambda: self.fetched(video)
        yield "as a picture", lambda: self.picture(picture)

    # --- roads --------------------------------------------------------------------------------------------------

    def in_pieces(self, path: Path) -> None:
        typed = urlencode({"name": path.name, "size": path.stat().st_size, "alt_text": "Noise"}).encode()
        said = self._send("item_file_begin", io.BytesIO(typed), "application/x-www-form-urlencoded")
        begun = json.loads(said)
        address = self._address("item_file_piece", begun["upload"])
        at = 0
        with path.open("rb") as file:
            while piece := file.read(begun["piece"]):
                answer = self.door.send(f"{address}?at={at}", io.BytesIO(piece), "application/octet-stream")
                at = json.loads(answer.text)["received"]
        self._taken()

    def as_form(self, path: Path) -> None:
        self._send_form("item_file", path, alt_text="Noise")
        self._taken()

    def fetched(self, path: Path) -> None:
        """What was made has the same frames, so about the same size."""
        shown = BeautifulSoup(self._opened(), "html.parser").find("video")
        if shown is None:
            raise StageTrouble("The story shows no video.")
        bytes_there = self.door.size_of(str(shown["src"]))
        if not 0.9 < bytes_there / path.stat().st_size < 1.1:
            raise StageTrouble(f"{bytes_there} bytes came back.")

    def picture(self, path: Path) -> str:
        form = form_with(path, self.folder / "form", field="upload", kind=ItemKind.PICTURE, title="Noise")
        with form.open("rb") as body:
            return self.door.send(reverse("item_new", args=[self.slug]), body, FORM).text

    def refused(self, bomb: Bomb) -> dict[str, str]:
        path = self.folder / "bomb"
        path.write_bytes(bomb.content)
        page = self.picture(path) if bomb.is_picture else self._send_form("item_file", path) and self._opened()
        told = BeautifulSoup(page, "html.parser").find(string=re.compile(bomb.words))
        return {bomb.name: " ".join(str(told or "").split())}

    # --- steps --------------------------------------------------------------------------------------------------

    def _address(self, name: str, *args: str) -> str:
        return reverse(name, args=[self.slug, self.story, *args])

    def _send(self, name: str, body: io.BytesIO | io.BufferedReader, content_type: str) -> str:
        answer = self.door.send(self._address(name), body, content_type)
        if answer.status != 200:
            raise StageTrouble(f"{name} answered {answer.status}: {answer.text[:300]}")
        return answer.text

    def _send_form(self, name: str, path: Path, **typed: str) -> str:
        with form_with(path, self.folder / "form", field="upload", **typed).open("rb") as body:
            return self._send(name, body, FORM)

    def _opened(self) -> str:
        """The part of the story's page about its file, once no worker is at it any more."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.door.let_work()
            part = self.door.get(self._address("item_file")).text
            if "we are preparing it" not in part:
                return part
            time.sleep(0.2)
        raise StageTrouble("No worker opened what was sent.")

    def _taken(self) -> None:
        part = BeautifulSoup(self._opened(), "html.parser")
        refusal = part.select_one("#item-file > p > strong")
        if refusal is not None or part.find("video") is None:
            raise StageTrouble(f"A good video was not taken: {refusal.get_text() if refusal else 'no word'}")


def walk_of(working: Curator, door: Door, folder: Path) -> Walk:
    with working.acting():
        story = world.item(working.member)
    return Walk(door, working.organization.slug, story.public_id, folder)


def measure(ready: Stage, size: Size) -> Iterator[Figure]:
    working = curator("Media")
    beside = (programs.web(ready.place, workers=1), programs.work_worker(), programs.beat(ready.place))
    with (
        Supervisor(beside, folder=ready.place.folder / "logs", environment=ready.environment) as running,
        TemporaryDirectory(prefix="media-", dir=ready.place.folder) as folder,
    ):
        running.start()
        if not programs.wait_for_web(ready.place):
            running.report("web")
            raise StageTrouble("The web server did not answer; the end of its log stands above.")
        memory = Memory(family(running.pid("web") or 0))
        door = HttpDoor(ready.place.address, working.browser, memory)
        door.get(reverse("item_new", args=[working.organization.slug]))  # its form brings the token for all others
        walk = walk_of(working, door, Path(folder))
        seen = walk.all(size, bombs(Path(folder)))
        yield _flat(walk.of_video(size.video_bytes // 4), walk.of_video(size.video_bytes), size)
        worker = Memory(family(running.pid("work") or 0))
        yield _figure(seen, size, worker_peak_mb=round(worker.peak(), 1))


def _flat(quarter: float, whole: float, size: Size) -> Figure:
    """After all other roads were gone: what was asked for once, and kept, is in both."""
    return Figure(
        "media: what a video four times as large asks for more",
        whole - quarter,
        "MB",
        quarter,
        f"<= {MOST_FOR_SIZE:g} MB",
        whole - quarter <= MOST_FOR_SIZE,
        {"video_mb": [round(size.video_bytes / 4e6, 1), round(size.video_bytes / 1e6, 1)]},
    )


def _figure(seen: Seen, size: Size, **more: object) -> Figure:
    return Figure(
        "media: a web process at its peak",
        seen.peak,
        "MB",
        seen.before,
        f"<= {MOST_GROWTH:g} MB over what it held before, every bomb refused in a sentence",
        seen.peak - seen.before <= MOST_GROWTH and all(seen.sentences.values()),
        {
            "after_mb": round(seen.after, 1),
            "video_mb": round(size.video_bytes / 1e6, 1),
            "picture_mb": round(size.picture_bytes / 1e6, 1),
            "peaks_mb": {name: round(peak, 1) for name, peak in seen.peaks.items()},
            "bombs": seen.sentences,
            **more,
        },
    )
