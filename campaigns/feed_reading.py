"""Reads the feeds that are due, of all companies, and puts what is new into their inboxes: one round of it.

Woken every minute; the rows say what is due, so a wake-up may be lost, doubled or late. A feed taken in hand is due
again after `LEASE`, so that a worker that died over it costs minutes. Calls run in threads, writes in this one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.tenancy import across_organizations, acting_in
from campaigns.actions.inbox import take_in_entries
from campaigns.feed_clock import after_reading, after_trouble
from campaigns.rounds import ask_in_round
from integrations.feeds import Feed, FeedRefused, Trouble, Unchanged, read_feed
from integrations.models import FeedSource, FeedState

logger = logging.getLogger(__name__)

READERS = 4
MOST = 200  # feeds a round
EACH = 10  # of one company
LEASE = timedelta(minutes=15)
LONGEST_ROUND = timedelta(seconds=45)  # the next one comes every minute
Reading = Feed | Unchanged | Trouble


@dataclass(frozen=True, slots=True)
class Due:
    """One feed in this worker's hands, as plain values."""

    organization_id: int
    source_id: int
    address: str
    etag: str
    last_modified: str


def read_due_feeds() -> int:
    """One round; answers how many feeds were read."""
    return ask_in_round(
        _wanted(), take=_take, ask=_read, keep=_keep, at_once=READERS, longest=LONGEST_ROUND, name="feeds"
    )


def _wanted() -> list[tuple[int, int]]:
    """The longest due first, and no company's fifty before another's one."""
    with across_organizations(reason="feeds: list those that are due"):
        due = FeedSource.objects.filter(state=FeedState.FOLLOWED, next_look_at__lte=timezone.now())
        rows = list(due.order_by("next_look_at").values_list("organization_id", "pk")[: MOST * EACH])
    places: dict[int, int] = {}
    wanted = []
    for organization_id, source_id in rows:
        places[organization_id] = places.get(organization_id, 0) + 1
        if places[organization_id] <= EACH:
            wanted.append((organization_id, source_id))
    return wanted[:MOST]


def _take(row: tuple[int, int]) -> Due | None:
    """None where another worker was faster."""
    organization_id, source_id = row
    with acting_in(organization_id):
        now = timezone.now()
        ours = FeedSource.objects.filter(pk=source_id, state=FeedState.FOLLOWED, next_look_at__lte=now)
        if not ours.update(next_look_at=now + LEASE):
            return None
        source = FeedSource.objects.get(pk=source_id)
        return Due(organization_id, source_id, source.address, source.etag, source.last_modified)


def _read(due: Due) -> Reading:
    try:
        return read_feed(due.address, etag=due.etag, last_modified=due.last_modified)
    except FeedRefused as refused:
        return refused.trouble
    except Exception:  # one feed must not keep the others from being read
        logger.exception("A feed could not be read.", extra={"event": "feed_broke"})
        return Trouble.UNREADABLE


def _keep(due: Due, reading: Reading) -> None:
    """One feed that cannot be kept must not keep the others from being read; its lease makes it wait."""
    try:
        record_reading(due, reading)
    except Exception:
        logger.exception("What a feed said could not be kept.", extra={"event": "feed_not_kept"})


def record_reading(due: Due, reading: Reading) -> None:
    """A feed that was removed or paused meanwhile changes nothing."""
    with acting_in(due.organization_id):
        source = FeedSource.objects.select_for_update().filter(pk=due.source_id, state=FeedState.FOLLOWED).first()
        if source is None:
            return
        now = timezone.now()
        if isinstance(reading, Trouble):
            after_trouble(source, reading, now=now)
            return
        if isinstance(reading, Feed):
            take_in_entries(source, by=None, feed=reading)
        after_reading(source, now=now)
