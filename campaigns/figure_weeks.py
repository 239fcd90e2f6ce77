"""The weeks of the company's figures: whole ones, in the company's zone, four of them for a team. Pure.

Fours are counted from one fixed Monday, so that no two of a team's periods ever overlap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

FOUR = 4
FIRST_MONDAY = date(2024, 1, 1)
WEEK = timedelta(weeks=1)
FOURS_BACK = 2  # how far the first writing reaches


@dataclass(frozen=True, slots=True)
class Weeks:
    """From `start` up to, but not including, `end`; both local midnights."""

    start: datetime
    end: datetime

    @property
    def last_day(self) -> datetime:
        return self.end - timedelta(days=1)


def week_number(at: datetime) -> int:
    """Of a local instant."""
    return (at.date() - FIRST_MONDAY).days // 7


def fours_over(until: datetime) -> Weeks:
    """The newest four weeks that are over; `until` is a local Monday."""
    end = until - WEEK * (week_number(until) % FOUR)
    return Weeks(end - WEEK * FOUR, end)


def weeks_to_write(until: datetime, written_until: datetime | None) -> list[Weeks]:
    """Each week that is over and has no figure yet, oldest first."""
    start = fours_over(until).start - WEEK * FOUR * (FOURS_BACK - 1)
    weeks: list[Weeks] = []
    while start < until:
        end = start + WEEK
        if written_until is None or written_until < end:
            # Where the company moved to another zone, the first week begins where the last figure ended.
            weeks.append(Weeks(max(start, written_until or start), end))
        start = end
    return weeks
