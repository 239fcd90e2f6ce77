"""Runs the decoder of strangers' videos, GIFs and PDFs in a process of its own, with caps on all that it may use.

Call it outside any transaction: it may take minutes. Files go from disk to disk; nothing is decoded in this process.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from integrations.picture_process import Undecodable, read_answer

PROGRAM = Path(__file__).with_name("media_decoder.py")
MOST_PIXELS = 9_500_000  # of a video's frame: 4096 × 2304
MOST_SECONDS = 1_800  # of a video: LinkedIn's half an hour
MOST_PAGES = 300  # of a PDF: LinkedIn's
LONGEST_SIDE = 1_920
TOO_SLOW = 100  # seconds by the clock; an errand's lease is 180


class Kind(StrEnum):
    """What a file is, by its first bytes; its name and what a browser says of it are nobody's proof."""

    PICTURE = "picture"
    GIF = "gif"
    VIDEO = "video"
    PDF = "pdf"


# Address space, which counts libraries and reserved pages too, in bytes.
MEMORY = {Kind.GIF: 1_000_000_000, Kind.VIDEO: 2_000_000_000, Kind.PDF: 1_500_000_000}
CPU_SECONDS = {Kind.GIF: 30, Kind.VIDEO: 190, Kind.PDF: 30}
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


def decoded_file(source: Path, kind: Kind, folder: Path, *, most_bytes: int) -> DecodedFile:
    """In the form that networks take, without metadata; or `Undecodable`. `folder` is empty and the caller's."""
    caps = (MEMORY[kind], CPU_SECONDS[kind], most_bytes, MOST_PIXELS, MOST_SECONDS, MOST_PAGES, LONGEST_SIDE)
    command = [sys.executable, "-I", str(PROGRAM), kind, str(source), str(folder), *map(str, caps)]
    try:
        done = subprocess.run(  # noqa: S603  # our own program, with paths and numbers of our own
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TOO_SLOW, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        raise Undecodable("too_slow") from None
    told = read_answer(done.stdout)
    if "refused" in told:
        raise Undecodable(DIED_OF.get(-done.returncode) or str(told["refused"]))
    sizes = {name: int(str(told[name])) for name in ("width", "height", "seconds", "pages")}
    return DecodedFile(folder / "made", folder / "poster", str(told["content_type"]), **sizes)
