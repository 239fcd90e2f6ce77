"""Wakes workers when a transaction commits.

A wake-up carries nothing and may be lost, repeated or late: the row is the promise, beat wakes every second, and the
engine looks by itself. So nobody waits long for a broker: a page, or the engine between two posts, tries once, and when
the broker took nothing, this process tries no more for some seconds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import cache

from django.db import connection, transaction
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

QUIET = 5.0  # seconds
logger = logging.getLogger(__name__)
_quiet_until = float("-inf")  # by time.monotonic()


def wake_on_commit(task: str) -> None:
    """Send this task's wake-up on commit, once however often a transaction asks for it.

    The task goes by its path, since tasks import what wakes them.
    """
    wake = _wake_of(task)
    if not any(waiting[1] is wake for waiting in connection.run_on_commit):
        transaction.on_commit(wake, robust=True)


@cache
def _wake_of(task: str) -> Callable[[], None]:
    """One function per task, by which a transaction knows it again."""

    def wake() -> None:
        _send(task)

    return wake


def _send(task: str) -> None:
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        import_string(task).apply_async(retry=False)
    except OperationalError as error:
        _quiet_until = time.monotonic() + QUIET
        logger.warning("The broker took no wake-up; the workers look by themselves. %s", error)
