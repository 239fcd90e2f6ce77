"""The week, month and quarter that a leaderboard counts, in the company's zone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class PeriodKind(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, but not including, `end`."""

    kind: PeriodKind
    start: datetime
    end: datetime


def period_of(kind: PeriodKind, at: datetime, zone: tzinfo) -> Period:
    """The period that holds `at`, from local midnight to local midnight."""
    first, after = _days(kind, at.astimezone(zone).date())
    return Period(kind, _midnight(first, zone), _midnight(after, zone))


def _days(kind: PeriodKind, day: date) -> tuple[date, date]:
    if kind is PeriodKind.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    months = 1 if kind is PeriodKind.MONTH else 3
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    end = first.month + months
    return first, date(first.year + (end > 12), (end - 1) % 12 + 1, 1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)
