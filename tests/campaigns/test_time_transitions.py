"""Every zone of tzdata and every time its clocks are put forward or back from 2026 to 2032.

Around each of them a wall time means one instant or is refused; nothing is early, nothing comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from accounts.time_zones import zone_names
from campaigns.refusals import BadTime
from campaigns.selectors.times import instant_picked
from campaigns.time_rules import WALL_FORM, NoSuchTime, instant_of, wall_of

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2033, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STEP = timedelta(days=5)  # shorter than any zone stays at one offset: Ramadan in Morocco lasts four weeks


@dataclass(frozen=True)
class Transition:
    """At `at` the offset goes from `before` to `after`."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def is_gap(self) -> bool:
        return self.after > self.before

    @property
    def walls(self) -> tuple[datetime, datetime]:
        """The wall times that do not exist, or come twice: from the first to the one after the last."""
        naive = self.at.replace(tzinfo=None)
        edges = sorted((naive + self.before, naive + self.after))
        return edges[0], edges[1]


Table = tuple[Transition, ...]


def offset(zone: ZoneInfo, at: datetime) -> timedelta:
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found


def transitions_of(zone: ZoneInfo) -> Iterator[Transition]:
    left, known = START, offset(zone, START)
    while left < END:
        right = left + STEP
        if (now := offset(zone, right)) != known:
            low, high = left, right
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                low, high = (low, middle) if offset(zone, middle) != known else (middle, high)
            at = high.replace(microsecond=0)
            yield Transition(at, known, now)
        left, known = right, now


@cache
def tables() -> dict[Table, list[str]]:
    """Zones by their transitions: most of the 600 names share their clocks with others."""
    found: dict[Table, list[str]] = {}
    for name in sorted(zone_names()):
        zone = ZoneInfo(name)
        table = (Transition(START, timedelta(), offset(zone, START)), *transitions_of(zone))
        found.setdefault(table, []).append(name)
    return found


def every_transition() -> Iterator[tuple[ZoneInfo, Transition]]:
    """Each once, in the first zone that has it with all its neighbours."""
    for table, names in tables().items():
        for one in table[1:]:
            yield ZoneInfo(names[0]), one


def around(one: Transition) -> list[datetime]:
    """Wall times at the edges, inside and outside."""
    first, end = one.walls
    middle = (first + (end - first) / 2).replace(second=0, microsecond=0)
    return [first - MINUTE, first, first + MINUTE, middle, end - MINUTE, end, end + MINUTE]


def meanings(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """All instants that show this wall time, by trying every offset that the zone has nearby."""
    near = wall.replace(tzinfo=UTC)
    offsets = {offset(zone, near + timedelta(hours=hours)) for hours in range(-30, 31)}
    guesses = sorted(near - one for one in offsets)
    return [at for at in guesses if at.astimezone(zone).replace(tzinfo=None, fold=0) == wall]


def test_the_world_still_changes_its_clocks() -> None:
    """The search finds what is known, and goes over everything there is."""
    named = {name: table for table, names in tables().items() for name in names}
    assert set(named) == zone_names()
    berlin = [one.at for one in named["Europe/Berlin"][1:]]
    assert len(berlin) == 14
    assert berlin[2:4] == [datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)]
    assert {one.after - one.before for one in named["Australia/Lord_Howe"][1:]} == {
        timedelta(minutes=30),
        timedelta(minutes=-30),
    }
    assert len(named["Africa/Casablanca"]) == 16  # twice a year, for Ramadan, and once more in 2030
    assert named["Asia/Tokyo"][1:] == ()


def test_around_every_transition_a_wall_time_means_one_instant_or_is_refused() -> None:
    gaps, folds = 0, 0
    for zone, one in every_transition():
        gaps, folds = gaps + one.is_gap, folds + (not one.is_gap)
        for wall in around(one):
            known = meanings(wall, zone)
            if known:
                # A time that comes twice is the first, so nothing that waits for it goes out again an hour on.
                assert instant_of(wall, zone) == known[0]
                assert wall_of(known[0], zone) == wall.strftime(WALL_FORM)
                continue
            with pytest.raises(NoSuchTime) as refused:
                instant_of(wall, zone)
            assert refused.value.instead == one.walls[1]
            # Never early: what is offered instead begins where the clocks land.
            assert instant_of(refused.value.instead, zone) == one.at
    assert gaps > 100
    assert folds > 100


def test_every_gap_is_flagged_to_the_last_minute_and_no_fold_is() -> None:
    """Each minute of the gap and of the fold, in every zone, once a transition table."""
    for table, names in tables().items():
        zone = ZoneInfo(names[-1])
        for one in table[1:3]:  # each table's later ones are tried at their edges above
            first, end = one.walls
            for minutes in range(0, int((end - first).total_seconds() // 60), 7):
                wall = first + timedelta(minutes=minutes)
                if one.is_gap:
                    with pytest.raises(NoSuchTime):
                        instant_of(wall, zone)
                else:
                    assert instant_of(wall, zone) < one.at


def test_order_is_kept_over_every_transition() -> None:
    """Later on the wall is never earlier in the world, but in a fold, where both mean the first time round."""
    for zone, one in every_transition():
        meant = []
        for wall in around(one):
            try:
                meant.append(instant_of(wall, zone))
            except NoSuchTime as refused:
                meant.append(instant_of(refused.instead, zone))
        assert meant == sorted(meant)


@pytest.mark.parametrize("zone", ["Europe/Warsaw", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_a_person_who_picks_a_time_in_a_gap_is_told_the_next(zone: str) -> None:
    named = {name: table for table, names in tables().items() for name in names}
    gap = next(one for one in named[zone][1:] if one.is_gap)
    first, end = gap.walls
    with pytest.raises(BadTime) as refused:
        instant_picked(first.strftime(WALL_FORM), zone, now=gap.at - timedelta(days=1))
    assert refused.value.instead == gap.at
    assert f"{first:%H:%M}" in refused.value.sentence
    assert f"{end:%H:%M}" in refused.value.sentence
