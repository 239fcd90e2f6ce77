"""Celery's side of campaigns: wake-ups and nothing else. What a message says does not matter; the rows do.

No task here takes an argument, is retried, or carries a time.
"""

from __future__ import annotations

import threading

from celery import shared_task
from celery.signals import worker_shutting_down

from campaigns.publishing import clocks, service
from campaigns.publishing.loop import drain

_stop = threading.Event()
_ticking = threading.Lock()


@worker_shutting_down.connect
def stop_claiming(**_: object) -> None:
    """TERM: the drain under way claims no more, ends its calls, gives back what was not sent, and returns."""
    _stop.set()


@shared_task(name="campaigns.tasks.publish_drain")
def publish_drain() -> int:
    return drain(_stop)


@shared_task(name="campaigns.tasks.publish_tick")
def publish_tick() -> int:
    """Every second: leases, unclear sends, and due shares that no claim takes. One at a time in a process."""
    if not _ticking.acquire(blocking=False):
        return 0
    try:
        return service.tick()
    finally:
        _ticking.release()


@shared_task(name="campaigns.tasks.publish_end_old_waits")
def publish_end_old_waits() -> int:
    return clocks.end_old_waits()
