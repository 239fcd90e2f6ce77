"""A broker gone mad: takes every message from one Valkey database and delivers it many times, in disorder, to another.

Producers are given the first database as their broker, workers the second; both speak to a real server. It knows only
what a Celery message looks like on a Redis list, and nothing of the product.
"""

from __future__ import annotations

import heapq
import json
import random
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import redis

SENT, DELIVERED = 0, 2  # the databases: 1 is the product's cache
AN_HOUR = timedelta(hours=1)
BATCH = 200
Message = dict[str, Any]


def broker(url: str, number: int) -> str:
    return f"{url.rsplit('/', 1)[0]}/{number}"


class Storm:
    """`with Storm(url, seed=1):` between producers and workers: a broker as it should be, until the storm breaks."""

    def __init__(self, url: str, *, seed: int, queue: str = "publish") -> None:
        self.queue = queue
        self.copies, self.spread = 1, 0.0
        self.taken = self.delivered = 0
        self._kept: list[bytes] = []
        self._chance = random.Random(seed)
        self._sent = redis.Redis.from_url(broker(url, SENT))
        self._workers = redis.Redis.from_url(broker(url, DELIVERED))
        self._waiting: list[tuple[float, int, str]] = []
        self._number = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._blow, name="storm", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._sent.close()
        self._workers.close()

    def breaks(self, *, copies: int, spread: float) -> None:
        """From here on each message comes so often, within so many seconds; and all that were ever sent come again."""
        self.taken = self.delivered = 0
        self.copies, self.spread = copies, spread

    @property
    def waiting(self) -> int:
        """Delivered, and not yet done by a worker."""
        unread, undone = self._workers.llen(self.queue), self._workers.hlen("unacked")
        assert isinstance(unread, int)
        assert isinstance(undone, int)
        return unread + undone

    def _blow(self) -> None:
        while not self._ended.is_set():
            took = self._take()
            gave = self._give()
            if not took and not gave:
                time.sleep(0.02)

    def _take(self) -> bool:
        raw = self._sent.rpop(self.queue, BATCH)
        lines = [line.encode() if isinstance(line, str) else line for line in raw] if isinstance(raw, list) else []
        again: list[bytes] = []
        if self.copies > 1:
            again, self._kept = self._kept, []
        else:
            self._kept += lines
        for line in (*lines, *again):
            self.taken += 1
            for number in range(self.copies):
                late = self._chance.uniform(0, self.spread)
                self._number += 1  # so that two of one instant can be told apart
                heapq.heappush(self._waiting, (time.monotonic() + late, self._number, self._copy(line, number)))
        return bool(lines or again)

    def _copy(self, line: bytes, number: int) -> str:
        """Every other copy carries the dates of an hour ago; the rest have lost theirs, so that each of them runs."""
        message: Message = json.loads(line)
        if self.copies > 1:
            message["properties"]["delivery_tag"] = str(uuid.uuid4())
            has_date = message["headers"].get("expires") is not None
            old = (datetime.now(UTC) - AN_HOUR).isoformat() if number % 2 else None
            message["headers"]["expires"] = old if has_date else None
        return json.dumps(message)

    def _give(self) -> bool:
        now = time.monotonic()
        ripe: list[str] = []
        while self._waiting and self._waiting[0][0] <= now and len(ripe) < BATCH:
            ripe.append(heapq.heappop(self._waiting)[2])
        if ripe:
            self._chance.shuffle(ripe)
            self._workers.lpush(self.queue, *ripe)
            self.delivered += len(ripe)
        return bool(ripe)
