"""Writes which feeds a company follows. Finding a feed and reading it happen before, outside the transaction.

How a reading went is written by `campaigns/feed_reading.py`, entries by `actions/inbox.py`.
"""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.models import Member, Organization
from accounts.refusals import BadInput, Refusal
from accounts.roles import Right
from accounts.tenancy import acting_organization_id
from campaigns.actions.inbox import take_in_entries
from campaigns.feed_clock import after_reading
from campaigns.inbox_rules import A_DAY_EACH, FEEDS, LEAST_A_DAY, MOST_A_DAY
from campaigns.models import Suggestion, SuggestionState
from integrations.feeds import Feed
from integrations.models import FeedSource, FeedState


def add_feed(*, by: Member, feed: Feed, most_a_day: int = A_DAY_EACH) -> FeedSource:
    """Follow a feed from now on; its newest entries are in the inbox at once. A feed is followed once."""
    require(by, Right.CURATE)
    _check(most_a_day)
    sha256 = hashlib.sha256(feed.address.encode()).hexdigest()
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=acting_organization_id())  # two at once are two
        if FeedSource.objects.filter(address_sha256=sha256).exists():
            raise BadInput(_("You follow this feed already."), field="address")
        if len(FeedSource.objects.values_list("pk")[:FEEDS]) >= FEEDS:
            raise Refusal(_("You follow fifty feeds, which is as many as we read. Remove one first."))
        now = timezone.now()
        source = FeedSource.objects.create(
            address=feed.address, address_sha256=sha256, most_a_day=most_a_day, added_by=by, next_look_at=now
        )
        audit("add_feed", by=by, subject=f"feed {source.public_id}")
        take_in_entries(source, by=by, feed=feed)
        after_reading(source, now=now)
        source.refresh_from_db()
    return source


def change_feed(source: FeedSource, *, by: Member, most_a_day: int) -> FeedSource:
    require(by, Right.CURATE)
    _check(most_a_day)
    with transaction.atomic():
        FeedSource.objects.filter(pk=source.pk).update(most_a_day=most_a_day)
        audit("change_feed", by=by, subject=f"feed {source.public_id}", most_a_day=most_a_day)
    source.most_a_day = most_a_day
    return source


def pause_feed(source: FeedSource, *, by: Member) -> None:
    """It is not read until somebody follows it again; what came in stays."""
    require(by, Right.CURATE)
    with transaction.atomic():
        FeedSource.objects.filter(pk=source.pk).update(state=FeedState.PAUSED)
        audit("pause_feed", by=by, subject=f"feed {source.public_id}")


def follow_feed_again(source: FeedSource, *, by: Member) -> None:
    """At once, whatever went wrong before."""
    require(by, Right.CURATE)
    fresh = {"failing_since": None, "failures": 0, "trouble": "", "next_look_at": timezone.now()}
    with transaction.atomic():
        FeedSource.objects.filter(pk=source.pk).update(state=FeedState.FOLLOWED, **fresh)
        audit("follow_feed_again", by=by, subject=f"feed {source.public_id}")


def remove_feed(source: FeedSource, *, by: Member) -> None:
    """What waits of it goes too. Stories that were taken up stay."""
    require(by, Right.CURATE)
    with transaction.atomic():
        # First, so that entries which come in at this moment are waited for, and go as well.
        standing = FeedSource.objects.select_for_update().filter(pk=source.pk).first()
        if standing is None:
            return  # a second click
        Suggestion.objects.filter(feed=standing).exclude(state=SuggestionState.ACCEPTED).delete()
        subject = f"feed {standing.public_id}"
        standing.delete()
        audit("remove_feed", by=by, subject=subject)


def _check(most_a_day: int) -> None:
    if not LEAST_A_DAY <= most_a_day <= MOST_A_DAY:
        raise BadInput(_("Between 1 and 20 entries a day, please."), field="most_a_day")
