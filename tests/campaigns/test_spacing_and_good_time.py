"""Posts are set apart, and *Good time* names the rule that chose it (design.md, promise 8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.good_time import HoursFrom, good_time, usual_hours
from campaigns.spacing_rules import Spacing, SpacingRule, Taken, conflict, next_free

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # Monday, 07:00 in Warsaw
SPACING = Spacing.of_campaign(20)
TAKEN = st.lists(
    st.builds(
        Taken, st.integers(0, 600).map(lambda minute: NOW + timedelta(minutes=minute)), st.sampled_from(SpacingRule)
    ),
    max_size=20,
)


@settings(max_examples=200, deadline=None)
@given(taken=TAKEN, minute=st.integers(0, 600))
def test_the_next_free_time_is_free_and_not_earlier(taken: list[Taken], minute: int) -> None:
    at = NOW + timedelta(minutes=minute)
    free, moved_by = next_free(at, taken, SPACING)
    assert free >= at
    assert conflict(free, taken, SPACING) is None
    assert (free == at) == (moved_by is None)


def test_distances() -> None:
    mine, story = Taken(NOW, SpacingRule.PERSON), Taken(NOW, SpacingRule.STORY)
    assert conflict(NOW + timedelta(minutes=29), [mine], SPACING) is SpacingRule.PERSON
    assert conflict(NOW + timedelta(minutes=30), [mine], SPACING) is None
    assert conflict(NOW - timedelta(minutes=19), [story], SPACING) is SpacingRule.STORY
    assert conflict(NOW - timedelta(minutes=20), [story], SPACING) is None
    assert conflict(NOW, [mine, story], Spacing.of_campaign(0)) is None


def test_a_moved_time_is_a_whole_minute() -> None:
    taken = [Taken(NOW + timedelta(seconds=30), SpacingRule.PERSON)]
    assert next_free(NOW, taken, SPACING) == (NOW + timedelta(minutes=31), SpacingRule.PERSON)


def test_the_networks_hours_until_we_know_the_person() -> None:
    usual = usual_hours([NOW] * 4, (8, 12, 17), WARSAW)
    best = good_time(usual, [], SPACING, zone=WARSAW, now=NOW)
    assert best.hours_from is HoursFrom.NETWORK
    assert best.at.astimezone(WARSAW).strftime("%a %H:%M") == "Mon 08:00"


def test_weekends_are_left_alone_by_the_networks_hours() -> None:
    saturday = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
    best = good_time(usual_hours([], (8, 12), WARSAW), [], SPACING, zone=WARSAW, now=saturday)
    assert best.at.astimezone(WARSAW).strftime("%a %H:%M") == "Mon 08:00"


def test_own_hours_from_five_posts_on() -> None:
    sunday = datetime(2026, 11, 22, 20, 15, tzinfo=WARSAW)
    posts = [sunday - timedelta(weeks=week) for week in range(5)]
    best = good_time(usual_hours(posts, (8,), WARSAW), [], SPACING, zone=WARSAW, now=NOW)
    assert best.hours_from is HoursFrom.OWN_POSTS
    assert best.at.astimezone(WARSAW).strftime("%a %H:%M") == "Sun 20:00"


def test_other_posts_push_it_inside_the_hour_or_to_the_next() -> None:
    usual = usual_hours([], (8, 12), WARSAW)
    eight = datetime(2026, 11, 23, 8, 0, tzinfo=WARSAW)
    pushed = good_time(usual, [Taken(eight, SpacingRule.STORY)], SPACING, zone=WARSAW, now=NOW)
    assert (pushed.at.astimezone(WARSAW).strftime("%H:%M"), pushed.moved_by) == ("08:20", SpacingRule.STORY)
    full = [Taken(eight + timedelta(minutes=20 * step), SpacingRule.STORY) for step in range(3)]
    assert good_time(usual, full, SPACING, zone=WARSAW, now=NOW).at.astimezone(WARSAW).strftime("%H:%M") == "12:00"


def test_an_hour_that_does_not_exist_is_not_offered() -> None:
    before = datetime(2027, 3, 28, 0, 30, tzinfo=WARSAW)
    posts = [datetime(2027, 3, 21, 2, 10, tzinfo=WARSAW)] * 5
    best = good_time(usual_hours(posts, (8,), WARSAW), [], SPACING, zone=WARSAW, now=before)
    assert best.at.astimezone(WARSAW).strftime("%d %H:%M") == "04 02:00"
