"""Request windows per account, counted the way the networks tell them in their headers.

Owns the counting alone; each network writes its own header names and refusal.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass


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
        self._used: dict[tuple[str, str, int], int] = {}

    def take(self, name: str, account_id: str, limit: int, seconds: int) -> Window:
        """Count one call in a fixed window that begins at a multiple of its length, as UTC days do."""
        slot = int(time.time()) // seconds
        with self._lock:
            used = self._used.get((name, account_id, slot), 0) + 1
            self._used[name, account_id, slot] = used
            self._used.pop((name, account_id, slot - 1), None)
        return Window(limit, max(0, limit - used), (slot + 1) * seconds, seconds, over=used > limit)

    def reset(self) -> None:
        with self._lock:
            self._used.clear()
