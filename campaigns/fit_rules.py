"""How well an item fits a person: a sum of terms, and which of them changed its place. Pure.

A reason is shown only where the item would stand elsewhere without it (experience.md, *This week*): lower, or, for what
lets it sink, higher. The page *How is this list made?* says the same in words (`selectors/fit_words.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# From five colleagues on (design.md, promise 3): fewer could be guessed.
COLLEAGUES_TO_COUNT = 5
MOST_TOPIC_POINTS = 3
NEW_A_WEEK = 5  # as many as one sitting of *Plan my week* holds; the rest stands under *More*
MOST_ASKED_A_WEEK = 2  # of those; likes and tasks take no place from what people have words of their own for


class Reason(StrEnum):
    LANGUAGE = "language"
    TOPIC = "topic"
    TEAM = "team"
    COLLEAGUES = "colleagues"
    FRESH = "fresh"
    SALESY = "salesy"


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the order looks at. `interest` is how much this person cares for its topics, below nothing for not at all.

    `found_salesy`: so many people said so that the gate lets it show.
    """

    key: int
    since: datetime
    speaks_my_language: bool
    interest: int = 0
    for_my_team: bool = False
    colleagues_of_same_interests: int = 0
    found_salesy: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """`reasons` brought it up, `lowered_by` lets it sink."""

    key: int
    reasons: tuple[Reason, ...]
    lowered_by: tuple[Reason, ...] = ()


def terms(facts: ItemFacts, *, now: datetime) -> dict[Reason, float]:
    return {
        Reason.LANGUAGE: 4.0 if facts.speaks_my_language else 0.0,
        Reason.TOPIC: float(max(-MOST_TOPIC_POINTS, min(facts.interest, MOST_TOPIC_POINTS))),
        Reason.TEAM: 2.0 if facts.for_my_team else 0.0,
        Reason.COLLEAGUES: 1.0 if facts.colleagues_of_same_interests >= COLLEAGUES_TO_COUNT else 0.0,
        Reason.FRESH: _freshness(now - facts.since),
        Reason.SALESY: -3.0 if facts.found_salesy else 0.0,
    }


def best_fit_first(items: Sequence[ItemFacts], *, now: datetime) -> list[Placed]:
    """The order, with each item's reasons in the order of their weight."""
    by_key = {facts.key: terms(facts, now=now) for facts in items}
    age = {facts.key: facts.since for facts in items}
    order = _order(by_key, age, lambda key: sum(by_key[key].values()))
    places = {reason: _places_without(reason, by_key, age) for reason in Reason}
    return [
        Placed(key, _raised(key, place, by_key[key], places), _lowered(key, place, by_key[key], places))
        for place, key in enumerate(order)
    ]


def _raised(
    key: int, place: int, weights: Mapping[Reason, float], places: Mapping[Reason, Mapping[int, int]]
) -> tuple[Reason, ...]:
    told = [reason for reason in Reason if weights[reason] > 0 and places[reason][key] > place]
    return tuple(sorted(told, key=lambda reason: -weights[reason]))


def _lowered(
    key: int, place: int, weights: Mapping[Reason, float], places: Mapping[Reason, Mapping[int, int]]
) -> tuple[Reason, ...]:
    told = [reason for reason in Reason if weights[reason] < 0 and places[reason][key] < place]
    return tuple(sorted(told, key=lambda reason: weights[reason]))


def _places_without(
    reason: Reason, by_key: Mapping[int, Mapping[Reason, float]], age: Mapping[int, datetime]
) -> dict[int, int]:
    order = _order(by_key, age, lambda key: sum(by_key[key].values()) - by_key[key][reason])
    return {key: place for place, key in enumerate(order)}


def _order(keys: Mapping[int, object], age: Mapping[int, datetime], score: Callable[[int], float]) -> list[int]:
    """Highest first; among equals the newer, then the later made."""
    return sorted(keys, key=lambda key: (-score(key), -age[key].timestamp(), -key))


def _freshness(age: timedelta) -> float:
    for days, weight in ((3, 3.0), (7, 2.0), (14, 1.0)):
        if age <= timedelta(days=days):
            return weight
    return 0.0
