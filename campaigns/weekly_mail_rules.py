"""When a person's weekly mail is due, and which week it is of. Pure.

A wall time that the clocks jump over moves to the first one after the jump; one that comes twice is the first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from campaigns.time_rules import NoSuchTime, instant_of

AHEAD = timedelta(minutes=90)  # owed this long before it is due: longer than the sweep's hour
BEHIND = timedelta(hours=12)  # after an outage it still comes the same half day; later it would be an odd hour
SPREAD = timedelta(minutes=40)  # a company's mails leave one after another, each person's always at the same minute


@dataclass(frozen=True, slots=True)
class Due:
    """The instant of a chosen day and hour, and the week it belongs to: one mail a person and week."""

    at: datetime
    week: str  # "2026-W48", of the person's own calendar


def due_near(now: datetime, *, weekday: int, hour: int, zone: tzinfo) -> Due | None:
    """The chosen time (0 is Monday) that lies near enough to `now` to be owed."""
    for due in _chosen_times(now, weekday, hour, zone):
        if now - BEHIND <= due.at <= now + AHEAD:
            return due
    return None


def _chosen_times(now: datetime, weekday: int, hour: int, zone: tzinfo) -> Iterator[Due]:
    today = now.astimezone(zone).date()
    for offset in (-1, 0, 1):
        day = today + timedelta(days=offset)
        if day.weekday() == weekday:
            wall = datetime.combine(day, time(hour))
            try:
                at = instant_of(wall, zone)
            except NoSuchTime as gap:
                at = instant_of(gap.instead, zone)
            yield Due(at, week_of(day))


def week_of(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def minute_of(person: str) -> timedelta:
    """How long after the hour this person's mail leaves: the same each week, another for everybody."""
    share = int.from_bytes(hashlib.sha256(person.encode()).digest()[:4]) / 2**32
    return timedelta(seconds=int(share * SPREAD.total_seconds()))
