"""Runs the decoder of strangers' videos, GIFs and PDFs in a process of its own, with caps on all that it may use.

Call it outside any transaction: it may take minutes. Files go from disk to disk; nothing is decoded in this process.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from integrations.networks.renditions import VideoWanted
from integrations.picture_process import Undecodable, read_answer

PROGRAM = Path(__file__).with_name("media_cage") / "program.py"
MOST_PIXELS = 9_500_000  # of a video's frame: 4096 × 2304
MOST_SECONDS = 1_800  # of a video: LinkedIn's half an hour
MOST_PAGES = 300  # of a PDF: LinkedIn's
LONGEST_SIDE = 1_920
BREATH = 20.0  # seconds by the clock, after which whoever waits says that they still do


class Kind(StrEnum):
    """What a file is, by its first bytes; its name and what a browser says of it are nobody's proof."""

    PICTURE = "picture"
    GIF = "gif"
    VIDEO = "video"
    PDF = "pdf"


# Address space, which counts libraries and reserved pages too, in bytes.
MEMORY = {Kind.GIF: 1_000_000_000, Kind.VIDEO: 2_000_000_000, Kind.PDF: 1_500_000_000}
# By the clock. Encoding an hour's video takes its time, and nobody waits for it in front of a page.
SECONDS = {Kind.GIF: 60, Kind.PDF: 60}
CPU_SECONDS = {Kind.GIF: 30, Kind.PDF: 30}
# A library that gets no more memory ends its program by itself; a system that has none left ends it too.
DIED_OF: dict[int, str] = {signal.SIGXCPU: "too_slow", signal.SIGABRT: "too_much", signal.SIGKILL: "too_much"}


@dataclass(frozen=True, slots=True)
class DecodedFile:
    """What was made, in the folder that was given: the file, and a JPEG of how it begins."""

    made: Path
    poster: Path
    content_type: str
    width: int
    height: int
    seconds: int
    pages: int


def kind_of(file: BinaryIO) -> Kind:
    """Reads the first kilobyte and goes back to the start."""
    file.seek(0)
    begins = file.read(1_024)
    file.seek(0)
    if begins[4:8] == b"ftyp" or begins[:4] == b"\x1a\x45\xdf\xa3" or begins[4:8] in (b"moov", b"mdat", b"wide"):
        return Kind.VIDEO
    if begins[:6] in (b"GIF87a", b"GIF89a"):
        return Kind.GIF
    return Kind.PDF if b"%PDF-" in begins else Kind.PICTURE


def decoded_file(
    source: Path, kind: Kind, folder: Path, *, most_bytes: int, still_waiting: Callable[[], None]
) -> DecodedFile:
    """In the form that networks take, without metadata; or `Undecodable`. `folder` is empty and the caller's.

    `still_waiting` is called every `BREATH`; what it raises ends the program.
    """
    limits = (most_bytes, MOST_PIXELS, MOST_SECONDS, MOST_PAGES, LONGEST_SIDE, most_bytes)
    return _made(kind, kind, source, folder, limits, still_waiting)


def smaller_video(
    source: Path, wanted: VideoWanted, folder: Path, *, seconds: int, still_waiting: Callable[[], None]
) -> DecodedFile:
    """Of a video or a GIF that we keep, of so many seconds, a video within what is wanted; or `Undecodable`."""
    limits = (wanted.bytes, wanted.pixels or MOST_PIXELS, seconds, MOST_PAGES, LONGEST_SIDE, 2 * wanted.bytes)
    return _made("rendition", Kind.VIDEO, source, folder, limits, still_waiting)


def _made(
    what: str, kind: Kind, source: Path, folder: Path, limits: tuple[int, ...], still_waiting: Callable[[], None]
) -> DecodedFile:
    most = SECONDS.get(kind, settings.MEDIA_PREPARING_SECONDS)
    cpu = CPU_SECONDS.get(kind, most * (os.cpu_count() or 1))
    words = (what, str(source), str(folder), *map(str, (MEMORY[kind], cpu, *limits)))
    code, answer = _waited_for([sys.executable, "-I", str(PROGRAM), *words], most, still_waiting)
    told = read_answer(answer)
    if "refused" in told:
        raise Undecodable(DIED_OF.get(-code) or str(told["refused"]))
    sizes = {name: int(str(told[name])) for name in ("width", "height", "seconds", "pages")}
    return DecodedFile(folder / "made", folder / "poster", str(told["content_type"]), **sizes)


def _waited_for(command: list[str], most: float, still_waiting: Callable[[], None]) -> tuple[int, bytes]:
    """The program's exit code and answer."""
    ends = time.monotonic() + most
    with subprocess.Popen(  # noqa: S603  # our own program, with paths and numbers of our own
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    ) as program:
        try:
            while True:
                left = ends - time.monotonic()
                if left <= 0:
                    raise Undecodable("too_slow")
                with contextlib.suppress(subprocess.TimeoutExpired):
                    answer, _none = program.communicate(timeout=min(left, BREATH))
                    return program.returncode, answer
                still_waiting()
        except BaseException:
            program.kill()
            raise
