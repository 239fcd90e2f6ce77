"""The curator's calendar: what opens, closes and may go out on which day of a month, and which campaigns run.

Days are those of the zone that is asked for. Stories and campaigns only; no person's post is ever read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.moments import month_name, short_day
from campaigns.models import Campaign, Item, ItemState
from campaigns.time_rules import wall_of

MOST = 400  # dates a month can hold on one page
YEARS_AWAY = 100  # farther than that nothing is planned, and some clocks have no such day


class What(StrEnum):
    OPENS = "opens"
    CLOSES = "closes"
    MAY_GO_OUT = "may_go_out"


@dataclass(frozen=True, slots=True)
class Entry:
    """One date of one story. `can_move`: it has not opened yet."""

    what: What
    at: datetime
    item: Item
    can_move: bool
    wall: str


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    label: str
    entries: tuple[Entry, ...]
    is_outside: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """Whole weeks, Monday first, around the month; `before` and `after` are the first days of its neighbours."""

    first: date
    name: str
    before: date
    after: date
    days: tuple[Day, ...]
    campaigns: tuple[Campaign, ...]

    @property
    def is_empty(self) -> bool:
        return not any(day.entries for day in self.days)


def calendar_month(first: date, *, zone: ZoneInfo, now: datetime) -> Month:
    """The month that begins on `first`, in three queries."""
    after = _next_month(first)
    start, end = first - timedelta(days=first.weekday()), after + timedelta(days=-after.weekday() % 7)
    entries = list(_entries(start, end, zone=zone, now=now))
    today = now.astimezone(zone).date()
    days = tuple(
        Day(
            day=day,
            label=short_day(datetime.combine(day, time(12), tzinfo=zone)),
            entries=tuple(entry for entry in entries if entry.at.astimezone(zone).date() == day),
            is_outside=not first <= day < after,
            is_today=day == today,
        )
        for day in (start + timedelta(days=number) for number in range((end - start).days))
    )
    before = (first - timedelta(days=1)).replace(day=1)
    return Month(
        first,
        month_name(_midnight(first, zone)),
        before,
        after,
        days,
        _running(_midnight(first, zone), _midnight(after, zone)),
    )


def month_named(typed: str, *, today: date) -> date:
    """The first day of `2026-11`; of this month where nothing readable was asked for."""
    this = today.replace(day=1)
    try:
        first = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return this
    return first if abs(first.year - today.year) <= YEARS_AWAY else this


def _entries(first: date, last: date, *, zone: ZoneInfo, now: datetime) -> Iterator[Entry]:
    """In the order of their times."""
    start, end = _midnight(first, zone), _midnight(last, zone)
    dates = {"release_at": What.OPENS, "expires_at": What.CLOSES, "embargo_until": What.MAY_GO_OUT}
    near = Q()
    for field in dates:
        near |= Q(**{f"{field}__gte": start, f"{field}__lt": end})
    items = Item.objects.filter(near).exclude(state=ItemState.ENDED).select_related("campaign").order_by("pk")[:MOST]
    found = [(getattr(item, field), what, item) for item in items for field, what in dates.items()]
    inside = [(at, what, item) for at, what, item in found if at is not None and start <= at < end]
    for at, what, item in sorted(inside, key=lambda one: (one[0], one[2].pk)):
        yield Entry(what, at, item, can_move=what is What.OPENS and at > now, wall=wall_of(at, zone))


def _running(start: datetime, end: datetime) -> tuple[Campaign, ...]:
    """Campaigns with a beginning or an end that run at some time in between."""
    bounded = Q(starts_at__isnull=False) | Q(ends_at__isnull=False)
    begun = Q(starts_at=None) | Q(starts_at__lt=end)
    lasting = Q(ends_at=None) | Q(ends_at__gte=start)
    rows = Campaign.objects.filter(bounded, begun, lasting, archived_at=None)
    return tuple(rows.order_by("starts_at", "name", "pk")[:MOST])


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)
