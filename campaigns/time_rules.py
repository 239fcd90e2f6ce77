"""Wall times and instants: what a person picks in a zone, and the one moment it means. Pure.

A time in the gap when clocks go forward does not exist and is refused with the next one that does; a
time that comes twice when clocks go back is the first. Only the round trip through UTC finds a gap.
A share keeps all three: the instant, the wall time picked and its zone. When a country changes its rules after an
approval, the instant stands: the approved window is one of instants, and nobody approved another. The person reads
the time as their clock will show it then, and may move it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from accounts.time_zones import zone_names

WALL_FORM = "%Y-%m-%dT%H:%M"
LONGEST_WINDOW = timedelta(hours=24)
FARTHEST = timedelta(days=365)


class UnreadableTime(ValueError):
    """What was typed is no date and time."""


class UnknownZone(ValueError):
    """No such time zone."""


class NoSuchTime(ValueError):
    """The clocks jump over this time. `instead` is the first wall time after the jump."""

    def __init__(self, wall: datetime, instead: datetime) -> None:
        super().__init__(f"{wall} does not exist; {instead} does.")
        self.wall, self.instead = wall, instead


def zone_named(name: str) -> ZoneInfo:
    if name not in zone_names():
        raise UnknownZone(name)
    return ZoneInfo(name)


def read_wall_time(typed: str) -> datetime:
    """A wall time without a zone from what a date-and-time field sends ("2026-11-24T09:20")."""
    try:
        wall = datetime.fromisoformat(typed.strip())
    except ValueError as error:
        raise UnreadableTime(typed) from error
    if wall.tzinfo is not None:
        raise UnreadableTime(typed)
    return wall.replace(second=0, microsecond=0, fold=0)


def instant_of(wall: datetime, zone: tzinfo) -> datetime:
    """The UTC instant of a wall time; raises `NoSuchTime` in a gap."""
    try:
        instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        there_again = instant.astimezone(zone).replace(tzinfo=None, fold=0)
    except OverflowError as error:
        raise UnreadableTime(str(wall)) from error
    if there_again != wall:
        raise NoSuchTime(wall, _after_gap(wall, zone))
    return instant


def _after_gap(wall: datetime, zone: tzinfo) -> datetime:
    """The first wall time after the jump, found minute by minute from the gap's own side."""
    instant = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)  # fold=1 in a gap: the moment before the jump
    before = instant.astimezone(zone).replace(tzinfo=None)
    while before <= wall:
        instant += timedelta(minutes=1)
        before = instant.astimezone(zone).replace(tzinfo=None, fold=0)
    return before


def wall_of(instant: datetime, zone: tzinfo) -> str:
    return instant.astimezone(zone).strftime(WALL_FORM)


def window_of(due_at: datetime, *, late_minutes: int) -> tuple[datetime, datetime]:
    """From the chosen instant to the end of the campaign's lateness rule, at most a day."""
    late = min(timedelta(minutes=max(late_minutes, 1)), LONGEST_WINDOW)
    return due_at, due_at + late
