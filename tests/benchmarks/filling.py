"""Fills a database with companies, accounts and planned shares by the hundred thousand, as copies of one real row each.

Written as a superuser of the throw-away server, past every wall and trigger: the rows only have to stand in the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg2.extensions import cursor as Cursor

from tests.benchmarks.stage import Stage
from tests.benchmarks.world import MUCH, NETWORK

FIRST = 1_000_000  # ids of ours begin here; those of a company's accounts and shares follow from its own
ACCOUNTS = 5_000  # room for a company's accounts
SHARES = 100  # room for an account's shares


_NO_LIMIT = """
    INSERT INTO integrations_bucket (scope, capacity, refill_per_second, tokens, refilled_at)
    SELECT 'network:{}/org:' || {}, %(much)s, %(much)s, %(much)s, now() FROM {}
"""


@dataclass(frozen=True)
class Model:
    """The real rows that are copied, by their ids."""

    organization: int
    share: int


def companies(ready: Stage, like: Model, *, first: int, last: int, accounts: int, shares: int) -> None:
    """Companies number `first` to `last`, each with so many accounts, each of these with so many shares ahead."""
    company, account = f"({FIRST} + c)", f"(({FIRST} + c)::bigint * {ACCOUNTS} + a)"
    share = f"({account} * {SHARES} + s)"
    each_company = f"generate_series({first}, {last}) AS c"
    each_account = f"{each_company} CROSS JOIN generate_series(1, {accounts}) AS a"
    each_share = f"{each_account} CROSS JOIN generate_series(1, {shares}) AS s"
    ours = {"id": company, "organization_id": company}
    with ready.session() as session, session.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        one = _ids(cursor, like.share)
        named = {"public_id": "'fill' || c", "slug": "'fill-' || c"}
        _copy(cursor, "accounts_organization", like.organization, each_company, {"id": company, **named})
        cursor.execute(_NO_LIMIT.format(NETWORK, company, each_company), {"much": MUCH})
        _copy(cursor, "accounts_member", one["member_id"], each_company, ours)
        for table in ("campaign", "item"):
            more = {"campaign_id": company} if table == "item" else {}
            _copy(cursor, f"campaigns_{table}", one[f"{table}_id"], each_company, {**ours, **more})
        theirs = {"organization_id": company, "member_id": company}
        known = {"public_id": "'f' || a", "account_id": "c || '-' || a"}
        _copy(cursor, "integrations_connection", one["connection_id"], each_account, {"id": account, **theirs, **known})
        approved = {"id": share, **theirs, "connection_id": account, "share_id": share, "canonical": "''"}
        _copy(cursor, "campaigns_approval", one["approval_id"], each_share, approved)
        planned = {
            **{"id": share, **theirs, "connection_id": account, "approval_id": share},
            **{"item_id": company, "campaign_id": company, "link_code_id": "NULL"},
            **{"public_id": "a || '-' || s", "attempt_key": "gen_random_uuid()"},
            "due_at": "now() + interval '1 hour' + (c * 7919 + a * 104729 + s * 86400) %% 604800 * interval '1 s'",
        }
        _copy(cursor, "campaigns_share", like.share, each_share, planned)


def first_shares_come_due(ready: Stage, *, first: int, last: int) -> None:
    """The first share of every account of these companies is due since a moment."""
    ready.ask(
        "UPDATE campaigns_share SET due_at = now() - interval '1 minute'"
        " WHERE organization_id BETWEEN %s AND %s AND state = 'scheduled' AND id %% %s = 1",
        *(FIRST + first, FIRST + last, SHARES),
    )


def nothing_is_due(ready: Stage) -> None:
    ready.ask(
        "UPDATE campaigns_share SET due_at = now() + interval '8 days'"
        " WHERE state = 'scheduled' AND due_at < now() + interval '30 minutes'"
    )


def _ids(cursor: Cursor, share: int) -> dict[str, int]:
    names = ("member_id", "item_id", "campaign_id", "connection_id", "approval_id")
    cursor.execute(f"SELECT {', '.join(names)} FROM campaigns_share WHERE id = %s", [share])
    (row,) = cursor.fetchall()
    return dict(zip(names, row, strict=True))


def _copy(cursor: Cursor, table: str, model: int, places: str, instead: Mapping[str, str]) -> None:
    """One row a place: the model's columns, but for those that are told."""
    cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [table])
    columns = [name for (name,) in cursor.fetchall() if not name.startswith("........")]
    values = [instead.get(name, f'model."{name}"') for name in columns]
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"
        f" FROM {places} CROSS JOIN (SELECT * FROM {table} WHERE id = %s) AS model",
        [model],
    )
