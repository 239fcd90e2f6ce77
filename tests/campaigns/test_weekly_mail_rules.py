"""The hour of a weekly mail on the person's own clock: nights of summer time, weeks and years that end, the minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.weekly_mail_rules import AHEAD, BEHIND, SPREAD, Due, due_near, minute_of

WARSAW = ZoneInfo("Europe/Warsaw")
SUNDAY, TUESDAY = 6, 1


def test_a_plain_tuesday_in_winter_and_in_summer() -> None:
    winter = due_near(datetime(2026, 11, 24, 7, 30, tzinfo=UTC), weekday=TUESDAY, hour=9, zone=WARSAW)
    summer = due_near(datetime(2026, 7, 7, 6, 30, tzinfo=UTC), weekday=TUESDAY, hour=9, zone=WARSAW)
    assert winter == Due(datetime(2026, 11, 24, 8, 0, tzinfo=UTC), "2026-W48")
    assert summer == Due(datetime(2026, 7, 7, 7, 0, tzinfo=UTC), "2026-W28")


def test_an_hour_that_the_clocks_jump_over_is_the_first_after_the_jump() -> None:
    night = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)  # 02:00 does not exist in Warsaw on this Sunday
    assert due_near(night, weekday=SUNDAY, hour=2, zone=WARSAW) == Due(
        datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "2027-W12"
    )


def test_an_hour_that_comes_twice_is_the_first_and_only_one() -> None:
    night = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    first = Due(datetime(2026, 10, 25, 0, 0, tzinfo=UTC), "2026-W43")
    seen = {
        due_near(night + timedelta(minutes=minutes), weekday=SUNDAY, hour=2, zone=WARSAW) for minutes in (0, 60, 90)
    }
    assert seen == {first}


def test_it_is_owed_from_shortly_before_until_half_a_day_after() -> None:
    at = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    def is_near(now: datetime) -> bool:
        return due_near(now, weekday=TUESDAY, hour=9, zone=WARSAW) is not None

    second = timedelta(seconds=1)
    assert [is_near(at - AHEAD - second), is_near(at - AHEAD), is_near(at + BEHIND), is_near(at + BEHIND + second)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_zone_where_it_is_another_day_already() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    monday_in_london = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)
    assert due_near(monday_in_london, weekday=TUESDAY, hour=9, zone=auckland) == Due(
        datetime(2026, 11, 23, 20, 0, tzinfo=UTC), "2026-W48"
    )


def test_the_last_days_of_a_year_belong_to_their_week() -> None:
    friday = due_near(datetime(2027, 1, 1, 8, 0, tzinfo=UTC), weekday=4, hour=9, zone=WARSAW)
    assert friday is not None
    assert friday.week == "2026-W53"


def test_minutes_are_a_persons_own_and_spread() -> None:
    minutes = {minute_of(f"person{number}") for number in range(200)}
    assert minute_of("ada") == minute_of("ada")
    assert len({minute.seconds // 60 for minute in minutes}) > 30
    assert all(timedelta(0) <= minute < SPREAD for minute in minutes)
