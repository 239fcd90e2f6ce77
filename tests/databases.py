"""The test database between its two roles: the owner's makes and empties it, every test connects as the application's.

It owns how a test that commits leaves no rows behind. It makes no rows, and no test runs as the owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from graphlib import TopologicalSorter

from django.conf import settings
from django.db import connection, connections

COMPANIES = "accounts_organization"
KEPT = {"django_content_type", "auth_permission"}  # made with the tables, written by nobody afterwards


@contextmanager
def as_owner() -> Iterator[None]:
    """Lend `default` the owner's role."""
    default = connections["default"]
    application = {name: default.settings_dict[name] for name in ("USER", "PASSWORD")}
    owner = {name: settings.OWNER_DATABASE[name] for name in ("USER", "PASSWORD")}
    default.close()
    default.settings_dict.update(owner)
    try:
        yield
    finally:
        default.close()
        default.settings_dict.update(application)


def empty_tables() -> None:
    """Delete what was committed, company by company, since the walls stand for the owner as well.

    TRUNCATE would give every table and index a new file, some hundreds for a handful of rows: six times the work.
    """
    with connection.cursor() as cursor:
        cursor.execute(_deletions())


@cache
def _deletions() -> str:
    tables = _referring_first(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    deletions = " ".join(f'DELETE FROM "{table}";' for table in tables if table != COMPANIES)
    return f"""
        DO $$
        DECLARE company bigint;
        BEGIN
            FOR company IN SELECT id FROM {COMPANIES} UNION ALL SELECT 0 LOOP
                PERFORM set_config('advocacy.organization', company::text, true);
                {deletions}
            END LOOP;
            DELETE FROM {COMPANIES};
        END
        $$
    """


def _referring_first(tables: set[str]) -> list[str]:
    """Most keys between tables are looked at when the transaction ends; the few others want their rows gone first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT confrelid::regclass::text, conrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND NOT condeferrable"
        )
        order = TopologicalSorter({table: set[str]() for table in tables})
        for referred, referring in cursor.fetchall():
            order.add(referred, referring)
    return [table for table in order.static_order() if table in tables]
