"""The demo's weeks of history: acts of the past see the clock of their day. PostgreSQL's own clock stays as it is.

Only code that asks `django.utils.timezone.now` travels; the claim, leases and moves keep the database's time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest import mock

from django.utils import timezone


def real_now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, `timezone.now()` answers `moment`."""
    with mock.patch.object(timezone, "now", return_value=moment):
        yield
