"""A PostgreSQL folder in which the migrations have run, made once for each state of them and copied from then on.

Migrating takes seven seconds of a core, more than most runs of a few tests. What is kept lies in `.local/migrated/`,
and only the newest; whoever comes second waits for who makes it. Nothing here knows Django.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from advocacy.local import programs
from advocacy.local.kept import Kept
from advocacy.local.postgres import find_binaries
from advocacy.local.processes import PROJECT, can_reach, unprivileged_account
from advocacy.local.programs import Place
from advocacy.local.servers import DATABASE_NAMES, servers

KEPT = PROJECT / ".local" / "migrated"
# What decides how the tables come out, beside the migrations themselves.
ALSO = ("requirements.lock", "advocacy/local/roles.sql", "advocacy/local/postgres.py", "tests/migrated.py")

PASSED_ON = ("superuser_password", "owner_password", "app_password", "backup_password", "roles_page")


def put_into(folder: Path) -> bool:
    """Before servers are started on this folder. Whether it was done: not where a database was given, nor where
    PostgreSQL's account may not come."""
    if any(os.environ.get(name) for name in DATABASE_NAMES) or not can_reach(folder, unprivileged_account()):
        return False
    KEPT.mkdir(parents=True, exist_ok=True)
    with _alone():
        ready = KEPT / _state()
        if not ready.exists():
            _make(ready)
        _copy(ready, folder)
    return True


@contextmanager
def migrated_servers(folder: Path) -> Iterator[dict[str, str]]:
    """Servers of their own for the block, with every table; the addresses are those of `servers`."""
    has_tables = put_into(folder)
    with servers(folder, durable=False) as addresses:
        if not has_tables:
            _migrate(folder, addresses)
        yield addresses


@contextmanager
def _alone() -> Iterator[None]:
    with (KEPT / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _state() -> str:
    binaries = find_binaries()
    found = hashlib.sha256(f"{binaries.folder} {binaries.major}".encode())
    for path in (*sorted(PROJECT.glob("*/migrations/*.py")), *(PROJECT / name for name in ALSO)):
        found.update(str(path.relative_to(PROJECT)).encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _make(ready: Path) -> None:
    """Elsewhere first, where PostgreSQL's account may come and a run that is killed leaves no half of it."""
    for older in KEPT.glob("*/"):
        shutil.rmtree(older)
    with tempfile.TemporaryDirectory(prefix="advocacy-migrated-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with servers(folder, durable=False) as addresses:
            _migrate(folder, addresses)
        growing = ready.with_suffix(".growing")
        growing.mkdir()
        _copy(folder, growing)
        growing.rename(ready)


def _migrate(folder: Path, addresses: dict[str, str]) -> None:
    programs.migrate(programs.installation_environment(Place(folder, 0, 0), addresses), addresses)


def _copy(source: Path, target: Path) -> None:
    """The database's files with their owner, and the passwords of its roles."""
    (files,) = source.glob("postgres-*/")
    subprocess.run(["cp", "-a", "--reflink=auto", str(files), str(target)], check=True)
    for name in PASSED_ON:
        Kept(target / "kept.json").put(name, Kept(source / "kept.json").known(name) or "")
