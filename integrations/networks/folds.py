"""How much of a post a feed surely shows before "… see more". Plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fold:
    """What a reader sees on a phone without a tap, in code points and lines.

    The default is LinkedIn's on a phone, some 140 characters in three lines (no network says it; measured by many,
    2026): what no better number is known of is taken to show no more.
    """

    characters: int = 140
    lines: int = 3


UNKNOWN = Fold()
LEAST = Fold(characters=110)  # of all networks and places, Facebook's: what stands in sight here does everywhere
