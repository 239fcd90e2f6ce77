"""How large a video of so many bytes and seconds may honestly be. Pure; asked before one is made, and by its maker.

Below the last rung a picture falls apart: nobody would approve that if they saw it.
"""

from __future__ import annotations

SOUND = 128_000  # bits a second, AAC in stereo
CONTAINER = 0.96  # of the bytes are left for pictures and sound
# From so many bits a second on, pictures of so many pixels on their longest side. A judgement of ours.
LADDER = ((2_000_000, 1_920), (900_000, 1_280), (450_000, 854), (250_000, 640))


def picture_rate(size: int, seconds: int) -> int:
    """Bits a second that are left for the pictures of a video of at most `size` bytes."""
    return int(size * 8 * CONTAINER / max(seconds, 1)) - SOUND


def longest_side_at(rate: int) -> int:
    """In pixels; 0 where that rate makes no picture."""
    return next((side for least, side in LADDER if rate >= least), 0)
