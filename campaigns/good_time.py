"""*Good time*: the next of a person's usual hours that keeps its distance, and the rule that chose it. Pure.

From five past posts on the hours are the person's own; before that they are the network's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from campaigns.spacing_rules import Spacing, SpacingRule, Taken, next_free
from campaigns.time_rules import NoSuchTime, instant_of

POSTS_TO_KNOW_A_PERSON = 5
HOURS_KEPT = 3
DAYS_AHEAD = 14
LEAD = timedelta(minutes=5)
WORKING_DAYS = frozenset(range(5))


class HoursFrom(StrEnum):
    OWN_POSTS = "own_posts"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class GoodTime:
    at: datetime
    hours_from: HoursFrom
    moved_by: SpacingRule | None = None


@dataclass(frozen=True, slots=True)
class UsualHours:
    """Local hours and weekdays (0 is Monday) on which posts usually go out."""

    hours: tuple[int, ...]
    weekdays: frozenset[int]
    source: HoursFrom


def usual_hours(own_posts: Sequence[datetime], network_hours: Sequence[int], zone: tzinfo) -> UsualHours:
    if len(own_posts) < POSTS_TO_KNOW_A_PERSON:
        return UsualHours(tuple(sorted(network_hours)), WORKING_DAYS, HoursFrom.NETWORK)
    local = [post.astimezone(zone) for post in own_posts]
    counted = Counter(post.hour for post in local)
    kept = sorted(counted, key=lambda hour: (-counted[hour], hour))[:HOURS_KEPT]
    return UsualHours(tuple(sorted(kept)), frozenset(post.weekday() for post in local), HoursFrom.OWN_POSTS)


def good_time(usual: UsualHours, taken: Sequence[Taken], spacing: Spacing, *, zone: tzinfo, now: datetime) -> GoodTime:
    """The next usual hour with room; if two weeks are full, the first room after the next usual hour."""
    earliest = now + LEAD
    candidates = list(_candidates(usual, zone, earliest))
    for at in candidates:
        free, moved_by = next_free(max(at, earliest), taken, spacing)
        if free < at + timedelta(hours=1):
            return GoodTime(free, usual.source, moved_by)
    free, moved_by = next_free(candidates[0] if candidates else earliest, taken, spacing)
    return GoodTime(free, usual.source, moved_by)


def _candidates(usual: UsualHours, zone: tzinfo, earliest: datetime) -> Iterator[datetime]:
    today = earliest.astimezone(zone).date()
    for offset in range(DAYS_AHEAD):
        day = today + timedelta(days=offset)
        for hour in usual.hours if day.weekday() in usual.weekdays else ():
            try:
                at = instant_of(datetime.combine(day, time(hour)), zone)
            except NoSuchTime:
                continue
            if at >= earliest:
                yield at
