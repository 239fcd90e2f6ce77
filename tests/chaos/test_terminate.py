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
from itertools import islice
from pathlib import Path

import pytest
from django.db import connection

from accounts.tenancy import acting_in
from advocacy.local.processes import PROJECT, dying_with, wait_until
from advocacy.local.valkey import valkey
from campaigns.models import Share, ShareMove
from campaigns.publishing.balance import differences
from tests.campaigns.publishing.posting import Desk, account, come_due, desk, planned
from tests.campaigns.world import person
from tests.chaos.copies import Wish, copies_of
from tests.integrations.sandbox.rig import SandboxProcess

RESTARTS, ACCOUNTS = 5, 20
LIVES = RESTARTS + 1
AT_ONCE = 5  # posts that are due when a worker starts; as many come due while it ends
POSTS = LIVES * 2 * AT_ONCE
EVERY = timedelta(seconds=0.2)  # between those that come due while it ends
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


def sends(at: Desk) -> bool:
    return shares_of(at)["sending"] > 0


def planned_posts(at: Desk, sandbox: SandboxProcess) -> list[Share]:
    """Account by account, each of another person: the first post through actions, the others as copies of it."""
    columns = []
    for number in range(ACCOUNTS):
        with acting_in(at.organization):
            member = person(f"P{number}")
        first = planned(at, account(at, sandbox, ("mastodon", "linkedin")[number % 2], f"p{number}", of=member))
        assert first.due_at is not None
        with acting_in(at.organization):
            wishes = [Wish(f"Post {number}.{more}", first.due_at) for more in range(1, POSTS // ACCOUNTS)]
            columns.append([first, *copies_of(first, wishes)])
    return [share for row in zip(*columns, strict=True) for share in row]


def test_five_restarts_in_sixty_posts(slow: SandboxProcess, environment: dict[str, str], tmp_path: Path) -> None:
    at = desk()
    shares = iter(planned_posts(at, slow))
    log, stopped_in_mid_call, seconds = tmp_path / "workers.log", 0, []
    for number in range(LIVES):
        for share in islice(shares, AT_ONCE):
            come_due(at, share)
        with worker(KINDS[number % 2], environment, log) as process:
            assert wait_until(lambda: sends(at), seconds=SECONDS_TO_START, every=0.05), log.read_text()[-3000:]
            for place, share in enumerate(islice(shares, AT_ONCE)):
                come_due(at, share, ago=-place * EVERY)
            if number == RESTARTS:
                assert wait_until(lambda: shares_of(at)["published"] == POSTS, seconds=60, every=0.1)
            else:
                stopped_in_mid_call += wait_until(lambda: sends(at), seconds=5, every=0.02)
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
