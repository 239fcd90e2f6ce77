"""Wakes the publisher when a transaction commits."""

from __future__ import annotations

from accounts.wake_ups import wake_on_commit

WAKE_TASK = "campaigns.tasks.publish_drain"


def wake_publisher() -> None:
    """Wake a worker on commit."""
    wake_on_commit(WAKE_TASK)
