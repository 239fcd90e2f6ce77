"""The test database between its two roles: the owner's makes and empties it, every test connects as the application's.

It owns how a database is made (migrated once a run, and copied for each worker) and how a test that commits leaves no
rows behind. It makes no rows, and no test runs as the owner. `python -m tests.databases` only makes what is copied.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from graphlib import TopologicalSorter

import django
from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

MIGRATED = "ADVOCACY_TEST_MIGRATED"  # the name of a database that came with its tables (`migrated.py`)
RUN = "ADVOCACY_TEST_RUN"  # set where several workers share a server: what the copied database is named by
SERVERS = "ADVOCACY_TEST_SERVERS"  # the folder of the servers that this run started
ONE_MAKES_IT = 20_261_122  # the advisory lock: who comes second waits and copies
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


@contextmanager
def own_database() -> Iterator[None]:
    """This process's own database, dropped on leaving."""
    values, template = connection.settings_dict, template_name()
    own = values["TEST"]["NAME"] or f"test_{values['NAME']}"
    with as_owner():
        if template:
            if MIGRATED not in os.environ:
                make_template()
            with _alone() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{own}"')
                cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{template}"')
            _turn_to(own)
        else:
            _migrate(own)
    yield
    _owner().close()
    with as_owner(), _alone() as cursor:
        for name in filter(None, (own, template if MIGRATED not in os.environ else "")):
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def make_template() -> None:
    """Whoever comes first migrates it; under another name, so that it is there only when it is whole."""
    growing, template = f"{template_name()}_growing", template_name()
    with _alone() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [template])
        if not cursor.rowcount:
            _migrate(growing)
            connection.close()
            cursor.execute(f'ALTER DATABASE "{growing}" RENAME TO "{template}"')


def template_name() -> str:
    """What is copied; nothing where one process runs all and makes its database by itself."""
    run = os.environ.get(RUN, "")
    return os.environ.get(MIGRATED) or (f"test_{run}" if run else "")


def _migrate(name: str) -> None:
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)


def _turn_to(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


@contextmanager
def _alone() -> Iterator[CursorWrapper]:
    """A cursor beside the databases in question, one process at a time."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_MAKES_IT])
        yield cursor


def empty_tables() -> None:
    """Delete what was committed, company by company, since the walls stand for the owner as well.

    TRUNCATE would give every table and index a new file, some hundreds for a handful of rows: six times the work.
    """
    owner = _owner()
    if not owner.is_usable():  # a test may have ended every connection there was
        owner.close()
    with owner.cursor() as cursor:
        cursor.execute(_deletions())


@cache
def _owner() -> BaseDatabaseWrapper:
    """A connection of the owner's, kept: to open one for every test that commits costs more than what it does then."""
    kept: BaseDatabaseWrapper = connection.copy()
    kept.settings_dict.update({name: settings.OWNER_DATABASE[name] for name in ("USER", "PASSWORD")})
    return kept


@cache
def _deletions() -> str:
    tables = _referring_first(set(_owner().introspection.django_table_names(only_existing=True)) - KEPT)
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
    with _owner().cursor() as cursor:
        cursor.execute(
            "SELECT confrelid::regclass::text, conrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND NOT condeferrable"
        )
        order = TopologicalSorter({table: set[str]() for table in tables})
        for referred, referring in cursor.fetchall():
            order.add(referred, referring)
    return [table for table in order.static_order() if table in tables]


if __name__ == "__main__":
    django.setup()
    with as_owner():
        make_template()
