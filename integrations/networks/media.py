"""The files of a post, each by the SHA-256 of the bytes that are posted, and what a network takes of each kind.

Plain frozen values, as in `posts.py`. Which class a file is says its content type: JPEG and PNG are pictures, image/gif
is an animation, video/mp4 a video, application/pdf a document.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, BinaryIO

__all__ = [
    "Animation",
    "AnimationLimits",
    "Document",
    "DocumentLimits",
    "Medium",
    "Picture",
    "ReadMedia",
    "ReadPicture",
    "Video",
    "VideoLimits",
    "medium_from",
    "opened",
]


@dataclass(frozen=True, slots=True)
class Medium:
    """One file of a post: its bytes by hash, in the post's order, what it shows in words, sizes in pixels."""

    sha256: str
    content_type: str
    alt_text: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Picture(Medium):
    """A still one."""


@dataclass(frozen=True, slots=True)
class Animation(Medium):
    """A GIF that moves. `seconds` of one round, rounded up."""

    bytes: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Video(Medium):
    """MP4 with H.264 and AAC, or without sound. `seconds` rounded up."""

    bytes: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Document(Medium):
    """A PDF whose pages are turned over; width and height of its first page in points."""

    bytes: int = 0
    pages: int = 0
    title: str = ""


KINDS: Mapping[str, type[Medium]] = {"image/gif": Animation, "video/mp4": Video, "application/pdf": Document}


def medium_from(fields: Mapping[str, Any]) -> Medium:
    """The file that a canonical post names."""
    return KINDS.get(str(fields["content_type"]), Picture)(**fields)


# --- what a network takes; None in `Limits` where it takes none, or no road to it is built ------------------------


@dataclass(frozen=True, slots=True)
class AnimationLimits:
    """One GIF alone in a post. `alt_text` in characters, 0 where none is taken; `pixels` of it, 0 where no limit is
    known."""

    bytes: int
    alt_text: int = 1_000
    pixels: int = 0


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """One video alone in a post: its length in seconds. `alt_text` in characters, 0 where none is taken. `pixels` of
    one picture, 0 where no limit is known. `takes_gifs`: there a GIF is shown as a silent video anyway."""

    bytes: int
    seconds: int
    least_seconds: int = 0
    alt_text: int = 0
    pixels: int = 0
    takes_gifs: bool = False


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """One PDF alone in a post. `title` in characters."""

    bytes: int
    pages: int
    title: int = 100


# --- the bytes ----------------------------------------------------------------------------------------------------

ReadPicture = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class ReadMedia:
    """How a connector gets at bytes by hash: whole for a picture, as an open file for what is large (`opened`)."""

    whole: ReadPicture
    stream: Callable[[str], AbstractContextManager[BinaryIO]]

    def __call__(self, sha256: str) -> bytes:
        return self.whole(sha256)


def opened(read: ReadPicture, sha256: str) -> AbstractContextManager[BinaryIO]:
    """The file, open for reading and for `seek`, to be read in pieces: `with opened(read, one.sha256) as file: …`"""
    return read.stream(sha256) if isinstance(read, ReadMedia) else io.BytesIO(read(sha256))
