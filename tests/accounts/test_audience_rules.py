"""Small groups do not show (promise 3): the pure gate, by cases and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.audience_rules import Act, Company, Level, groups_shown, level, standing_parts, standing_sum, total_shows

NOBODY = frozenset[int]()


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


# --- a company's week ----------------------------------------------------------------------------


def _total(people: int, *, participants: int = 20, named: frozenset[int] = NOBODY, **more: bool) -> bool:
    """Each of them posts a story of their own; `more` are stories 0, 1, … that moved."""
    acts = [Act(person, 1, person) for person in range(people)]
    moved = {int(story.removeprefix("s")): alone for story, alone in more.items()}
    return total_shows(acts, participants=participants, named=named, moved=moved)


def test_a_total_needs_five_people_who_acted() -> None:
    assert [_total(people) for people in (0, 4, 5, 6)] == [False, False, False, True]  # one story of five may be known
    assert not _total(8, participants=4)


def test_who_is_named_on_boards_protects_nobody() -> None:
    assert _total(8, named=frozenset({0, 1}))
    assert not _total(8, named=frozenset({0, 1, 2}))  # of five stories one may be known, and four people are left


def _told(story: int, *people: int, week: int = 1) -> list[Act]:
    return [Act(person, week, story) for person in people]


def test_a_story_that_shows_does_not_tell_of_the_others() -> None:
    acts = [*_told(1, 1, 2, 3, 4, 5), *_told(2, 6)]
    assert not total_shows(acts, participants=20, named=NOBODY, moved={1: True})  # what is left is one person's
    many = [*_told(1, 1, 2, 3, 4, 5), *(act for person in range(6, 12) for act in _told(person, person))]
    assert total_shows(many, participants=20, named=NOBODY, moved={1: True})


def test_where_every_story_shows_the_total_tells_nothing_more() -> None:
    acts = [*_told(1, 1, 2, 3, 4, 5), *_told(2, 1, 2, 3, 4, 6)]
    assert total_shows(acts, participants=20, named=NOBODY, moved={1: True, 2: True})
    assert not total_shows(acts, participants=20, named=NOBODY, moved={1: True, 2: False})  # it brings earlier posts


# --- groups --------------------------------------------------------------------------------------


def _shown(
    *, participants: int = 40, quiet: int = 2, named: frozenset[int] = NOBODY, loose: int = 0, **sizes: int
) -> set[str]:
    """Teams by how many posted; everybody posts two stories of their own, and `quiet` more of each team do not."""
    places: dict[int, frozenset[str]] = {}
    acts: list[Act] = []
    for name, size in {**sizes, "": loose}.items():
        for number in range(size + (quiet if name or loose else 0)):
            person = len(places)
            places[person] = frozenset({name} - {""})
            if number < size:
                acts += [Act(person, 1, person), Act(person, 1, 1000 + person)]
    company = Company(participants, named, places, weeks_shown=frozenset({1}))
    return set(groups_shown(acts, company))


def test_below_ten_participants_no_group_shows() -> None:
    assert _shown(participants=9, sales=9) == set()
    assert _shown(participants=10, sales=9) == {"sales"}


def test_a_group_of_four_does_not_show_and_takes_another_with_it() -> None:
    assert _shown(sales=10, hr=4) == set()  # the company minus sales would be hr
    assert _shown(sales=10, ops=6, hr=4) == {"sales"}  # the rest is ops and hr together
    assert _shown(sales=10, ops=6, hr=4, it=2) == {"sales", "ops"}
    assert _shown(sales=10, loose=3) == set()  # people in no team are a group too


def test_nobody_of_a_hidden_group_tells_as_much() -> None:
    assert _shown(sales=7, ops=6, hr=0) == {"sales"}


def test_where_everybody_posted_a_figure_would_say_so_of_each() -> None:
    assert _shown(sales=8, ops=8, quiet=0) == set()
    assert _shown(sales=8, ops=8, quiet=1) == set()  # who was quiet would know it of all the others
    assert _shown(sales=8, ops=8, quiet=2) == {"sales", "ops"}


def test_named_people_protect_nobody_in_a_team_either() -> None:
    assert _shown(sales=8, ops=8, named=frozenset({0, 1, 2})) == {"sales", "ops"}
    assert _shown(sales=8, ops=8, named=frozenset({0, 1, 2, 3})) == set()


def _placed(weeks_shown: frozenset[int], *acts: Act, **teams: range) -> set[str]:
    places: dict[int, frozenset[str]] = {}
    for name, people in teams.items():
        for person in people:
            places[person] = places.get(person, frozenset()) | {name}
    return set(groups_shown(acts, Company(40, NOBODY, places, weeks_shown)))


def _posts(people: range, week: int = 1) -> list[Act]:
    return [act for person in people for act in (Act(person, week, person), Act(person, week, 1000 + person))]


def test_a_team_within_a_team_is_not_told_apart() -> None:
    teams = {"sales": range(12), "leads": range(8), "ops": range(20, 34)}
    acts = [*_posts(range(6)), *_posts(range(8, 10)), *_posts(range(20, 30))]
    shown = _placed(frozenset({1}), *acts, **teams)
    assert not {"sales", "leads"} <= shown
    assert shown


def test_two_teams_that_share_one_person_do_not_tell_of_him() -> None:
    """a + b - the company would be person 7 alone."""
    teams = {"a": range(8), "b": range(7, 16)}
    assert _placed(frozenset({1}), *_posts(range(5)), *_posts(range(7, 14)), **teams) == {"b"}


def test_a_week_of_the_company_does_not_tell_of_a_team() -> None:
    """In week 2 ops was quiet but for one person: all four weeks of sales minus those weeks would tell."""
    teams = {"sales": range(10), "ops": range(20, 30)}
    acts = [*_posts(range(20, 27), week=1), *_posts(range(7), week=2), *_posts(range(20, 21), week=2)]
    assert _placed(frozenset({1, 2}), *acts, **teams) == set()
    both = [*_posts(range(7), week=1), *_posts(range(20, 27), week=1), *_posts(range(7), week=2)]
    assert _placed(frozenset({1, 2}), *both, *_posts(range(20, 27), week=2), **teams) == {"sales", "ops"}


def test_a_team_that_told_one_story_shows_nothing_of_its_own() -> None:
    teams = {"sales": range(10), "ops": range(20, 30)}
    one_story = _told(7, *range(8))
    assert _placed(frozenset({1}), *one_story, *_posts(range(20, 28)), **teams) == set()


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


@given(weeks=st.lists(st.dictionaries(st.integers(0, 12), st.integers(1, 3), max_size=7), max_size=12))
def test_a_sum_is_made_of_parts_that_do_not_overlap(weeks: list[dict[int, int]]) -> None:
    parts = standing_parts(weeks)
    assert [number for part in parts for number in part] == list(range(parts[-1].stop if parts else 0))
    assert all(len({person for number in part for person in weeks[number]}) >= 5 for part in parts)
