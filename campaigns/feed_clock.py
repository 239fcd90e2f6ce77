"""When a followed feed is read next: every hour, and less and less often while it cannot be read."""

from __future__ import annotations

from datetime import datetime, timedelta

from integrations.feeds import Trouble
from integrations.models import FeedSource

EVERY = timedelta(hours=1)  # conditional: a feed that stands still costs its server one short answer
AFTER_TROUBLE, LONGEST_WAIT = timedelta(hours=1), timedelta(hours=24)


def after_reading(source: FeedSource, *, now: datetime) -> None:
    well = {"read_at": now, "failing_since": None, "failures": 0, "trouble": ""}
    FeedSource.objects.filter(pk=source.pk).update(next_look_at=now + EVERY, **well)


def after_trouble(source: FeedSource, trouble: Trouble, *, now: datetime) -> None:
    """Each failure in a row waits twice as long, a day at most: a feed that comes back is noticed within one."""
    wait = min(AFTER_TROUBLE * (1 << min(source.failures, 10)), LONGEST_WAIT)
    FeedSource.objects.filter(pk=source.pk).update(
        failing_since=source.failing_since or now,
        failures=source.failures + 1,
        trouble=trouble.value,
        next_look_at=now + wait,
    )
