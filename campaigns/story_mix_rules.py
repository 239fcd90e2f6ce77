"""How the kinds of stories were mixed, and when it is time to say so. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

PERIOD = timedelta(days=30)
ENOUGH_TO_JUDGE = 3  # stories; one or two make no mix


def passes_half(counts: Mapping[str, int], kind: str) -> bool:
    """More than half of the stories are of this kind."""
    everything = sum(counts.values())
    return everything >= ENOUGH_TO_JUDGE and counts.get(kind, 0) * 2 > everything
