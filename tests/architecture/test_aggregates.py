"""Small groups do not show (promise 3): every count over people's acts is known here, and nobody can be read out.

A new `Count`, `Sum`, `.aggregate()`, `.count()` or counting SQL fails until it stands in `COUNTS`, with the gate it
passes or the reason why it needs none. The attack below takes every pair of shown figures from each other.
"""

from __future__ import annotations

import ast
import random
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from accounts.audience_rules import (
    LEAST_ACTORS,
    LEAST_QUIET,
    Act,
    Company,
    beside,
    groups_shown,
    some_stayed_quiet,
    standing_parts,
    total_shows,
)

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "integrations", "campaigns", "advocacy")

# --- every count in the code ---------------------------------------------------------------------

GATE = "accounts/selectors/audience_size.py"
OWN = "one's own acts, shown to their owner alone"
ENGINE = "work of the whole installation, for its operator; no company's person is behind a figure"
CAUSE = "no figure: it makes one act's cause or version unlike the last one's"
COUNTS: dict[str, str] = {
    "accounts/selectors/audience_size.py::_PARTICIPANTS": f"{GATE}: the gate's own threshold, never given out",
    "campaigns/selectors/item_figures.py::_by_week": f"{GATE}: standing_figures and total_shows",
    "campaigns/selectors/item_figures.py::found_salesy": f"{GATE}: five people in weeks that are over; says that alone",
    "campaigns/selectors/item_figures.py::_audience": f"{GATE}: the gate's own threshold, never given out",
    "campaigns/selectors/this_week.py::_posts": OWN,
    "campaigns/selectors/items.py::posts_out": OWN,
    "campaigns/selectors/leaderboard.py::_STANDING": "named by choice (promise 4), and the reader's own line",
    "campaigns/selectors/this_week.py::_colleagues": "five people in weeks that are over; says that, no number",
    "campaigns/selectors/results.py::my_results": OWN,
    "campaigns/selectors/results.py::_clicks": OWN,
    "campaigns/selectors/queue.py::waiting_count": OWN,
    "campaigns/selectors/notices.py::reminders_due": OWN,
    "integrations/actions/web_push.py::add_device": OWN,
    "campaigns/selectors/departure_preview.py::would_cancel": OWN,
    "campaigns/actions/points.py::_told_this_week": OWN,
    "campaigns/actions/by_hand.py::_require_few_addresses": OWN,
    "campaigns/actions/media_uploads.py::_underway": "files on their way, the work of curators; none is shown",
    "campaigns/selectors/messages.py::to_pass_count": "suggested messages, the work of curators; counted for curators",
    "advocacy/navigation.py::_counted": "one's own notices; texts that asked for a reader, for readers; the inbox",
    "campaigns/selectors/story_mix.py::story_mix": "stories of the company, not acts of people",
    "campaigns/selectors/library.py::campaigns_with_stories": "stories of the company, not acts of people",
    "accounts/actions/keys.py::make_key": OWN,
    "campaigns/actions/figures.py::_written_until": "the time of the newest figure",
    "campaigns/actions/shares.py::take_down_share": CAUSE,
    "campaigns/notices.py::owe_notice": CAUSE,
    "accounts/errands.py::_HEAVY": "how many long ones wait and are worked on: shares out the work",
    "accounts/errands.py::_taking": "how many long ones are worked on: shares out the work",
    "campaigns/publishing/claim.py::_DUE_OF_ONE": "shares out the work",
    "campaigns/publishing/claim.py::_CLAIM": "shares out the work",
    "campaigns/selectors/spend.py::spent_by_company": ENGINE,
    "campaigns/selectors/spend.py::_spent": "no figure: what a ceiling counts against, shown to nobody",
    "campaigns/selectors/spend.py::_planned": "no figure: what a ceiling counts against, shown to nobody",
    "campaigns/publishing/balance.py::_MOVES": ENGINE,
    "campaigns/publishing/balance.py::_STATES": ENGINE,
    "campaigns/publishing/balance.py::_SENDS": ENGINE,
    "campaigns/publishing/restored.py::_COUNTS": ENGINE,
    "campaigns/publishing/restored.py::_SINCE": ENGINE,
    "campaigns/publishing/watchdog.py::_AGES": ENGINE,
    "campaigns/selectors/engine_figures.py::_LATENESS": ENGINE,
    "campaigns/selectors/engine_figures.py::_STATES": ENGINE,
    "campaigns/selectors/engine_figures.py::_DEPTHS": "posts that wait by company's public id, for the operator",
    "campaigns/selectors/engine_figures.py::_ERRANDS": ENGINE,
    "campaigns/selectors/engine_figures.py::_ACCOUNTS": "whether a server has five accounts; says that, no number",
    "integrations/refresh_tally.py::refresh_figures": ENGINE,
}
FUNCTIONS = {"Count", "Sum", "Avg", "StdDev", "Variance", "ArrayAgg", "StringAgg", "JSONBAgg"}
SQL = re.compile(r"SELECT.*(\b(count|sum|avg|array_agg|string_agg)\s*\(|GROUP BY)", re.IGNORECASE | re.DOTALL)


def test_every_count_is_known() -> None:
    found = {f"{name}::{home}" for name, tree in _modules() for home in _counts(tree)}
    assert sorted(found - COUNTS.keys()) == [], "say in COUNTS which gate this passes, or why it needs none"
    assert sorted(COUNTS.keys() - found) == [], "these are gone: take them out of COUNTS"


def test_what_was_let_out_is_written_by_one_action_and_read_by_one_page() -> None:
    naming = {
        name
        for name, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.ClassDef) and "ShownFigure" in (getattr(node, "id", ""), _name(node))
    }
    assert naming == {
        "campaigns/models/recognition.py",
        "campaigns/actions/figures.py",
        "campaigns/selectors/team_page.py",
    }


@pytest.mark.parametrize(
    "code",
    [
        "def f(): return Share.objects.values('team').annotate(n=Count('pk'))",
        "def f(): return models.Sum('points')",
        "def f(): return Share.objects.aggregate(x=Max('at'))",
        "def f(): return Share.objects.filter(member=1).count()",
        "f = 'SELECT team_id, count(*) FROM campaigns_share'",
        "class f:\n    def g(self): return Share.objects.count()",
    ],
)
def test_a_count_is_seen(code: str) -> None:
    assert [home.split(".")[0] for home in _counts(ast.parse(code))] == ["f"]


@cache
def _modules() -> list[tuple[str, ast.Module]]:
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [
        (str(path.relative_to(ROOT)), ast.parse(path.read_text())) for path in paths if "migrations" not in path.parts
    ]


def _counts(tree: ast.Module) -> Iterator[str]:
    """The homes of what counts: functions, methods and constants."""
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        for one in inner:
            words = {ast.get_docstring(one, clean=False)} if isinstance(one, ast.FunctionDef) else set()
            if any(_is_count(part, words) for part in ast.walk(one)):
                yield ".".join(dict.fromkeys((_name(node), _name(one))))


def _is_count(node: ast.AST, docstrings: Collection[str | None]) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value not in docstrings and bool(SQL.search(node.value))
    if not isinstance(node, ast.Call):
        return False
    called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    return called in FUNCTIONS or called == "aggregate" or (called == "count" and not node.args)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Assign):
        node = node.targets[0]
    return str(getattr(node, "name", getattr(node, "id", type(node).__name__)))


# --- the attack ----------------------------------------------------------------------------------

WEEKS = 8  # two fours
Gate = Callable[["Programme"], dict[str, frozenset[Act]]]


@dataclass
class Programme:
    """A company by chance: people in teams, some named on boards, and eight weeks of posts."""

    company: Company[int]
    acts: frozenset[Act]

    def of_week(self, week: int) -> frozenset[Act]:
        return frozenset(act for act in self.acts if act.week == week)

    def of_team(self, team: int, four: range) -> frozenset[Act]:
        places = self.company.places
        return frozenset(act for act in self.acts if act.week in four and team in places.get(act.person, ()))


def _programme(chance: random.Random) -> Programme:
    people = range(chance.choice((6, 12, 25, 50, 80)))
    teams = range(chance.randint(0, 5))
    places = {
        one: frozenset(chance.sample(teams, chance.choice((0, 1, 1, 1, 2)) if len(teams) > 1 else 0)) for one in people
    }
    named = frozenset(one for one in people if chance.random() < chance.choice((0, 0.1, 0.5)))
    keen, stories = chance.choice((0.1, 0.3, 0.6)), chance.randint(1, 12)
    acts = frozenset(
        Act(one, week, chance.randrange(week // 3, stories + week // 3))
        for one in people
        for week in range(WEEKS)
        for _ in range(2)
        if chance.random() < keen
    )
    left = set(chance.sample(people, len(people) // 10))  # left since: in no team any more, their posts remain
    here = {one: groups for one, groups in places.items() if one not in left}
    return Programme(Company(len(here), named, here, frozenset()), acts)


def _story_parts(of: Programme) -> Iterator[tuple[int, frozenset[int]]]:
    """(story, weeks) of each movement of a story's own figure."""
    told: dict[int, dict[int, set[int]]] = {}
    for act in of.acts:
        told.setdefault(act.story, {}).setdefault(act.week, set()).add(act.person)
    for story, people in sorted(told.items()):
        weeks = sorted(people)
        for part in standing_parts([people[week] for week in weeks]):
            yield story, frozenset(weeks[number] for number in part)


def _stories(of: Programme) -> dict[str, frozenset[Act]]:
    acts: dict[int, list[Act]] = {}
    for act in of.acts:
        acts.setdefault(act.story, []).append(act)
    return {
        f"story {story} {sorted(weeks)}": frozenset(act for act in acts[story] if act.week in weeks)
        for story, weeks in _story_parts(of)
    }


def our_gate(of: Programme) -> dict[str, frozenset[Act]]:
    """What `campaigns/actions/figures.py` lets out."""
    released = _stories(of)
    parts, company = list(_story_parts(of)), of.company
    for week in range(WEEKS):
        moved = {story: len(weeks) == 1 for story, weeks in parts if max(weeks) == week}
        if total_shows(of.of_week(week), participants=company.participants, named=company.named, moved=moved):
            released[f"week {week}"] = of.of_week(week)
    shown = frozenset(week for week in range(WEEKS) if f"week {week}" in released)
    for four in (range(4), range(4, 8)):
        acts = [act for act in of.acts if act.week in four]
        for team in groups_shown(acts, replace(company, weeks_shown=shown)):
            released[f"team {team} {four}"] = of.of_team(team, four)
    return released


def naive_gate(of: Programme) -> dict[str, frozenset[Act]]:
    """Five people behind each figure, and nothing more."""
    every = {f"week {week}": of.of_week(week) for week in range(WEEKS)}
    for team in {team for groups in of.company.places.values() for team in groups}:
        every |= {f"team {team} {four}": of.of_team(team, four) for four in (range(4), range(4, 8))}
    enough = {name: acts for name, acts in every.items() if len({act.person for act in acts}) >= LEAST_ACTORS}
    return _stories(of) | enough


def _told_of(of: Programme, gate: Gate) -> tuple[list[str], int]:
    """Pairs of figures whose difference is about one to four people, and how many figures of teams were let out.

    Boards tell of named people's points, so they count as known. What is left may be other stories' own figures, which
    are known as well; so two stories need no look.
    """
    released = gate(of)
    stories = [acts for name, acts in released.items() if name.startswith("story")]
    assert sum(map(len, stories)) == len(frozenset[Act]().union(*stories)), (
        "movements of stories have nothing in common"
    )
    told = [
        f"{one} - {other}"
        for (one, acts), (other, acts_there) in combinations(released.items(), 2)
        if not one.startswith("story") or not other.startswith("story")
        if _few(of, _but_stories(acts ^ acts_there, stories))
    ]
    told += [f"{name} - {rest}" for name, rest in _whole_tables(of, released)]
    return told, sum(name.startswith("team") for name in released)


def _whole_tables(of: Programme, released: dict[str, frozenset[Act]]) -> Iterator[tuple[str, str]]:
    """More than pairs: a week without all stories that moved in it, and the company without all of its teams."""
    for week in range(WEEKS):
        moved = [acts for name, acts in released.items() if name.startswith("story") and f"{week}]" in name]
        if f"week {week}" in released and _few(of, _without(released[f"week {week}"], moved)):
            yield f"week {week}", "its stories"
    for four in (range(4), range(4, 8)):
        weeks = [released.get(f"week {week}", frozenset()) for week in four]
        teams = [acts for name, acts in released.items() if name.endswith(str(four))]
        if all(weeks) and teams and _few(of, frozenset[Act]().union(*weeks).difference(*teams)):
            yield str(four), "its teams"


def _without(acts: frozenset[Act], taken: Collection[frozenset[Act]]) -> frozenset[Act]:
    for one in taken:
        acts ^= one
    return acts


def _but_stories(acts: frozenset[Act], stories: Collection[frozenset[Act]]) -> frozenset[Act]:
    """Nothing, where the acts are just those of some stories that show."""
    return acts if acts.difference(*(story for story in stories if story <= acts)) else frozenset()


def _few(of: Programme, acts: frozenset[Act]) -> bool:
    people: set[int] = set()
    for act in acts:
        if act.person not in of.company.named:
            people.add(act.person)
            if len(people) == LEAST_ACTORS:
                return False
    return bool(people)


def _attack(gate: Gate, companies: int) -> tuple[int, int]:
    chance = random.Random(3)  # noqa: S311  # chance that must repeat, not a secret
    found = [_told_of(_programme(chance), gate) for _ in range(companies)]
    return sum(len(told) for told, _ in found), sum(teams for _, teams in found)


@pytest.mark.long
def test_every_pair_of_figures_of_a_thousand_companies_tells_of_nobody() -> None:
    told, teams = _attack(our_gate, 1000)
    assert told == 0
    assert teams > 150, "the gate lets something out, or nothing is shown"


def test_the_attack_bites() -> None:
    told, _teams = _attack(naive_gate, 60)
    assert told > 100


# --- the attack on one story's page ---------------------------------------------------------------

REASONS = ("salesy", "field", "language")
People = frozenset[int]


@dataclass
class Read:
    """One story by chance: who saw it, put it aside and why, and posted it; each with the week of the first time."""

    audience: int
    seen: dict[int, int]
    skipped: dict[str, dict[int, int]]
    posted: dict[int, int]
    worded: dict[int, int]  # the wording of each one's post


def _read(chance: random.Random) -> Read:
    people = range(chance.choice((6, 9, 15, 30, 60)))
    seeing, leaving, posting = (chance.choice((0.1, 0.4, 0.8, 1.0)) for _ in range(3))
    of = Read(len(people), {}, {reason: {} for reason in REASONS}, {}, {})
    for one in people:
        if chance.random() >= seeing:
            continue
        week = of.seen[one] = chance.randrange(WEEKS)
        if chance.random() < leaving:
            of.skipped[chance.choice(REASONS)][one] = chance.randrange(week, WEEKS)
        elif chance.random() < posting:
            of.posted[one], of.worded[one] = chance.randrange(week, WEEKS), chance.randrange(3)
    return of


def _counted(first: dict[int, int], until: int) -> People:
    """Whom a standing figure counts at the end of a week."""
    weeks = [[one for one, week in first.items() if week == number] for number in range(until + 1)]
    return frozenset(one for part in standing_parts(weeks) for number in part for one in weeks[number])


def page_of(of: Read, until: int) -> dict[str, People]:
    """The people behind each figure that `campaigns/selectors/item_figures.py` shows, at the end of a week."""
    seen, posts = [one for one, week in of.seen.items() if week <= until], _counted(of.posted, until)
    aside = {one for people in of.skipped.values() for one, week in people.items() if week <= until}
    reasons = {reason: _counted(people, until) for reason, people in of.skipped.items()}
    shown = {"posts": posts, "wordings": posts}
    if some_stayed_quiet(len(aside), audience=of.audience):
        shown |= reasons
    readers = _counted(of.seen, until) if some_stayed_quiet(len(seen), audience=of.audience) else frozenset[int]()
    others = [len(people) for name, people in shown.items() if name != "wordings"]
    shown["seen"] = readers if beside(len(readers) or None, others) is not None else frozenset[int]()
    return {name: people for name, people in shown.items() if people}


def naive_page(of: Read, until: int) -> dict[str, People]:
    """Five people behind each figure, and nothing more."""
    every = {"seen": of.seen, "posts": of.posted, **of.skipped}
    acted = {name: frozenset(one for one, week in first.items() if week <= until) for name, first in every.items()}
    return {name: people for name, people in acted.items() if len(people) >= LEAST_ACTORS}


def _told_by_pages(of: Read, gate: Callable[[Read, int], dict[str, People]]) -> Iterator[str]:
    """What a curator learns of one to four people, week by week; or of everybody."""
    before: dict[str, People] = {}
    for week in range(WEEKS):
        shown = gate(of, week)
        for name, people in shown.items():
            if name in before and 0 < len(people ^ before[name]) < LEAST_ACTORS:
                yield f"{name} moved in week {week}"
            if name in ("seen", *REASONS) and of.audience - len(people) < LEAST_QUIET:
                yield f"{name} was nearly everybody"
        if "seen" in shown:
            yield from (f"week {week}: {rest}" for rest in _readers_without(shown))
        before |= shown


def _readers_without(shown: dict[str, People]) -> Iterator[str]:
    """What else shows, one by one and together, taken from those who saw it."""
    others = [name for name in shown if name not in ("seen", "wordings")]
    for number in range(1, len(others) + 1):
        for some in combinations(others, number):
            if len(shown["seen"].difference(*(shown[name] for name in some))) < LEAST_ACTORS:
                yield f"seen without {some}"


def _pages_attacked(gate: Callable[[Read, int], dict[str, People]], stories: int) -> tuple[int, Counter[str]]:
    chance, told, shown = random.Random(5), 0, Counter[str]()  # noqa: S311  # chance that must repeat, not a secret
    for _ in range(stories):
        of = _read(chance)
        told += len(list(_told_by_pages(of, gate)))
        shown.update(gate(of, WEEKS - 1).keys())
    return told, shown


def test_no_page_of_a_story_tells_of_few() -> None:
    told, shown = _pages_attacked(page_of, 1000)
    assert told == 0
    assert all(shown[name] > 50 for name in ("seen", "posts", "wordings", *REASONS)), shown


def test_the_attack_on_pages_bites() -> None:
    assert _pages_attacked(naive_page, 100)[0] > 100


def test_wordings_are_of_the_very_posts_that_are_counted() -> None:
    """So they move with the posts, by five people and more."""
    chance = random.Random(7)  # noqa: S311  # chance that must repeat, not a secret
    for of in (_read(chance) for _ in range(300)):
        readings = [page_of(of, week).get("wordings", frozenset[int]()) for week in range(WEEKS)]
        for one, other in combinations(readings, 2):
            if len({of.worded[who] for who in one}) != len({of.worded[who] for who in other}):
                assert len(one ^ other) >= LEAST_ACTORS
