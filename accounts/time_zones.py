"""The names of time zones, read from the files once: asking zoneinfo walks the disk each time (9 ms)."""

from __future__ import annotations

import zoneinfo
from functools import cache


@cache
def zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
