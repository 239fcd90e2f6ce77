"""Which figures of small groups may be shown. Pure: no Django, no database.

A total of a small group would tell who said yes and who said no. So a figure shows only with five people behind it,
and never where taking shown figures from each other would leave fewer: teams from the company, one team from another,
a story from either, one week from four. Group sizes, headcounts and participation rates never leave here.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import Generic, NamedTuple, TypeVar

LEAST_ACTORS = 5
LEAST_QUIET = 2  # where everybody acted, or all but one reader, a figure says so of each of them
TEAMS_FROM = 10  # participants below this: company totals only
TOTALS_FROM = 5  # participants below this: results of items only

Group = TypeVar("Group", bound=Hashable)


class Level(Enum):
    """How deep a company's figures may go at all."""

    ITEMS_ONLY = "items_only"
    COMPANY_TOTALS = "company_totals"
    GROUPS = "groups"


def level(participants: int) -> Level:
    if participants < TOTALS_FROM:
        return Level.ITEMS_ONLY
    return Level.COMPANY_TOTALS if participants < TEAMS_FROM else Level.GROUPS


class Act(NamedTuple):
    """One public act that a figure counts: who, in which week (any growing number), about which story."""

    person: int
    week: int
    story: int


def total_shows(acts: Collection[Act], *, participants: int, named: frozenset[int], moved: Mapping[int, bool]) -> bool:
    """Whether a company's total of one week may be shown. `acts` are that week's.

    Who stands on boards by name protects nobody: what boards tell can be taken away, so five others must be behind
    it. `moved` are the stories whose own figure moved this week: a reader can take those away as well. True stands
    where the movement counts this week's acts and nothing else.
    """
    if level(participants) is Level.ITEMS_ONLY or len({act.person for act in acts} - named) < LEAST_ACTORS:
        return False
    waiting = [act for act in acts if act.story not in moved]
    if not waiting:
        return all(moved.values())
    return _enough_beside_any_story([act for act in waiting if act.person not in named])


@dataclass(frozen=True)
class Company(Generic[Group]):
    """What the gate for groups asks about: `places` are everybody's groups, empty for people in none."""

    participants: int
    named: frozenset[int]
    places: Mapping[int, frozenset[Group]]
    weeks_shown: frozenset[int]  # weeks whose company total is shown


def groups_shown(acts: Collection[Act], company: Company[Group]) -> frozenset[Group]:
    """Which groups' totals over all the weeks of `acts` may be shown; groups may overlap.

    Shown groups cut the company into cells: people of the same shown groups. Whatever a reader computes from the
    figures is about whole cells, so each cell is a group that must be able to show. While one is not, the smallest
    shown group is given up.
    """
    if level(company.participants) is not Level.GROUPS:
        return frozenset()
    protected = [act for act in acts if act.person not in company.named]
    actors = {act.person for act in protected}
    people = {person: groups for person, groups in company.places.items() if person not in company.named}
    people |= {person: frozenset() for person in actors if person not in people}
    sizes: dict[Group, int] = {}
    for person in actors:
        for group in people[person]:
            sizes[group] = sizes.get(group, 0) + 1
    shown = {group for group, size in sizes.items() if size >= LEAST_ACTORS}
    while shown and not _cells_hold(_cells(protected, people, shown), company.weeks_shown, shown):
        shown.remove(min(shown, key=lambda group: (sizes[group], str(group))))
    return frozenset(shown)


@dataclass
class _Cell(Generic[Group]):
    """People who stand in the same shown groups, and what they did."""

    groups: frozenset[Group]
    people: int
    acts: list[Act]

    def actors(self, weeks: Collection[int] | None = None) -> int:
        return len({act.person for act in self.acts if weeks is None or act.week in weeks})


def _cells(acts: Iterable[Act], people: Mapping[int, frozenset[Group]], shown: Collection[Group]) -> list[_Cell[Group]]:
    cells: dict[frozenset[Group], _Cell[Group]] = {}
    of = {person: groups.intersection(shown) for person, groups in people.items()}
    for groups in of.values():
        cells.setdefault(groups, _Cell(groups, 0, [])).people += 1
    for act in acts:
        cells[of[act.person]].acts.append(act)
    return list(cells.values())


def _cells_hold(cells: Sequence[_Cell[Group]], weeks_shown: frozenset[int], shown: Collection[Group]) -> bool:
    for cell in cells:
        actors = cell.actors()
        if actors < LEAST_ACTORS or cell.people - actors < LEAST_QUIET:
            return False
    acts_of = {group: [act for cell in cells if group in cell.groups for act in cell.acts] for group in shown}
    return all(map(_enough_beside_any_story, acts_of.values())) and _no_week_told(cells, weeks_shown)


def _no_week_told(cells: Sequence[_Cell[Group]], weeks_shown: frozenset[int]) -> bool:
    """A reader may take shown weeks of the company from groups' totals: whichever, five people are in what is left.

    With the weeks `taken` and some of the groups, each cell leaves its acts of those weeks or of the others. Cells
    have no person in common, so the fewest people left are the sum of each cell's fewer.
    """
    weeks = {act.week for cell in cells for act in cell.acts}
    told, hidden = sorted(weeks & weeks_shown), weeks - weeks_shown
    for count in range(1, len(told) + bool(hidden)):
        for taken in combinations(told, count):
            others = weeks.difference(taken)
            # Nobody can take away a hidden week, so people of no shown group stay in what was taken.
            left = [
                cell.actors(taken) if hidden and not cell.groups else min(cell.actors(taken), cell.actors(others))
                for cell in cells
            ]
            if sum(left) < LEAST_ACTORS:
                return False
    return True


def _enough_beside_any_story(acts: Iterable[Act]) -> bool:
    """Five people acted, and five whichever one story is taken away: its own figure may be known, or be known later."""
    stories: dict[int, set[int]] = {}
    for act in acts:
        stories.setdefault(act.person, set()).add(act.story)
    only: dict[int, int] = {}
    for of_person in stories.values():
        if len(of_person) == 1:
            [story] = of_person
            only[story] = only.get(story, 0) + 1
    return len(stories) - max(only.values(), default=0) >= LEAST_ACTORS


def standing_sum(periods: Iterable[Mapping[int, int]]) -> int | None:
    """How often people acted since the beginning, so that two readings never tell of fewer than five people.

    Each period that is over, oldest first, says who acted how often. The sum moves only by parts in which five
    people acted; what a smaller part adds waits for others. None where nothing may be shown yet.
    """
    counted = list(periods)
    parts = standing_parts(counted)
    return sum(sum(counted[number].values()) for part in parts for number in part) if parts else None


def some_stayed_quiet(actors: int, *, audience: int) -> bool:
    """Whether a figure leaves open of each reader what they did: not everybody acted, nor all but one."""
    return audience - actors >= LEAST_QUIET


def beside(figure: int | None, others: Iterable[int | None]) -> int | None:
    """A figure of people among whom those of the `others` are: shown where five are left without them."""
    left = None if figure is None else figure - sum(other or 0 for other in others)
    return figure if left is not None and left >= LEAST_ACTORS else None


def standing_parts(periods: Iterable[Collection[int]]) -> list[range]:
    """The parts by which a standing sum moves: numbers of the periods in each, of which the last one moves it."""
    parts: list[range] = []
    first, people = 0, set[int]()
    for number, acted in enumerate(periods):
        people.update(acted)
        if len(people) >= LEAST_ACTORS:
            parts.append(range(first, number + 1))
            first, people = number + 1, set()
    return parts
