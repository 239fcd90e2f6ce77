"""The one gate for figures below company level (design.md, promise 3): screens, exports, API, webhooks, mails.

The rules are pure and stand in `accounts/audience_rules.py`; here they meet the rows. Refreshed weekly: callers ask
for whole weeks that are over, so that nobody can watch a figure move with a colleague; what shows is written once
(`campaigns/actions/figures.py`), so that nobody can have it counted again with somebody more in a team.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.audience_rules import Company, standing_parts, standing_sum
from accounts.models import ConsentKind, Member, TeamMember
from accounts.selectors.consent import named_member_ids
from accounts.tenancy import acting_organization_id

Weeks = dict[datetime, dict[int, int]]  # of one thing: how often who acted, by the start of the week


def figures_until(now: datetime) -> datetime:
    """The start of the present week (Monday, in `now`'s zone): no figure counts anything later."""
    monday = now - timedelta(days=now.weekday())
    return monday.replace(hour=0, minute=0, second=0, microsecond=0)


def standing_figures(acts: Iterable[tuple[int, datetime, int, int]]) -> dict[int, int]:
    """Of each thing that may show one, how often it was acted on since the beginning, by the thing's id.

    `acts` are (thing, start of the week, member, times) of weeks that are over, in any order.
    """
    sums = {
        thing: standing_sum(by_week[week] for week in sorted(by_week)) for thing, by_week in _by_thing(acts).items()
    }
    return {thing: shown for thing, shown in sums.items() if shown is not None}


def counted_weeks(acts: Iterable[tuple[int, datetime, int, int]]) -> dict[int, datetime]:
    """Of each thing that may show a figure, the start of the last week which that figure counts."""
    last: dict[int, datetime] = {}
    for thing, by_week in _by_thing(acts).items():
        weeks = sorted(by_week)
        parts = standing_parts([by_week[week] for week in weeks])
        if parts:
            last[thing] = weeks[parts[-1][-1]]
    return last


def moved_in(week: datetime, acts: Iterable[tuple[int, datetime, int, int]]) -> dict[int, bool]:
    """The things whose standing figure moved in this week; True where it counts nothing but this week's acts."""
    moved: dict[int, bool] = {}
    for thing, by_week in _by_thing(acts).items():
        weeks = sorted(by_week)
        for part in standing_parts([by_week[one] for one in weeks]):
            if weeks[part[-1]] == week:
                moved[thing] = len(part) == 1
    return moved


def _by_thing(acts: Iterable[tuple[int, datetime, int, int]]) -> dict[int, Weeks]:
    weeks: dict[int, Weeks] = {}
    for thing, week, member, times in acts:
        people = weeks.setdefault(thing, {}).setdefault(week, {})
        people[member] = people.get(member, 0) + times
    return weeks


def company_at(at: datetime) -> Company[int]:
    """What the gate for teams asks about the acting company: teams as they are, participants as they were at `at`.

    At the end of a week, so that no figure comes or goes on the day on which somebody begins or stops.
    """
    here = Member.objects.filter(left_at=None, deactivated_at=None)
    places: dict[int, set[int]] = {member_id: set() for member_id in here.values_list("pk", flat=True)}
    for team_id, member_id in TeamMember.objects.values_list("team_id", "member_id"):
        if member_id in places:
            places[member_id].add(team_id)
    return Company(
        participants=_participants_at(at),
        named=frozenset(named_member_ids()),
        places={member: frozenset(teams) for member, teams in places.items()},
        weeks_shown=frozenset(),
    )


_PARTICIPANTS = """
    SELECT count(*) FROM (
        SELECT DISTINCT ON (entry.member_id) entry.given
          FROM accounts_consententry entry JOIN accounts_member member ON member.id = entry.member_id
         WHERE entry.organization_id = %(organization)s AND entry.kind = %(kind)s AND entry.at < %(at)s
           AND (member.left_at IS NULL OR member.left_at >= %(at)s)
           AND (member.deactivated_at IS NULL OR member.deactivated_at >= %(at)s)
         ORDER BY entry.member_id, entry.id DESC) AS newest
     WHERE given
"""


def _participants_at(at: datetime) -> int:
    """How many took part then: for the gate's thresholds, and never given out."""
    values: dict[str, Any] = {"organization": acting_organization_id(), "kind": ConsentKind.TAKE_PART.value, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_PARTICIPANTS, values)
        counted: int = cursor.fetchone()[0]
    return counted
