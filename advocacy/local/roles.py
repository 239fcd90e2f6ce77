"""Makes the four database roles and the database on a local server, by the same page of SQL an operator runs.

It grants no table: the migrations do. Passwords travel in the environment of psql, never on a command line.
"""

import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

from advocacy.local.kept import Kept
from advocacy.local.processes import ServerTrouble

ROLES_PAGE = Path(__file__).with_name("roles.sql")
DATABASE = "advocacy"
OWNER, APP, ENGINE, BACKUP = (
    "advocacy_owner",
    "advocacy_app",
    "advocacy_engine",
    "advocacy_backup",
)


@dataclass(frozen=True, slots=True)
class Passwords:
    """One password for the superuser of a local cluster and for each role that may sign in."""

    superuser: str
    owner: str
    app: str
    backup: str


def remembered_passwords(kept: Kept) -> Passwords:
    def password(name: str) -> str:
        return kept.get(f"{name}_password", lambda: secrets.token_urlsafe(24))

    return Passwords(
        superuser=password("superuser"),
        owner=password("owner"),
        app=password("app"),
        backup=password("backup"),
    )


def make_roles(psql: Path, *, port: int, passwords: Passwords) -> None:
    """Create or mend the roles; run at the first start, and harmless at any other."""
    asked = subprocess.run(
        [str(psql), "--no-psqlrc", "--quiet", "--file", str(ROLES_PAGE)],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
            "LC_ALL": "C.UTF-8",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(port),
            "PGUSER": "postgres",
            "PGPASSWORD": passwords.superuser,
            "PGDATABASE": "postgres",
            "ADVOCACY_OWNER_PASSWORD": passwords.owner,
            "ADVOCACY_APP_PASSWORD": passwords.app,
            "ADVOCACY_BACKUP_PASSWORD": passwords.backup,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise ServerTrouble(f"The database roles could not be made.\n{asked.stderr.strip()}")
