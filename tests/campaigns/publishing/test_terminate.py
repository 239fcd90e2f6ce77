"""A rolling restart: TERM in mid-call ends the call under way, gives back what was not sent, and makes nothing unclear.

Real workers, Celery's and the one without Celery in turn, against the test's own database and a sandbox that takes its
time to answer.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from accounts.tenancy import acting_in
from advocacy.local.processes import PROJECT, dying_with
from advocacy.local.valkey import valkey
from campaigns.models import Share, ShareMove
from campaigns.publishing.balance import differences
from tests.campaigns.publishing.posting import Desk, account, come_due, desk, planned
from tests.campaigns.world import person
from tests.integrations.sandbox.rig import SandboxProcess

POSTS, RESTARTS, ACCOUNTS = 60, 5, 20
EVERY = timedelta(seconds=0.8)  # between two due times: six workers start meanwhile, and none may find nothing to send
SECONDS_TO_START = 40
CELERY = ("-m", "celery", "-A", "advocacy", "worker", "-Q", "publish", "--pool", "threads", "--concurrency", "2")
QUIETLY = ("--without-gossip", "--without-mingle")
KINDS = ((*CELERY, *QUIETLY), ("manage.py", "publish"))

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path / "sandbox", latency_ms=500) as process:
        yield process


@pytest.fixture
def environment(tmp_path: Path, slow: SandboxProcess) -> Iterator[dict[str, str]]:
    where = connection.settings_dict
    database = f"postgresql://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
    with valkey(tmp_path / "broker", durable=False) as broker:
        given = {"DATABASE_URL": database, "REDIS_URL": broker, "CACHE_URL": "", "SANDBOX_URL": slow.base_url}
        yield {**os.environ, **given, "ADVOCACY_ENV": "test", "LOG_LEVEL": "WARNING", "ENGINE_POLL": "0.5"}


@contextmanager
def worker(kind: tuple[str, ...], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    bound = dying_with(os.getpid())
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *kind], cwd=PROJECT, env=environment, stdout=output, stderr=output, preexec_fn=bound
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def shares_of(at: Desk) -> Counter[str]:
    with acting_in(at.organization):
        return Counter(Share.objects.values_list("state", flat=True))


def wait_for(at: Desk, *states: str, patience: float = SECONDS_TO_START) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if any(shares_of(at)[state] for state in states):
            return True
        time.sleep(0.02)
    return False


def test_five_restarts_in_sixty_posts(slow: SandboxProcess, environment: dict[str, str], tmp_path: Path) -> None:
    at = desk()
    accounts = []
    for number in range(ACCOUNTS):
        with acting_in(at.organization):
            member = person(f"P{number}")
        accounts.append(account(at, slow, ("mastodon", "linkedin")[number % 2], f"p{number}", of=member))
    shares = [planned(at, accounts[number % ACCOUNTS], f"Post {number}") for number in range(POSTS)]
    first = timedelta(seconds=3)
    for number, share in enumerate(shares):
        come_due(at, share, ago=-(first + number * EVERY))
    stopped_in_mid_call, seconds = 0, []
    for number in range(RESTARTS + 1):
        with worker(KINDS[number % 2], environment, tmp_path / "workers.log") as process:
            assert wait_for(at, "sending"), (tmp_path / "workers.log").read_text()[-3000:]
            if number == RESTARTS:
                everything_out(at, patience=60)
            stopped_in_mid_call += shares_of(at)["sending"] > 0
            began = time.monotonic()
            process.terminate()
            assert process.wait(timeout=25) == 0
            seconds.append(time.monotonic() - began)
            assert not {"claimed", "sending", "unknown"} & set(shares_of(at))
    assert stopped_in_mid_call == RESTARTS
    assert max(seconds) < 10
    assert shares_of(at) == {"published": POSTS}
    assert len(slow.acceptances()) == POSTS
    with acting_in(at.organization):
        assert not ShareMove.objects.filter(to_state__in=["unknown", "held", "failed"]).exists()
    assert differences() == []


def everything_out(at: Desk, *, patience: float) -> None:
    deadline = time.monotonic() + patience
    while shares_of(at)["published"] < POSTS and time.monotonic() < deadline:
        time.sleep(0.1)
