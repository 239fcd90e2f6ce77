"""Request windows per account, counted the way the networks tell them in their headers.

Owns the counting alone; each network writes its own header names and refusal.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Window:
    """What is left for one account in the present window. `reset` is epoch seconds."""

    limit: int
    remaining: int
    reset: int
    seconds: int
    over: bool


class Limits:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], tuple[int, int]] = {}

    def take(self, name: str, account_id: str, limit: int, seconds: int, cost: int = 1) -> Window:
        """Count one call. A window opens with the first call; whole days are UTC days, as LinkedIn counts them."""
        now = int(time.time())
        with self._lock:
            start, used = self._open.get((name, account_id), (0, 0))
            if now >= start + seconds:
                start, used = (now - now % DAY if seconds == DAY else now), 0
            used += cost
            self._open[name, account_id] = (start, used)
        return Window(limit, max(0, limit - used), start + seconds, seconds, over=used > limit)

    def reset(self) -> None:
        with self._lock:
            self._open.clear()
