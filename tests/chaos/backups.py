"""What an operator does on a disaster's day: dump as the backup role, lose the database, restore it, switch it in.

By the programs of PostgreSQL alone; it imports nothing of the product's engine.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from advocacy.local import roles
from advocacy.local.postgres import find_binaries
from tests.chaos.stage import Stage, execute, on_database


def name_of(ready: Stage) -> str:
    return urlsplit(ready.database).path.removeprefix("/")


def back_up(ready: Stage, into: Path) -> None:
    """As the role that sees every company's rows and writes none."""
    _run("pg_dump", "--format=custom", f"--file={into}", ready.database)


def lose(ready: Stage) -> None:
    execute(ready.superuser, "SELECT 1")  # it was there
    execute(_elsewhere(ready), f"DROP DATABASE {name_of(ready)} WITH (FORCE)")


def restore(ready: Stage, dump: Path, name: str) -> None:
    """Under a name of its own, which no program knows yet."""
    execute(
        _elsewhere(ready),
        f"CREATE DATABASE {name} TEMPLATE template0 OWNER {roles.OWNER}",
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {name} TO {roles.APP}, {roles.BACKUP}",
    )
    superuser = on_database(ready.superuser, name)
    _run("pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={superuser}", str(dump))
    execute(superuser, "ANALYZE")


def switch_in(ready: Stage, name: str) -> None:
    """From now on it is reached where the lost one was."""
    execute(
        _elsewhere(ready),
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608  # our own name
        f"ALTER DATABASE {name} RENAME TO {name_of(ready)}",
    )


def _elsewhere(ready: Stage) -> str:
    return on_database(ready.superuser, "postgres")


def _run(program: str, *words: str) -> None:
    subprocess.run([str(find_binaries().folder / program), *words], check=True, stdin=subprocess.DEVNULL)
