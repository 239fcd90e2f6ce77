"""Wakes the publisher when a transaction commits.

A wake-up carries nothing and may be lost, repeated or late: the row is the promise, and beat wakes every second.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.module_loading import import_string

WAKE_TASK = "campaigns.tasks.publish_drain"  # by name: this package does not know Celery


def wake_publisher() -> None:
    """Wake a worker on commit, once however often it is called in the transaction."""
    if not any(waiting[1] is _wake for waiting in connection.run_on_commit):
        transaction.on_commit(_wake, robust=True)  # a silent broker must not fail the page


def _wake() -> None:
    task = import_string(WAKE_TASK)
    task.apply_async(retry=False)
