"""What one server of a network with many takes, in its own words, where that differs from what the network declares.

Plain frozen values and pure functions. A figure that a server leaves out, or that cannot be meant, is None: the
declared one holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.utils.translation import gettext

from integrations.networks.media import Medium, Picture, Video
from integrations.networks.outcomes import Problem

if TYPE_CHECKING:
    from integrations.networks.base import Limits

# Between what and what a figure can be meant. The most of a text is what a draft holds here.
SENSIBLE: Mapping[str, range] = {
    "text": range(50, 100_001),
    "address": range(10, 201),
    "pictures": range(1, 101),
    "alt_text": range(50, 100_001),
    "picture_bytes": range(50_000, 10**10),
    "picture_pixels": range(10_000, 10**10),
    "video_bytes": range(50_000, 10**11),
    "video_pixels": range(10_000, 10**10),
}


CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")
MOST_TYPES = 200  # a list beyond that is not meant


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """`server` is its base address. `text` in the network's own count, `address` what each address counts in it,
    pixels as width times height; `types` are the content types it takes, none where it names none.

    `picture_bytes` bounds a GIF alone, which is one of a server's pictures: a still one is kept here small enough for
    every network, and one that a server finds too large all the same is refused when it is brought there.
    """

    server: str
    text: int | None = None
    address: int | None = None
    pictures: int | None = None
    alt_text: int | None = None
    picture_bytes: int | None = None
    picture_pixels: int | None = None
    video_bytes: int | None = None
    video_pixels: int | None = None
    types: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """The server as people call it; one below a path, as only the sandbox has them, with that path."""
        parts = urlsplit(self.server)
        return (parts.netloc + parts.path).rstrip("/")

    def takes(self, content_type: str) -> bool:
        return not self.types or content_type in self.types

    def kept(self) -> dict[str, Any]:
        """As JSON holds it, without what the server did not say."""
        said = {name: value for name, value in asdict(self).items() if value}
        del said["server"]
        return said


def told_by(server: str, said: Mapping[str, object]) -> ServerLimits:
    """From what the server said, or what was kept of it: only what can be meant."""
    figures = {name: _sensible(name, said.get(name)) for name in SENSIBLE}
    types = said.get("types")
    named = types if isinstance(types, Sequence) and not isinstance(types, str) and len(types) <= MOST_TYPES else ()
    meant = {one for one in named if isinstance(one, str) and CONTENT_TYPE.fullmatch(one)}
    return ServerLimits(server, **figures, types=tuple(sorted(meant)))


def says_something(there: ServerLimits) -> bool:
    return any(getattr(there, one.name) for one in fields(there) if one.name != "server")


def _sensible(name: str, value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value in SENSIBLE[name] else None


def limits_there(declared: Limits, there: ServerLimits) -> Limits:
    """The declared limits with what this server says of its own.

    A kind of file that it does not name, it does not take; one that we do not declare has no road, whatever it names.
    """
    types = tuple(kind for kind in declared.picture_types if there.takes(kind))
    animation, video = declared.animation, declared.video
    if animation is not None:  # a GIF is one of a server's pictures
        size = there.picture_bytes or animation.bytes
        words = there.alt_text or animation.alt_text
        pixels = min(filter(None, (animation.pixels, there.picture_pixels)), default=0)
        one_gif = replace(animation, bytes=size, alt_text=words, pixels=pixels)
        animation = one_gif if there.takes("image/gif") else None
    if video is not None:
        size, words = there.video_bytes or video.bytes, there.alt_text or video.alt_text
        one = replace(video, bytes=size, alt_text=words, pixels=there.video_pixels or video.pixels)
        video = one if there.takes("video/mp4") else None
    return replace(
        declared,
        text=there.text or declared.text,
        pictures=there.pictures or declared.pictures,
        picture_types=types or declared.picture_types,
        alt_text=there.alt_text or declared.alt_text,
        animation=animation,
        video=video,
    )


def pixel_problems(there: ServerLimits, media: Sequence[Medium]) -> list[Problem]:
    """Which pictures and videos have more pixels than this server opens; a GIF's are among its limits."""
    problems: list[Problem] = []
    for number, one in enumerate(media, start=1):
        most = there.video_pixels if isinstance(one, Video) else there.picture_pixels
        if most is None or not isinstance(one, Picture | Video) or one.width * one.height <= most:
            continue
        names = {"server": there.host, "number": number, "width": one.width, "height": one.height}
        if isinstance(one, Picture):
            sentence = gettext("%(server)s takes no picture as large as number %(number)d (%(width)d × %(height)d).")
        else:
            sentence = gettext("%(server)s takes no file as large as this one (%(width)d × %(height)d).")
        problems.append(Problem("too_many_pixels", sentence % names))
    return problems
