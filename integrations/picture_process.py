"""Runs the decoder of strangers' pictures in a process of its own, with caps on memory, time, pixels and result.

Call it outside any transaction: it may take ten seconds. It never decodes in this process and keeps nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

PROGRAM = Path(__file__).with_name("picture_decoder.py")
MEMORY_BYTES = 512_000_000
SECONDS = 10
MOST_PIXELS = 50_000_000  # the largest photos of phones; four bytes each stay within the memory


class Undecodable(Exception):
    """No picture came of it: `reason` is unreadable, too_many_pixels or too_slow."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class DecodedPicture:
    """Freshly encoded JPEG or PNG bytes: nothing of the original file but what one sees."""

    content: bytes
    content_type: str
    width: int
    height: int


def decoded(content: bytes | BinaryIO, *, longest_side: int, most_bytes: int) -> DecodedPicture:
    """The picture upright and without metadata, within those limits; or `Undecodable`. A file of the disk, open at its
    start, never passes through this process."""
    fed: dict[str, Any] = {"input": content} if isinstance(content, bytes) else {"stdin": content}
    caps = (MEMORY_BYTES, SECONDS, MOST_PIXELS, longest_side, most_bytes)
    command = [sys.executable, "-I", str(PROGRAM), *map(str, caps)]
    try:
        done = subprocess.run(  # noqa: S603  # our own program, with numbers of our own
            command, **fed, capture_output=True, timeout=SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        raise Undecodable("too_slow") from None
    answer, _newline, made = done.stdout.partition(b"\n")
    told = read_answer(answer)
    if "refused" in told:
        raise Undecodable(str(told["refused"]))
    return DecodedPicture(made, str(told["content_type"]), int(str(told["width"])), int(str(told["height"])))


def read_answer(answer: bytes) -> dict[str, object]:
    """What the program told; a program that died told nothing."""
    try:
        told = json.loads(answer)
    except ValueError:
        return {"refused": "unreadable"}
    return told if isinstance(told, dict) else {"refused": "unreadable"}
