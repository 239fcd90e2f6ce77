"""A real Celery worker with three beats, with none, and with no broker: each post goes out once and in its time.

One worker meets all of it, against the test's own database, a broker of its own and a sandbox; a second one never
finds a broker.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from accounts.tenancy import acting_in
from advocacy.celery import app
from advocacy.local.processes import PROJECT, dying_with, wait_until
from advocacy.local.valkey import valkey
from campaigns.models import Share
from campaigns.publishing.balance import differences
from integrations.models import Connection
from tests.campaigns.publishing.posting import Desk, account, come_due, desk, planned
from tests.integrations.sandbox.rig import SandboxProcess

WORKER = ("-m", "celery", "-A", "advocacy", "worker", "-Q", "publish", "--pool", "threads", "--concurrency", "2")
QUIETLY = ("--without-gossip", "--without-mingle")
BEATS = 3

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path / "sandbox") as process:
        yield process


@contextmanager
def worker(broker: str, sandbox: SandboxProcess, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    where = connection.settings_dict
    database = f"postgresql://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
    given = {"DATABASE_URL": database, "REDIS_URL": broker, "CACHE_URL": "", "SANDBOX_URL": sandbox.base_url}
    environment = {**os.environ, **given, "LOG_LEVEL": "WARNING", "ENGINE_POLL": "1", "ENGINE_LINGER": "1"}
    with (folder / "log").open("ab") as log:
        bound = dying_with(os.getpid())
        command = [sys.executable, *WORKER, *QUIETLY]
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=log, stderr=log, preexec_fn=bound, start_new_session=True
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def come_due_now(at: Desk, shares: list[Share]) -> None:
    for share in shares:
        come_due(at, share, ago=timedelta())


def out(at: Desk) -> int:
    with acting_in(at.organization):
        return Share.objects.filter(state="published").count()


def three_beats(broker: str) -> None:
    """Every wake-up of publishing as three beats send it in ten seconds, at once."""
    names = [entry["task"] for entry in app.conf.beat_schedule.values() if "publish" in entry["task"]]
    with app.connection_for_write(broker) as line:
        for name in names * BEATS * 10:
            app.send_task(name, connection=line, queue="publish")


def test_three_beats_then_none_then_no_broker(sandbox: SandboxProcess, tmp_path: Path) -> None:
    at = desk()
    shares = [planned(at, account(at, sandbox, "mastodon", f"p{n}"), f"{n}") for n in range(12)]
    with ExitStack() as broker_runs:
        broker = broker_runs.enter_context(valkey(tmp_path / "broker", durable=False))
        with worker(broker, sandbox, tmp_path) as process:
            come_due_now(at, shares[:3])
            assert wait_until(lambda: out(at) == 3, seconds=60, every=0.05)  # no beat, no message
            come_due_now(at, shares[3:6])
            three_beats(broker)
            assert wait_until(lambda: out(at) == 6, seconds=40, every=0.05)
            broker_runs.close()
            come_due_now(at, shares[6:9])
            assert wait_until(lambda: out(at) == 9, seconds=40, every=0.05)
            assert process.poll() is None
        with worker(broker, sandbox, tmp_path):
            come_due_now(at, shares[9:])
            assert wait_until(lambda: out(at) == 12, seconds=60, every=0.05)
    assert len(sandbox.acceptances()) == 12
    assert differences() == []
    with acting_in(at.organization):
        assert Connection.objects.filter(wait_until__isnull=False).count() == 0
