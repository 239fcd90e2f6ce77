"""The threads of a worker: they make network calls and hand back what came, over a queue, to the one owner thread."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from campaigns.publishing.work import PublishingWork

T = TypeVar("T")
MOMENT = 0.2  # seconds
Then = Callable[[PublishingWork, Any], None]


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a call answered (or how it broke), and the owner's step that takes it."""

    work: PublishingWork
    then: Then
    value: object


class Crew:
    """A fixed number of threads. Every method but the call itself belongs to the owner."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="network")
        self._arrived: queue.SimpleQueue[Arrived] = queue.SimpleQueue()

    def call(self, work: PublishingWork, call: Callable[[], T], then: Callable[[PublishingWork, T], None]) -> None:
        """Make the call in a thread; its answer, or its exception, comes back by `arrivals`."""

        def run() -> None:
            try:
                value: object = call()
            except Exception as error:  # whatever broke in a network's file, the share must come back
                value = error
            self._arrived.put(Arrived(work, then, value))

        self._pool.submit(run)

    def put_back(self, arrived: Arrived) -> None:
        """It comes again a moment later, and the owner has that moment for others."""

        def wait() -> object:
            time.sleep(MOMENT)
            return arrived.value

        self.call(arrived.work, wait, arrived.then)

    def arrivals(self, patience: float, *, gather: float = 0.0) -> list[Arrived]:
        """Everything that is there; waits for the first at most `patience` seconds, and then `gather` for others."""
        came: list[Arrived] = []
        try:
            came.append(self._arrived.get(timeout=patience) if patience > 0 else self._arrived.get_nowait())
            time.sleep(gather)
            while True:
                came.append(self._arrived.get_nowait())
        except queue.Empty:
            return came

    def dismiss(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
