"""Wall times and instants over every zone: what exists means one moment, what does not is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.time_rules import (
    NoSuchTime,
    UnknownZone,
    UnreadableTime,
    instant_of,
    read_wall_time,
    wall_of,
    window_of,
    zone_named,
)

ZONES = st.sampled_from(sorted(available_timezones()))
MINUTES = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))


@settings(max_examples=100, deadline=None)
@given(zone=ZONES, wall=MINUTES)
def test_a_wall_time_means_itself_or_is_refused_with_the_next_that_exists(zone: str, wall: datetime) -> None:
    meant = wall
    try:
        instant = instant_of(wall, ZoneInfo(zone))
    except NoSuchTime as refused:
        meant = refused.instead
        instant = instant_of(meant, ZoneInfo(zone))
    assert meant >= wall
    assert wall_of(instant, ZoneInfo(zone)) == meant.strftime("%Y-%m-%dT%H:%M")


@settings(max_examples=100, deadline=None)
@given(zone=ZONES, instant=MINUTES)
def test_a_time_that_comes_twice_is_the_first(zone: str, instant: datetime) -> None:
    at = instant.replace(tzinfo=UTC)
    shown = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    again = instant_of(shown.replace(second=0), ZoneInfo(zone))
    assert again <= at.replace(second=0)
    assert at - again <= timedelta(hours=24, minutes=1)


@pytest.mark.parametrize(
    ("wall", "zone", "instead"),
    [
        ("2027-03-28T02:30", "Europe/Warsaw", "2027-03-28T03:00"),
        ("2027-03-28T02:00", "Europe/Warsaw", "2027-03-28T03:00"),
        ("2026-10-04T02:10", "Australia/Lord_Howe", "2026-10-04T02:30"),
        ("2011-12-30T10:00", "Pacific/Apia", "2011-12-31T00:00"),
    ],
)
def test_gaps(wall: str, zone: str, instead: str) -> None:
    with pytest.raises(NoSuchTime) as refused:
        instant_of(read_wall_time(wall), ZoneInfo(zone))
    assert refused.value.instead == datetime.fromisoformat(instead)


def test_the_hour_that_comes_twice() -> None:
    assert instant_of(datetime(2026, 10, 25, 2, 30), ZoneInfo("Europe/Warsaw")) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-01T10:00", "2026-11-24T09:20+01:00", "24.11.2026 09:20"])
def test_what_is_no_wall_time(typed: str) -> None:
    with pytest.raises(UnreadableTime):
        read_wall_time(typed)


def test_the_ends_of_time_are_refused_in_words() -> None:
    with pytest.raises(UnreadableTime):
        instant_of(datetime(1, 1, 1), ZoneInfo("Asia/Tokyo"))


def test_unknown_zones() -> None:
    for name in ("Mars/Base", "", "../etc/passwd"):
        with pytest.raises(UnknownZone):
            zone_named(name)


@pytest.mark.parametrize(("minutes", "hours"), [(60, 1), (24 * 60, 24), (48 * 60, 24)])
def test_the_window_is_at_most_a_day(minutes: int, hours: int) -> None:
    due_at = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)
    assert window_of(due_at, late_minutes=minutes) == (due_at, due_at + timedelta(hours=hours))
    start, end = window_of(due_at, late_minutes=0)
    assert end > start
