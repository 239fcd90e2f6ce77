"""Who stands where: sums of the ledger in the company's week, month or quarter; ties share a place.

Only people who chose to be named stand on it; its top ten and the reader's own line, never zeros, never
everybody (design.md, promise 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.models import Member
from accounts.selectors.consent import named_member_ids
from accounts.selectors.organization import settings_of
from accounts.tenancy import acting_organization_id
from campaigns.period_rules import Period, PeriodKind, period_of

TOP = 10


@dataclass(frozen=True, slots=True)
class Line:
    """`place` is shared by ties; `name` is empty on the reader's own line where they are not named."""

    place: int
    name: str
    points: int
    is_me: bool = False
    person: str = ""  # public id, where they are named


@dataclass(frozen=True, slots=True)
class Board:
    period: Period
    top: tuple[Line, ...]
    mine: Line | None  # None: no points in this period
    i_am_named: bool
    tie_goes_on: bool  # more people than shown share the last place


def board(member: Member, kind: PeriodKind, *, now: datetime) -> Board:
    """The board as this member sees it."""
    period = period_of(kind, now, ZoneInfo(settings_of().time_zone))
    named = named_member_ids()
    lines = _standing(member, named, period)
    named_lines = [line for line in lines if line.name]
    return Board(
        period=period,
        top=tuple(named_lines[:TOP]),
        mine=next((line for line in lines if line.is_me), None),
        i_am_named=member.pk in named,
        tie_goes_on=len(named_lines) > TOP and named_lines[TOP].place == named_lines[TOP - 1].place,
    )


_STANDING = """
    WITH earned AS (
        SELECT member_id, sum(points) AS points
        FROM campaigns_pointentry
        WHERE organization_id = %(organization)s AND at >= %(start)s AND at < %(end)s
          AND member_id = ANY(%(people)s)
        GROUP BY member_id
        HAVING sum(points) > 0
    ), placed AS (
        SELECT member_id, points, rank() OVER (ORDER BY points DESC) AS place
        FROM earned WHERE member_id = ANY(%(named)s)
    ), mine AS (
        SELECT member_id, points, 1 + (SELECT count(*) FROM placed WHERE placed.points > earned.points) AS place
        FROM earned WHERE member_id = %(me)s
    ), shown AS (
        (SELECT member_id, points, place FROM placed ORDER BY place LIMIT %(top)s + 1)
        UNION SELECT member_id, points, place FROM mine
    )
    SELECT shown.member_id, shown.place, coalesce(nullif(member.own_name, ''), member.name) AS name, shown.points,
           member.public_id
    FROM shown JOIN accounts_member member ON member.id = shown.member_id
    ORDER BY shown.place, name, shown.member_id
"""


def _standing(member: Member, named: set[int], period: Period) -> list[Line]:
    """The named people's places, and the reader's own among them."""
    values: dict[str, Any] = {
        "organization": acting_organization_id(),
        "start": period.start,
        "end": period.end,
        "people": list(named | {member.pk}),
        "named": list(named),
        "top": TOP,
        "me": member.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, values)
        rows = cursor.fetchall()
    return [
        Line(place, name, points, member_id == member.pk, person)
        if member_id in named
        else Line(place, "", points, member_id == member.pk)
        for member_id, place, name, points, person in rows
    ]
