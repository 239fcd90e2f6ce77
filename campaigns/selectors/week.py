"""*My queue* as a week: a person's own posts by day, each at its time on their clock. Nobody else's are ever read here.

What may be moved, and how far without a new approval, is said here for the page; `actions/plans.py` decides it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.models import Member, Organization
from accounts.moments import long_day, short_day
from campaigns.models import Share, ShareState
from campaigns.selectors.share_doings import address_of
from campaigns.selectors.share_words import ShareWords, words_of
from campaigns.time_rules import wall_of

S = ShareState
AWAY = (S.WITHDRAWN, S.EXPIRED, S.TAKEN_DOWN)
UNWRITTEN = (S.DRAFT, S.IN_REVIEW)
MOVABLE = (S.DRAFT, S.SCHEDULED)
FARTHEST = timedelta(days=366)
MOST = 200


@dataclass(frozen=True, slots=True)
class Card:
    """One post in its day. `wall` is its time as a date-and-time field writes it; the window likewise."""

    share: Share
    words: ShareWords
    at: datetime
    wall: str
    window_start: str = ""
    window_end: str = ""

    @property
    def can_move(self) -> bool:
        return self.share.state in MOVABLE


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    name: str
    is_today: bool
    is_past: bool
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    days: tuple[Day, ...]
    is_now: bool

    @property
    def first_day(self) -> str:
        return long_day(datetime.combine(self.monday, time.min))

    @property
    def is_empty(self) -> bool:
        return not any(day.cards for day in self.days)

    @property
    def before(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def after(self) -> date:
        return self.monday + timedelta(days=7)


def monday_of(typed: str, *, today: date) -> date:
    """The Monday of the week asked for (any of its days, `2026-11-24`); of this week where that is no near date."""
    day = today
    with suppress(ValueError):
        asked = date.fromisoformat(typed)
        day = asked if abs(asked - today) <= FARTHEST else today
    return day - timedelta(days=day.weekday())


def week(member: Member, organization: Organization, monday: date, *, zone: ZoneInfo, now: datetime) -> Week:
    """In three queries, however much there is."""
    today = now.astimezone(zone).date()
    by_day: dict[date, list[Card]] = {}
    for share in _between(member, _midnight(monday, zone), _midnight(monday + timedelta(days=7), zone)):
        share.organization, share.member = organization, member
        card = _card(share, zone=zone, now=now)
        by_day.setdefault(card.at.astimezone(zone).date(), []).append(card)
    days = [monday + timedelta(days=offset) for offset in range(7)]
    return Week(
        monday=monday,
        is_now=monday == monday_of("", today=today),
        days=tuple(
            Day(
                date=day,
                name=short_day(datetime.combine(day, time.min)),
                is_today=day == today,
                is_past=day < today,
                cards=tuple(sorted(by_day.get(day, []), key=lambda card: (card.at, card.share.pk))),
            )
            for day in days
        ),
    )


def time_of(share: Share) -> datetime | None:
    """Where it stands in the week: when it went out, else when it is planned or proposed for."""
    if share.state in UNWRITTEN:
        return share.proposed_at
    return share.published_at or share.due_at


def _card(share: Share, *, zone: ZoneInfo, now: datetime) -> Card:
    at = time_of(share)
    assert at is not None, "the query asks for one"
    window = share.approval if share.state == S.SCHEDULED else None
    return Card(
        share=share,
        words=_words(share, now),
        at=at,
        wall=wall_of(at, zone),
        window_start=wall_of(window.window_start, zone) if window else "",
        window_end=wall_of(window.window_end, zone) if window else "",
    )


def _words(share: Share, now: datetime) -> ShareWords:
    """As in the list, but for *Another time*: the card's own form asks for it."""
    words, asks_time = words_of(share, now=now), address_of(share, "approve")
    if share.state != S.SCHEDULED:
        return words
    return replace(words, doings=tuple(doing for doing in words.doings if doing.address != asks_time))


def _between(member: Member, start: datetime, end: datetime) -> QuerySet[Share]:
    drafts = Q(state__in=UNWRITTEN, proposed_at__gte=start, proposed_at__lt=end)
    out = Q(published_at__gte=start, published_at__lt=end)
    planned = Q(published_at=None, due_at__gte=start, due_at__lt=end) & ~Q(state__in=UNWRITTEN)
    rows = Share.objects.filter(drafts | out | planned, member=member).exclude(state__in=AWAY)
    related = rows.select_related("item", "connection", "link_code", "campaign", "approval")
    return related.prefetch_related("attempts", "reviews__by").order_by("pk")[:MOST]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)
