"""When a grant is renewed, warned about and asked after: pure figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from integrations.grant_clocks import clocks_of, days_left, next_warning, pause_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("life", "left"),
    [
        (timedelta(days=60), timedelta(days=12)),  # a fifth
        (timedelta(hours=24), timedelta(hours=4, minutes=48)),
        (timedelta(hours=2), timedelta(hours=1)),  # an hour, for a fifth would be 24 minutes
        (timedelta(minutes=30), timedelta(minutes=15)),  # never before half its life
    ],
)
def test_it_is_renewed_with_this_much_left(life: timedelta, left: timedelta) -> None:
    clocks = clocks_of(NOW + life, renewable=True, now=NOW, chance=0.0)
    assert clocks.renew_at == NOW + life - left
    assert clocks.warn_at is None


def test_grants_given_together_are_not_renewed_together() -> None:
    end = NOW + timedelta(hours=2)
    times = [clocks_of(end, renewable=True, now=NOW, chance=chance / 10).renew_at for chance in range(11)]
    assert len(set(times)) == 11
    assert max(times, key=lambda at: at or NOW) == end - timedelta(minutes=45)


def test_what_never_ends_has_no_clock_but_the_question() -> None:
    clocks = clocks_of(None, renewable=False, now=NOW, chance=0.5)
    assert (clocks.renew_at, clocks.warn_at, clocks.check_at) == (None, None, NOW + timedelta(days=1))


def test_warnings_come_seven_days_and_one_day_before_and_at_the_end() -> None:
    end = NOW + timedelta(days=60)
    seven = next_warning(end, now=NOW)
    assert seven == end - timedelta(days=7)
    one = next_warning(end, now=seven)
    assert one == end - timedelta(days=1)
    assert next_warning(end, now=one) == end
    assert next_warning(end, now=end) is None


@pytest.mark.parametrize(
    ("left", "days"),
    [
        (timedelta(days=7), 7),
        (timedelta(days=1, seconds=1), 7),
        (timedelta(days=1), 1),
        (timedelta(seconds=1), 1),
        (timedelta(), 0),
    ],
)
def test_which_warning_is_due(left: timedelta, days: int) -> None:
    assert days_left(NOW + left, now=NOW) == days


def test_pauses_grow_are_jittered_and_never_shorter_than_asked() -> None:
    seconds = [pause_after(number, asked=timedelta(), chance=0.5).total_seconds() for number in range(1, 8)]
    assert seconds == [15, 30, 60, 120, 240, 300, 300]
    assert pause_after(1, asked=timedelta(), chance=0.0) == timedelta(seconds=11.25)
    assert pause_after(1, asked=timedelta(), chance=1.0) == timedelta(seconds=18.75)
    assert pause_after(1, asked=timedelta(minutes=2), chance=0.0) == timedelta(minutes=2)
    assert pause_after(9999, asked=timedelta(days=1), chance=0.0) == timedelta(minutes=5)
