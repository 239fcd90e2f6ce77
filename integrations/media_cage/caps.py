"""What one file may cost in its cage, and how it is refused there."""

from __future__ import annotations

from dataclasses import dataclass

POSTER_SIDE = 1_280


class Refused(Exception):
    """`args[0]` is the reason, a word that `file_decoding.py` knows."""


@dataclass(frozen=True)
class Caps:
    """What one file may cost, and how large its result may be. Memory and bytes in bytes, time in seconds."""

    memory: int
    cpu: int
    bytes: int
    pixels: int
    seconds: int
    pages: int
    longest_side: int
    written: int  # in all; more than `bytes` where a second try may follow
