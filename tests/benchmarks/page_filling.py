"""Fills one company until its pages are long: people, stories and shares as copies of one real row each.

Written as a superuser of the throw-away server, past walls and triggers, like `filling.py`; it measures nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg2.extensions import cursor as Cursor

from tests.benchmarks.filling import FIRST, _copy
from tests.benchmarks.stage import Stage

TEAMS = 50
OWN = "n %% 1000 = 1 OR n %% 10000 = 0"  # of the person whose pages are opened: 200 posted, 20 planned
PLANNED = 10  # one share in so many still waits


@dataclass(frozen=True)
class Sizes:
    members: int
    items: int
    shares: int


@dataclass(frozen=True)
class Like:
    """The real rows that are copied, by their ids: of one company, one person, one story."""

    organization: int
    member: int
    item: int
    posted: int
    planned: int


def fill(ready: Stage, like: Like, *, before: Sizes, until: Sizes) -> None:
    """From one size to the next; each share is of another person and story than the one before it."""
    with ready.session() as session, session.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        _people(cursor, like, f"generate_series({before.members + 1}, {until.members}) AS n")
        _stories(cursor, like, f"generate_series({before.items + 1}, {until.items}) AS n")
        for model, condition in ((like.posted, "<>"), (like.planned, "=")):
            series = f"generate_series({before.shares + 1}, {until.shares}) AS n"
            _shares(cursor, like, model, f"(SELECT n FROM {series} WHERE n %% {PLANNED} {condition} 0) AS n", until)
    with ready.session() as session, session.cursor() as cursor:
        cursor.execute("ANALYZE")


def _people(cursor: Cursor, like: Like, each: str) -> None:
    member = f"{FIRST} + n"
    named = {"public_id": "'fill' || n", "email": "'fill' || n || '@example.com'", "name": "'Person ' || n"}
    _copy(cursor, "accounts_member", like.member, each, {"id": member, "user_id": "NULL", **named})
    for consent in _ids(cursor, "accounts_consententry", like.member):
        _copy(
            cursor, "accounts_consententry", consent, each, {"id": _next("accounts_consententry"), "member_id": member}
        )
    cursor.execute(
        "INSERT INTO accounts_team (organization_id, public_id, name, created_at)"
        " SELECT %s, 'fill' || n, 'Team ' || n, now() FROM generate_series(1, %s) AS n ON CONFLICT DO NOTHING",
        [like.organization, TEAMS],
    )
    cursor.execute(
        "INSERT INTO accounts_teammember (organization_id, team_id, member_id, leads)"
        f" SELECT team.organization_id, team.id, {member}, false FROM {each}"
        f" JOIN accounts_team AS team ON team.organization_id = %s AND team.name = 'Team ' || (n %% {TEAMS} + 1)",
        [like.organization],
    )
    cursor.execute(
        "INSERT INTO accounts_auditentry"
        " (organization_id, by_id, action, subject, details, private, request_id, at)"
        f" SELECT %s, {member}, 'join_company', 'fill' || n, '{{}}', false, '', now() - n * interval '1 minute'"
        f" FROM {each}",
        [like.organization],
    )


def _stories(cursor: Cursor, like: Like, each: str) -> None:
    when = "now() - (n % 700) * interval '1 day'".replace("%", "%%")
    named = {"public_id": "'fill' || n", "title": "'Story ' || n", "created_at": when, "updated_at": when}
    _copy(cursor, "campaigns_item", like.item, each, {"id": f"{FIRST} + n", **named})


def _shares(cursor: Cursor, like: Like, model: int, each: str, until: Sizes) -> None:
    share = f"({FIRST} + n)"
    member = f"CASE WHEN {OWN} THEN {like.member} ELSE {FIRST} + 1 + n %% {until.members} END"
    when = "now() - (n %% 365) * interval '1 day' - (n %% 1440) * interval '1 minute'"
    posted = {"published_at": when} if model == like.posted else {}
    due = {"due_at": "now() + (n %% 28 + 1) * interval '1 day'"} if model == like.planned else {"due_at": when}
    theirs = {"member_id": member, "connection_id": "NULL"}
    owned = {"id": share, **theirs, "item_id": f"{FIRST} + 1 + n %% {until.items}", "approval_id": share}
    named = {"public_id": "'fill' || n", "attempt_key": "gen_random_uuid()", "link_code_id": "NULL"}
    _copy(cursor, "campaigns_share", model, each, {**owned, **named, **posted, **due, "created_at": when})
    cursor.execute("SELECT approval_id FROM campaigns_share WHERE id = %s", [model])
    (found,) = cursor.fetchall()
    approved = {"id": share, "share_id": share, **theirs, "canonical": "''", "at": when}
    _copy(cursor, "campaigns_approval", found[0], each, approved)
    for table in ("campaigns_sharemove", "campaigns_pointentry"):
        caused = {"cause": f"'fill' || {share}", "member_id": member} if table == "campaigns_pointentry" else {}
        for row in _ids(cursor, table, model, column="share_id"):
            _copy(cursor, table, row, each, {"id": _next(table), "share_id": share, "at": when, **caused})


def _next(table: str) -> str:
    return f"nextval(pg_get_serial_sequence('{table}', 'id'))"


def _ids(cursor: Cursor, table: str, of: int, *, column: str = "member_id") -> list[int]:
    cursor.execute(f"SELECT id FROM {table} WHERE {column} = %s", [of])
    return [number for (number,) in cursor.fetchall()]
