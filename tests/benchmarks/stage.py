"""What every measurement stands on: own servers, a sandbox that answers after 150 ms, and the product's real workers.

Nothing of the product is patched or left out. It knows no figure.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Session

from advocacy.local.kept import Kept
from advocacy.local.postgres import cluster_of
from advocacy.local.processes import free_port, wait_until
from advocacy.local.programs import Place, beat, installation_environment, migrate, publish_worker
from advocacy.local.roles import DATABASE
from advocacy.local.servers import servers
from advocacy.local.supervisor import Supervisor
from tests.integrations.sandbox.rig import SandboxProcess

LATENCY_MS = 150.0
WORKERS = 2  # one process a core
ADDRESSES = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "CACHE_URL")
ON_ITS_WAY = "('scheduled', 'claimed', 'sending', 'unknown')"


class StageTrouble(RuntimeError):
    """The run measured something else than it should; no figure may come of it."""


@dataclass(frozen=True)
class Stage:
    """A running installation. `all_seeing` reads past row-level security, for the judge of a measurement alone."""

    environment: dict[str, str]
    all_seeing: str
    sandbox: SandboxProcess
    place: Place
    started: list[Supervisor] = field(default_factory=list)

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        with self.session() as session, session.cursor() as cursor:
            cursor.execute(question, values or None)
            return list(cursor.fetchall()) if cursor.description else []

    @contextmanager
    def session(self) -> Iterator[Session]:
        with closing(psycopg2.connect(self.all_seeing)) as session, session:
            yield session

    @property
    def workers(self) -> Supervisor:
        if not self.started:
            raise StageTrouble("The workers were not started.")
        return self.started[0]

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """The workers stand still, so that what runs beside them has the machine as they have it."""
        for name in self.workers.names:
            self.workers.kill(name, signal.SIGSTOP)
        try:
            yield
        finally:
            for name in self.workers.names:
                self.workers.kill(name, signal.SIGCONT)


@contextmanager
def stage(*, latency_ms: float = LATENCY_MS, keep: bool = False) -> Iterator[Stage]:
    """Servers, sandbox and an empty installation; its environment is this process's for the block."""
    folder = Path(tempfile.mkdtemp(prefix="advocacy-bench-"))
    with ExitStack() as open_things:
        if keep:
            sys.stderr.write(f"Logs: {folder}\n")
        else:
            open_things.callback(shutil.rmtree, folder, ignore_errors=True)
        open_things.enter_context(_own_environment())
        addresses = open_things.enter_context(servers(folder, durable=False))
        sandbox = open_things.enter_context(SandboxProcess(folder / "sandbox", latency_ms=latency_ms))
        sandbox.settings(enforce_limits=False, duplicate_seconds=0)  # the networks' own limits are not measured here
        place = Place(folder, free_port(), sandbox.port)
        environment = installation_environment(place, addresses)
        migrate(environment, addresses)
        os.environ.update({**environment, "DJANGO_SETTINGS_MODULE": "advocacy.settings"})
        cluster = cluster_of(Kept(folder / "kept.json"))
        if cluster is None:
            raise StageTrouble("The benchmark needs servers of its own.")
        all_seeing = f"{cluster.superuser_url.rpartition('/')[0]}/{DATABASE}"
        yield Stage(environment, all_seeing, sandbox, place)


@contextmanager
def workers(ready: Stage, count: int = WORKERS) -> Iterator[Supervisor]:
    """The product's publishing workers and beat, as an installation runs them."""
    programs = (*(publish_worker(number + 1) for number in range(count)), beat(ready.place))
    with Supervisor(programs, folder=ready.place.folder / "logs", environment=ready.environment) as running:
        running.start()
        ready.started.insert(0, running)
        wait_for_workers(running, [program.name for program in programs[:count]])
        time.sleep(1.5)  # the first wake-up, the first connection
        try:
            yield running
        finally:
            ready.started.remove(running)


def wait_for_workers(running: Supervisor, names: Sequence[str]) -> None:
    if not wait_until(lambda: all("ready." in _said(running, name) for name in names), seconds=60, every=0.1):
        raise StageTrouble("The workers did not start.")


def _said(running: Supervisor, name: str) -> str:
    log = running.log(name)
    return log.read_text(errors="replace") if log.exists() else ""


@contextmanager
def _own_environment() -> Iterator[None]:
    """Addresses of other servers must not be taken for ours: a measurement fills and empties what it uses."""
    before = dict(os.environ)
    for name in ADDRESSES:
        os.environ.pop(name, None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def memory_mb(running: Supervisor, names: Sequence[str]) -> float:
    """Resident memory of these programs' own processes together."""
    pages = 0
    for name in names:
        status = Path(f"/proc/{running.pid(name)}/statm")
        pages += int(status.read_text().split()[1]) if status.exists() else 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
