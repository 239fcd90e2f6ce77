"""Small groups do not show (promise 3): the pure gate, by cases and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.audience_rules import Gate, Level, gate, level, standing_sum


def _people(first: int, count: int) -> frozenset[int]:
    return frozenset(range(first, first + count))


def _gate(participants: int, **sizes: int) -> Gate[str]:
    actors: dict[str, frozenset[int]] = {}
    start = 0
    for name, size in sizes.items():
        actors[name] = _people(start, size)
        start += size
    everybody = frozenset[int]().union(*actors.values())
    return gate(participants=participants, everybody=everybody, actors=actors)


@pytest.mark.parametrize(
    ("participants", "expected"),
    [
        (0, Level.ITEMS_ONLY),
        (4, Level.ITEMS_ONLY),
        (5, Level.COMPANY_TOTALS),
        (9, Level.COMPANY_TOTALS),
        (10, Level.GROUPS),
    ],
)
def test_how_deep_a_companys_figures_go(participants: int, expected: Level) -> None:
    assert level(participants) is expected


def test_a_total_needs_five_people_who_acted() -> None:
    assert _gate(20, sales=4) == Gate(company_total=False, groups=frozenset())
    assert _gate(20, sales=5) == Gate(company_total=True, groups=frozenset({"sales"}))


def test_below_ten_participants_no_group_shows() -> None:
    assert _gate(9, sales=9).groups == frozenset()


def test_a_group_of_four_does_not_show_and_takes_another_with_it() -> None:
    assert _gate(30, sales=10, hr=4).groups == frozenset()  # total minus sales would be hr
    assert _gate(30, sales=10, ops=6, hr=4).groups == frozenset({"sales"})  # the rest is ops and hr together
    assert _gate(30, sales=10, ops=6, hr=4, it=2).groups == frozenset({"sales", "ops"})


def test_nobody_of_a_hidden_group_tells_as_much() -> None:
    assert _gate(30, sales=6, ops=6, hr=0).groups == frozenset({"ops"}) or _gate(30, sales=6, ops=6, hr=0).groups == {
        "sales"
    }


def test_a_team_within_a_team_is_not_told_apart() -> None:
    everybody = _people(0, 20)
    actors = {"all of sales": _people(0, 8), "sales leads": _people(0, 6), "ops": _people(8, 12)}
    shown = gate(participants=20, everybody=everybody, actors=actors).groups
    assert not {"all of sales", "sales leads"} <= shown


@given(
    participants=st.integers(0, 40),
    actors=st.dictionaries(st.sampled_from("abcdef"), st.frozensets(st.integers(0, 25), max_size=14)),
    loose=st.frozensets(st.integers(26, 34)),
)
def test_no_reader_can_compute_a_few(
    participants: int, actors: dict[str, frozenset[int]], loose: frozenset[int]
) -> None:
    everybody = loose.union(*actors.values())
    passed = gate(participants=participants, everybody=everybody, actors=actors)
    shown = {group: actors[group] for group in passed.groups}
    assert all(len(people) >= 5 for people in shown.values())
    assert participants >= 10 or not shown
    assert participants >= 5 or not passed.company_total
    if not shown:
        return
    rest = everybody.difference(*shown.values())
    assert len(rest) >= 5 or (not rest and len(shown) == len(actors))
    for whole in (everybody, *shown.values()):
        for part in shown.values():
            assert not part < whole or len(whole - part) >= 5


def _week(*people: int) -> dict[int, int]:
    return dict.fromkeys(people, 1)


@pytest.mark.parametrize(
    ("weeks", "shown"),
    [
        ([], None),
        ([_week(1, 2, 3, 4)], None),
        ([_week(1, 2, 3, 4), _week(4, 5)], 6),
        ([_week(1, 2, 3, 4, 5), _week(6)], 5),  # one more would tell of one
        ([_week(1, 2, 3, 4, 5), _week(6), _week(6), _week(7, 8, 9)], 5),
        ([_week(1, 2, 3, 4, 5), _week(6), _week(6), _week(7, 8, 9), _week(1)], 11),
        ([{1: 7, 2: 1, 3: 1, 4: 1, 5: 1}], 11),
    ],
)
def test_a_sum_moves_only_by_what_five_people_added(weeks: list[dict[int, int]], shown: int | None) -> None:
    assert standing_sum(weeks) == shown


@given(weeks=st.lists(st.dictionaries(st.integers(0, 12), st.integers(1, 3), max_size=7), max_size=12))
def test_two_readings_never_tell_of_a_few(weeks: list[dict[int, int]]) -> None:
    last, since = None, set[int]()
    for number, week in enumerate(weeks, 1):
        since |= set(week)
        now = standing_sum(weeks[:number])
        if now != last:
            assert len(since) >= 5
            last, since = now, set()
