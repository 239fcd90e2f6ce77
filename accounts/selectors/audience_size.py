"""The one gate for figures below company level (design.md, promise 3): screens, exports, API, webhooks, mails.

The rule is pure and stands in `accounts/audience_rules.py`; here it meets the rows. Refreshed weekly:
callers ask for whole weeks that are over, so that nobody can watch a figure move with a colleague.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from accounts.audience_rules import Gate, Level, gate, level, standing_sum
from accounts.models import Member, TeamMember
from accounts.selectors.consent import participant_ids

WITHOUT_TEAM = 0  # people in no team are a group too: what is left over is about them


def figures_until(now: datetime) -> datetime:
    """The start of the present week (Monday, in `now`'s zone): no figure counts anything later."""
    monday = now - timedelta(days=now.weekday())
    return monday.replace(hour=0, minute=0, second=0, microsecond=0)


def standing_figures(acts: Iterable[tuple[int, datetime, int, int]]) -> dict[int, int]:
    """Of each thing that may show one, how often it was acted on since the beginning, by the thing's id.

    `acts` are (thing, start of the week, member, times) of weeks that are over, in any order.
    """
    weeks: dict[int, dict[datetime, dict[int, int]]] = {}
    for thing, week, member, times in acts:
        people = weeks.setdefault(thing, {}).setdefault(week, {})
        people[member] = people.get(member, 0) + times
    sums = {thing: standing_sum(by_week[week] for week in sorted(by_week)) for thing, by_week in weeks.items()}
    return {thing: shown for thing, shown in sums.items() if shown is not None}


def company_level() -> Level:
    """How deep the acting company's figures may go at all."""
    return level(len(participant_ids()))


def team_gate(actor_ids: Collection[int]) -> Gate[int]:
    """Which teams' figures may be shown, by team id, given the members with a public act in the period."""
    everybody = frozenset(actor_ids)
    actors: dict[int, set[int]] = {}
    for team_id, member_id in TeamMember.objects.values_list("team_id", "member_id"):
        actors.setdefault(team_id, set())
        if member_id in everybody:
            actors[team_id].add(member_id)
    if Member.objects.filter(left_at=None, places=None).exists():
        actors[WITHOUT_TEAM] = set(everybody.difference(*actors.values()))
    groups = {team: frozenset(people) for team, people in actors.items()}
    passed = gate(participants=len(participant_ids()), everybody=everybody, actors=groups)
    return Gate(company_total=passed.company_total, groups=passed.groups - {WITHOUT_TEAM})
