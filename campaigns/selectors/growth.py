"""How a person's own profiles grow, for their eyes alone: followers by account, with their time and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Member
from campaigns.models import FollowerReading

SHOWN_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Growth:
    """Of one account. `since` is the oldest look that is shown, `gained` may be below zero."""

    network: str
    handle: str
    followers: int
    at: datetime
    since: datetime
    gained: int


def kept_followers(member: Member) -> QuerySet[FollowerReading]:
    """Those that may still be shown: to the second, though they are swept once an hour."""
    mine = FollowerReading.objects.filter(connection__member=member, keep_until__gt=timezone.now())
    return mine.select_related("connection__follower_clock").order_by("connection_id", "at")


def growth_of(member: Member) -> list[Growth]:
    """One query, however many accounts and looks."""
    shown = kept_followers(member).filter(at__gt=timezone.now() - SHOWN_FOR)
    by_account: dict[int, list[FollowerReading]] = {}
    for one in shown:
        by_account.setdefault(one.connection_id, []).append(one)
    return [_growth(looks) for looks in by_account.values()]


def _growth(looks: Sequence[FollowerReading]) -> Growth:
    first, last = looks[0], looks[-1]
    account = last.connection
    gained = last.followers - first.followers
    return Growth(account.network, account.handle, last.followers, last.at, first.at, gained)
