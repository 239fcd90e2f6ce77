"""How far apart posts are set: of one story among colleagues, and of one person. Pure.

Asked when a time is chosen, never after approval. What it answers names a rule, never a colleague.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PERSON_DISTANCE = timedelta(minutes=30)


class SpacingRule(StrEnum):
    STORY = "story"  # posts of one item on one network
    PERSON = "person"  # one person's posts


@dataclass(frozen=True, slots=True)
class Taken:
    """A time that another post has, and the rule that keeps its distance."""

    at: datetime
    rule: SpacingRule


@dataclass(frozen=True, slots=True)
class Spacing:
    """The distances of a campaign; one that sets nothing apart (0 minutes) lets a person post at will, too."""

    story: timedelta
    person: timedelta

    @classmethod
    def of_campaign(cls, minutes: int) -> Spacing:
        return cls(story=timedelta(minutes=minutes), person=PERSON_DISTANCE if minutes else timedelta())

    def distance(self, rule: SpacingRule) -> timedelta:
        return self.story if rule is SpacingRule.STORY else self.person

    def longest(self) -> timedelta:
        return max(self.story, self.person)


def conflict(at: datetime, taken: Sequence[Taken], spacing: Spacing) -> SpacingRule | None:
    """The rule that forbids this time, the person's own first."""
    broken = {other.rule for other in taken if abs(at - other.at) < spacing.distance(other.rule)}
    for rule in (SpacingRule.PERSON, SpacingRule.STORY):
        if rule in broken:
            return rule
    return None


def next_free(at: datetime, taken: Sequence[Taken], spacing: Spacing) -> tuple[datetime, SpacingRule | None]:
    """The first time at or after `at` that breaks no distance, and the rule that moved it, if any.

    A time that moves comes out as a whole minute, as people write it.
    """
    moved_by: SpacingRule | None = None
    while (broken := conflict(at, taken, spacing)) is not None:
        moved_by = moved_by or broken
        at = _whole_minute(
            max(
                other.at + spacing.distance(broken)
                for other in taken
                if other.rule is broken and abs(at - other.at) < spacing.distance(broken)
            )
        )
    return at, moved_by


def _whole_minute(at: datetime) -> datetime:
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + timedelta(minutes=1)
