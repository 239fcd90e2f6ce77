"""The ground a chaos run stands on: own servers, one migrated database to copy, a sandbox, the programs' environment.

Nothing of the product is patched. Lease, settle time and late acceptance are small by settings, in the proportion that
design.md §5.7 asks: the settle time is longer than the latest late acceptance and the lease.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count as numbers
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from advocacy.local import roles
from advocacy.local.kept import Kept
from advocacy.local.postgres import Cluster, cluster_of
from advocacy.local.processes import PROJECT, free_port, wait_until
from advocacy.local.programs import PYTHON, Place, installation_environment
from advocacy.local.valkey import valkey
from tests.integrations.sandbox.rig import SandboxProcess
from tests.migrated import migrated_servers

Figures = dict[str, Any]

FAULTS = {"profile": "stress", "hang_seconds": 4.0, "late_seconds": 2.5, "retry_after": 1}
TIMES = {"ENGINE_CALL_TIMEOUT": "2", "ENGINE_CONNECT_TIMEOUT": "1", "ENGINE_LEASE": "4.5", "ENGINE_SETTLE": "3.5"}
LATENCY = 60.0  # milliseconds a sandbox network takes to answer
PATIENCE = 150.0  # seconds until everything must have come to rest
NO_HURRY = 600.0  # the same, where no figure is about time: a busy machine takes as long as it takes
SENDING = "SELECT count(*) FROM campaigns_share WHERE state IN ('claimed', 'sending')"
RESTING = (
    "SELECT count(*) FROM campaigns_share WHERE state IN ('claimed', 'sending', 'unknown')"
    " OR state = 'scheduled' AND due_at <= statement_timestamp() + interval '10 minutes'"
)


@dataclass(frozen=True)
class Order:
    """What was asked for on the command line."""

    shares: int
    kills: int
    seed: int
    keep: bool = False
    within: float = 0.0
    lasts: float = 0.0  # seconds of an outage, of the dark; where nothing was said, the scenario's own short form

    @property
    def span(self) -> float:
        """Seconds over which the shares come due; in `within` where that was said."""
        return self.within or max(8.0, min(20.0, self.shares / 12), self.shares / 100)

    @property
    def accounts(self) -> int:
        return max(20, self.shares // 5)


@dataclass(frozen=True)
class World:
    """Everything that was made and approved before a play, put aside: another play may begin with it."""

    database: str
    folder: Path
    place: Place
    begin: str  # the instant from which its shares come due


@dataclass(frozen=True)
class Ground:
    """Running servers, and a migrated database from which every stage takes its copy."""

    folder: Path
    cluster: Cluster
    template: str = roles.DATABASE
    copies: Iterator[int] = field(default_factory=lambda: numbers(1))
    worlds: list[World] = field(default_factory=list)


@dataclass(frozen=True)
class Stage:
    """A running installation without its workers: a play starts those."""

    environment: dict[str, str]
    database: str  # as the role that reads everything and writes nothing
    superuser: str
    sandbox: SandboxProcess
    place: Place
    ground: Ground
    world: World | None = None  # what was made already

    def but(self, *, database: str = "", superuser: str = "", **environment: str) -> Stage:
        """The same installation as its programs see it with other settings."""
        return replace(
            self,
            environment={**self.environment, **environment},
            database=database or self.database,
            superuser=superuser or self.superuser,
        )


# --- the ground ---------------------------------------------------------------------------------


@contextmanager
def stage(order: Order, **environment: str) -> Iterator[Stage]:
    """A stage with servers of its own."""
    with ground(keep=order.keep) as made, stage_on(made, order, world=None, **environment) as ready:
        yield ready


@contextmanager
def ground(*, keep: bool = False) -> Iterator[Ground]:
    """Servers and migrations, which cost the most: several stages may stand on one ground, side by side too."""
    folder = Path(tempfile.mkdtemp(prefix="advocacy-chaos-"))
    with ExitStack() as open_things:
        if keep:
            sys.stderr.write(f"Logs: {folder}\n")
        else:
            open_things.callback(shutil.rmtree, folder, ignore_errors=True)
        open_things.enter_context(own_servers_only())
        folder.chmod(0o711)  # PostgreSQL passes it under an account of its own
        open_things.enter_context(migrated_servers(folder))
        cluster = cluster_of(Kept(folder / "kept.json"))
        assert cluster is not None
        yield Ground(folder, cluster)


@contextmanager
def stage_on(ground: Ground, order: Order, *, world: World | None = None, **environment: str) -> Iterator[Stage]:
    """A stage with an own database, broker and networks, on a database server that runs already.

    It begins empty, or with a world that was put aside: under the same addresses and keys, and after its first stage.
    """
    number = next(ground.copies)
    folder = ground.folder / f"stage-{number}"
    database = f"{roles.DATABASE}_{number}"
    if world is None:
        folder.mkdir()
    else:
        shutil.copytree(world.folder, folder)
    _copy_database(ground, world.database if world else ground.template, database)
    port, sandbox_port = (world.place.port, world.place.sandbox_port) if world else (free_port(), 0)
    with (
        valkey(folder / "broker", durable=False) as broker,
        SandboxProcess(folder / "sandbox", seed=order.seed, latency_ms=LATENCY, port=sandbox_port) as sandbox,
    ):
        addresses = {"DATABASE_URL": on_database(ground.cluster.app_url, database), "REDIS_URL": broker}
        place = Place(folder, port, sandbox.port)
        own = {**installation_environment(place, addresses), **TIMES, "LOG_LEVEL": "WARNING", **environment}
        reader = on_database(ground.cluster.backup_url, database)
        superuser = on_database(ground.cluster.superuser_url, database)
        yield Stage(own, reader, superuser, sandbox, place, ground, world)


def put_aside(ready: Stage, begin: str) -> None:
    """Keep what was made for a play that comes after this one. Nobody may be signed in to the database."""
    number = next(ready.ground.copies)
    database, folder = f"{roles.DATABASE}_{number}", ready.ground.folder / f"world-{number}"
    _copy_database(ready.ground, urlsplit(ready.superuser).path[1:], database)
    folder.mkdir()
    shutil.copy(ready.place.folder / "kept.json", folder)
    shutil.copytree(ready.sandbox.folder, folder / "sandbox")
    ready.ground.worlds.append(World(database, folder, ready.place, begin))


def _copy_database(ground: Ground, source: str, name: str) -> None:
    """What was granted on the database itself is no part of a copy."""
    execute(
        ground.cluster.superuser_url,
        f"CREATE DATABASE {name} TEMPLATE {source} OWNER {roles.OWNER}",
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {name} TO {roles.APP}, {roles.BACKUP}",
    )


@contextmanager
def own_servers_only() -> Iterator[None]:
    """The addresses of a test run must not be taken for ours: this rig kills what it uses."""
    names = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "CACHE_URL")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(before)


# --- programs and questions ---------------------------------------------------------------------


def program(module: str, *words: str) -> list[str]:
    return [PYTHON, "-m", module, *words]


def environment_of(ready: Stage) -> dict[str, str]:
    return {**os.environ, **ready.environment, "DJANGO_SETTINGS_MODULE": "advocacy.settings"}


def begin(ready: Stage, command: list[str]) -> subprocess.Popen[str]:
    """Start a program of the rig beside the play: it is told on its standard input and answers on its output."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=PROJECT, env=environment_of(ready), stdin=pipe, stdout=pipe, text=True)


def tell(ready: Stage, command: list[str], *, check: bool = True) -> Figures:
    """Run a program to its end; it answers by its last line."""
    done = subprocess.run(
        command, cwd=PROJECT, env=environment_of(ready), stdout=subprocess.PIPE, text=True, check=check
    )
    said: Figures = json.loads(done.stdout.splitlines()[-1])
    return said


def rows(url: str, question: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(url, connect_timeout=5)) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def execute(url: str, *statements: str) -> None:
    """Each in a transaction of its own, as the superuser's chores want it."""
    with closing(psycopg2.connect(url, connect_timeout=5)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def count(ready: Stage, question: str) -> int:
    ((number,),) = rows(ready.database, question)
    return int(number)


def patiently(ready: Stage, question: str) -> int | None:
    """A count, or nothing while the database is away: some plays take it away."""
    try:
        return count(ready, question)
    except psycopg2.Error:
        return None


def wait_for_rest(ready: Stage, *, patience: float = PATIENCE) -> int:
    """Until no share is on its way; answers how many still are when patience ends."""
    wait_until(lambda: patiently(ready, RESTING) == 0, seconds=patience, every=0.5)
    time.sleep(float(str(FAULTS["late_seconds"])) + 0.5)  # the last late acceptance
    return count(ready, RESTING)


def on_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def on_port(url: str, port: int) -> str:
    """The same address through another port, a proxy's say."""
    parts = urlsplit(url)
    who, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{who}{at}127.0.0.1:{port}"))
