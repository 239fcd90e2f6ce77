"""Which figures of small groups may be shown. Pure: no Django, no database.

A total of a small group would tell who said yes and who said no. So a group is shown only with five
people who acted publicly in the period, and never where subtracting shown groups from a shown total
would leave a smaller one. Group sizes, headcounts and participation rates never leave here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

LEAST_ACTORS = 5
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


@dataclass(frozen=True)
class Gate(Generic[Group]):
    """What may be shown: the company's total or not, and which groups."""

    company_total: bool
    groups: frozenset[Group]


def gate(*, participants: int, everybody: frozenset[int], actors: Mapping[Group, frozenset[int]]) -> Gate[Group]:
    """`everybody` acted publicly in the period; `actors` are those of each group (groups may overlap).

    A group passes with five actors. Then shown groups are taken away, the smallest first, while any
    remainder that a reader could compute (the total without shown groups, or one group without
    another) holds fewer than five people. A remainder of nobody tells as much: "none of them".
    """
    allowed = level(participants)
    total = allowed is not Level.ITEMS_ONLY and len(everybody) >= LEAST_ACTORS
    if allowed is not Level.GROUPS or not total:
        return Gate(company_total=total, groups=frozenset())
    shown = {group: people for group, people in actors.items() if len(people) >= LEAST_ACTORS}
    while shown and _leaves_a_few(shown, everybody, any_hidden=len(shown) < len(actors)):
        del shown[min(shown, key=lambda group: (len(shown[group]), str(group)))]
    return Gate(company_total=True, groups=frozenset(shown))


def standing_sum(periods: Iterable[Mapping[int, int]]) -> int | None:
    """How often people acted since the beginning, so that two readings never tell of fewer than five people.

    Each period that is over, oldest first, says who acted how often. The sum moves only by parts in which five
    people acted; what a smaller part adds waits for others. None where nothing may be shown yet.
    """
    shown: int | None = None
    waiting, people = 0, set[int]()
    for acts in periods:
        waiting += sum(acts.values())
        people.update(acts)
        if len(people) >= LEAST_ACTORS:
            shown = (shown or 0) + waiting
            waiting, people = 0, set()
    return shown


def _leaves_a_few(shown: Mapping[Group, frozenset[int]], everybody: frozenset[int], *, any_hidden: bool) -> bool:
    rest = everybody.difference(*shown.values())
    if len(rest) < LEAST_ACTORS and (rest or any_hidden):
        return True
    parts = [everybody, *shown.values()]
    return any(0 < len(whole - part) < LEAST_ACTORS for whole in parts for part in shown.values() if part < whole)
