"""How long a share waits after a network surely did not take it, and when we stop trying. Pure.

The network's own word counts first; we never come back earlier. `dice` is 0 to 1, so that not all come back at once.
"""

from __future__ import annotations

from datetime import timedelta

MOST_REJECTIONS = 5  # in a row; then the person decides (reliability.md row 24)
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(minutes=5)
GROWTH = 4
SPREAD = 0.1  # of a wait that the network named


def wait_after(named: timedelta, *, rejections: int, dice: float) -> timedelta:
    """`rejections` in a row, this one included. `named` of nothing: the network did not say how long."""
    obeyed = named * (1 + SPREAD * dice)
    if named > timedelta() and rejections <= 1:
        return obeyed
    growth: int = GROWTH ** min(rejections, 10)
    ceiling = min(SHORTEST * growth, LONGEST)
    return max(SHORTEST + (ceiling - SHORTEST) * dice, obeyed)


def is_too_often(rejections: int) -> bool:
    return rejections >= MOST_REJECTIONS
