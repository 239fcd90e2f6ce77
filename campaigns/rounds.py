"""One round of asking addresses outside: a few calls at a time in threads, everything of the database in this one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

Row = TypeVar("Row")
Taken = TypeVar("Taken")
Answer = TypeVar("Answer")


def ask_in_round(
    rows: Sequence[Row],
    *,
    take: Callable[[Row], Taken | None],
    ask: Callable[[Taken], Answer],
    keep: Callable[[Taken, Answer], None],
    at_once: int,
    longest: timedelta,
    name: str,
) -> int:
    """Answers how many were asked. `take` gives None for what another worker has; `ask` alone runs in threads.

    After `longest` no more are taken in hand; what is left over is the next round's.
    """
    asked, ends = 0, time.monotonic() + longest.total_seconds()
    with ThreadPoolExecutor(at_once, thread_name_prefix=name) as threads:
        for start in range(0, len(rows), at_once):
            if time.monotonic() >= ends:
                break
            ours = [taken for row in rows[start : start + at_once] if (taken := take(row)) is not None]
            for taken, answer in zip(ours, threads.map(ask, ours), strict=True):
                keep(taken, answer)
            asked += len(ours)
    return asked
