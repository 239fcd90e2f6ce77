"""The benchmark measures what it says: its arithmetic, and at a tiny size its engine, its bare loop and its filling.

The figures themselves come from `make bench`; here nothing is fast or slow.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.tenancy import acting_in
from campaigns.canonical import post_of
from campaigns.models import Attempt, Share
from campaigns.publishing.balance import differences
from campaigns.publishing.loop import Publisher
from integrations.networks.base import Post
from tests.benchmarks.bare_loop import TABLE, BareLoop, posts_of
from tests.benchmarks.figures import at_least, at_most, median, percentile
from tests.benchmarks.world import Crowd, come_due, crowd, plan
from tests.integrations.connected import point_at
from tests.integrations.sandbox.rig import SandboxProcess


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path) as process:
        point_at(process, settings)
        yield process


@pytest.fixture
def people(db: None, sandbox: SandboxProcess) -> Crowd:
    return crowd(sandbox, 3)


def test_a_figure_says_its_ratio_and_whether_the_goal_is_met() -> None:
    rate = at_least("publish", 120.0, "shares/s", baseline=200.0, ratio=0.6, posts=7)
    said = json.loads(rate.line())
    assert (said["ratio"], said["goal"], said["met"], said["posts"]) == (0.6, "ratio >= 0.6", True, 7)
    late = at_most("lone", 0.51, "s", limit=0.5, baseline=None)
    assert (late.met, late.ratio, json.loads(late.line())["goal"]) == (False, None, "<= 0.5 s")


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(number) for number in range(1, 101)]
    assert (median(values), percentile(values, 95), percentile(values, 100)) == (50.0, 95.0, 100.0)
    assert median([3.0, 1.0, 2.0]) == 2.0
    with pytest.raises(ValueError, match="Nothing was measured"):
        median([])


def test_its_shares_are_approved_as_people_approve_them_and_go_out(people: Crowd, sandbox: SandboxProcess) -> None:
    shares = plan(people, each=2)
    come_due(people, timezone.now() - timedelta(seconds=1), shares)
    while Publisher(threading.Event()).drain(linger=0):
        pass
    assert len(sandbox.acceptances()) == len(shares) == 6
    with acting_in(people.organization):
        assert set(Share.objects.values_list("state", flat=True)) == {"published"}
        assert Attempt.objects.filter(outcome="published").count() == 6
        share = Share.objects.select_related("approval", "item", "connection", "link_code").first()
        assert share is not None
        assert share.approval is not None
        assert post_of(share) == Post.from_canonical(share.approval.canonical)
    assert differences() == []


def test_the_bare_loop_sends_each_post_once_between_two_committed_rows(people: Crowd, sandbox: SandboxProcess) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {TABLE}")
        posts = posts_of([people.organization.pk], each=2)
        assert BareLoop(posts, threads=4).run() == 6
        cursor.execute("SELECT attempt_key::text, outcome, intent_at < ended_at FROM bench_post")
        rows = cursor.fetchall()
    assert {key for key, _, _ in rows} == {line["attempt_key"] for line in sandbox.acceptances()}
    assert [(outcome, in_order) for _, outcome, in_order in rows] == [("published", True)] * 6


def test_lateness_is_read_from_the_networks_own_file(people: Crowd, sandbox: SandboxProcess) -> None:
    """What `engine.lateness` subtracts: the instant that was approved from the one at which the post was there."""
    shares = plan(people, each=1)
    due_at = timezone.now() - timedelta(seconds=5)
    come_due(people, due_at, shares)
    Publisher(threading.Event()).drain(linger=0)
    late = [(datetime.fromisoformat(line["at"]) - due_at).total_seconds() for line in sandbox.acceptances()]
    assert len(late) == 3
    assert 5 < min(late) <= max(late) < (datetime.now(UTC) - due_at).total_seconds()
