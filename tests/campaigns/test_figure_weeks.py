"""Weeks of figures follow each other without a gap or an overlap, over clock changes and moves to another zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.figure_weeks import FOUR, WEEK, fours_over, week_number, weeks_to_write

WARSAW, SHANGHAI = ZoneInfo("Europe/Warsaw"), ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 30, tzinfo=WARSAW)


def test_fours_never_overlap() -> None:
    fours = {fours_over(MONDAY + WEEK * number) for number in range(12)}
    ends = sorted(four.end for four in fours)
    assert len(ends) == 3
    assert all(later - earlier == WEEK * FOUR for earlier, later in zip(ends, ends[1:], strict=False))
    assert fours_over(MONDAY).end == MONDAY
    assert fours_over(MONDAY + WEEK * 3).end == MONDAY


def test_the_first_writing_reaches_two_fours_back_and_the_next_one_a_week() -> None:
    weeks = weeks_to_write(MONDAY, None)
    assert [week.end for week in weeks] == [MONDAY - WEEK * number for number in range(7, -1, -1)]
    assert all(before.end == after.start for before, after in zip(weeks, weeks[1:], strict=False))
    assert weeks_to_write(MONDAY, MONDAY) == []
    assert [week.end for week in weeks_to_write(MONDAY + WEEK, MONDAY)] == [MONDAY + WEEK]


def test_a_week_with_a_clock_change_is_one_week() -> None:
    change = [week for week in weeks_to_write(MONDAY, None) if week.start.utcoffset() != week.end.utcoffset()]
    assert [(week.start.isoformat(), week.end.isoformat()) for week in change] == [
        ("2026-10-19T00:00:00+02:00", "2026-10-26T00:00:00+01:00")
    ]
    assert week_number(change[0].end) - week_number(change[0].start) == 1


def test_after_a_move_to_another_zone_nothing_is_counted_twice() -> None:
    written = MONDAY.astimezone(SHANGHAI)  # 07:00 there
    [week] = weeks_to_write(datetime(2026, 12, 7, tzinfo=SHANGHAI), written)
    assert week.start == MONDAY
    assert week.end - week.start == WEEK - timedelta(hours=7)
