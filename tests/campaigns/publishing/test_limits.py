"""Networks that ask us to slow down: their words are obeyed, for the account or for all, and never for ever."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.tenancy import acting_in
from campaigns.models import Share
from campaigns.publishing.claim import claim
from campaigns.publishing.loop import Publisher
from campaigns.selectors.share_words import words_of
from integrations import breakers, limits
from integrations.models import Bucket, Connection
from integrations.networks.base import Grant, Secret
from tests.campaigns.publishing.posting import Desk, account, again, due, moves, publish
from tests.integrations.connected import connected
from tests.integrations.peer import Answer, Peer, running_peer
from tests.integrations.sandbox.rig import SandboxProcess

A_SECOND = 10  # calls the stub takes


@pytest.fixture(autouse=True)
def _own_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breakers, "_watch", breakers.Watch())


@dataclass
class Stub:
    """A server that speaks Mastodon's protocol and answers 429 above ten calls in any second."""

    peer: Peer
    calls: list[float] = field(default_factory=list)
    declined: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    came_early: int = 0
    a_second: int = A_SECOND

    def answer_to(self, path: str) -> Answer:
        now, caller = time.monotonic(), self.peer.asked[-1].headers["authorization"]
        self.came_early += any(now < declined + 1 for declined in self.declined[caller])
        self.calls = [*(one for one in self.calls if one > now - 1), now]
        if len(self.calls) > self.a_second:
            self.declined[caller].append(now)
            return Answer(429, {"error": "Too many requests"}, {"Retry-After": "1"})
        return Answer(200, {"id": str(len(self.peer.asked)), "url": "https://a.example/1"})

    @property
    def breaches(self) -> int:
        return sum(len(times) for times in self.declined.values())


@pytest.fixture
def stub() -> Iterator[Stub]:
    with running_peer() as server:
        made = Stub(server)
        server.answer_to = made.answer_to  # type: ignore[method-assign]  # the stub decides by the clock
        yield made


def wanted(at: Desk, stub: Stub, count: int) -> None:
    for number in range(count):
        grant = Grant(access_token=Secret(f"t{number}"), server=stub.peer.url, account_id=f"a{number}")
        with acting_in(at.organization):
            connection = connected(at.member, "mastodon", grant, f"a{number}")
        due(at, connection, f"{number}")


def publish_all(seconds: float) -> None:
    stop = threading.Event()
    timer = threading.Timer(seconds, stop.set)
    timer.start()
    Publisher(stop).drain(linger=1.5)
    timer.cancel()


def bucket(settings: Any, **network: float) -> None:
    settings.BUCKETS = {**settings.BUCKETS, "network": network}
    settings.ENGINE = {**settings.ENGINE, "look_every": 0.05, "threads": 4}


def test_a_rate_that_is_set_below_the_network_s_never_breaches_it(at: Desk, stub: Stub, settings: Any) -> None:
    bucket(settings, capacity=1, per_second=6)  # drawn at the claim, a moment before the call: hence the margin
    wanted(at, stub, 15)
    publish_all(15)
    assert (len(stub.peer.asked), stub.breaches) == (15, 0)


def test_beyond_it_every_wait_is_obeyed_and_everything_goes_out(at: Desk, stub: Stub, settings: Any) -> None:
    """The control: without our bucket the stub declines, and nobody comes back before the time it named."""
    bucket(settings, capacity=400, per_second=40)
    stub.a_second = 5
    wanted(at, stub, 10)  # half of them come again: who is declined twice would wait longer than this test
    publish_all(12)
    assert 0 < stub.breaches <= 5  # how many depends on how fast this machine is
    assert stub.came_early == 0
    with acting_in(at.organization):
        assert set(Share.objects.values_list("state", flat=True)) == {"published"}


def test_a_row_s_own_figures_win_over_the_settings(at: Desk, settings: Any) -> None:
    settings.BUCKETS = {**settings.BUCKETS, "network": {"capacity": 3.0, "per_second": 1.0}}
    assert limits.rates()["network"] == limits.Rate(3.0, 1.0)
    given = limits.claim_parameters()
    assert (given["network_capacity"], given["network_refill"]) == (3.0, 1.0)


@pytest.fixture
def x_is_capped(sandbox: SandboxProcess, settings: Any) -> Iterator[Peer]:
    problem = {"type": "https://api.twitter.com/2/problems/usage-capped", "title": "UsageCapExceeded"}
    mastodon = settings.NETWORKS
    with running_peer() as server:
        server.tell_any(Answer(429, problem))
        settings.NETWORKS = {**mastodon, "x": {"api_url": server.url}}
        settings.OUTBOUND_ALLOWED_HOSTS = [sandbox.base_url.partition("://")[2], f"127.0.0.1:{server.port}"]
        settings.SANDBOX_URL = sandbox.base_url
        yield server


def test_where_the_app_is_stopped_the_whole_network_waits_and_no_other(
    at: Desk, sandbox: SandboxProcess, x_is_capped: Peer, settings: Any
) -> None:
    settings.ENGINE = {**settings.ENGINE, "threads": 1, "batch": 1}
    first = due(at, account(at, sandbox, "x", "one"), "First.", ago=timedelta(seconds=30))
    second = due(at, account(at, sandbox, "x", "two"), "Second.", ago=timedelta(seconds=20))
    elsewhere = due(at, account(at, sandbox, "mastodon"), "Elsewhere.", ago=timedelta(seconds=10))
    publish()
    assert [again(at, share).state for share in (first, second, elsewhere)] == ["scheduled", "scheduled", "published"]
    assert len(x_is_capped.asked) == 1
    row = Bucket.objects.get(pk="network:x")
    assert row.tokens == 0
    assert timedelta(minutes=59) < row.refilled_at - timezone.now() < timedelta(minutes=67)
    assert claim([at.organization.pk], limit=5) == []
    assert words_of(again(at, second), now=timezone.now()).sentence.startswith("X asks us to wait. We try again at ")


def test_five_times_in_a_row_and_the_person_decides(at: Desk, sandbox: SandboxProcess) -> None:
    share = due(at, account(at, sandbox, "mastodon"))
    sandbox.script("mastodon", *["status_429"] * 6)
    waits = []
    for _ in range(4):
        publish()
        share = again(at, share)
        assert share.state == "scheduled"
        with acting_in(at.organization):
            waits.append(Connection.objects.get().wait_until)
            Connection.objects.update(wait_until=None)
    assert all(wait is not None and wait > timezone.now() - timedelta(seconds=1) for wait in waits)
    publish()
    share = again(at, share)
    assert (share.state, share.held_reason, moves(at, share)[-1]) == ("held", "late", "sending>held")
    words = words_of(share, now=timezone.now())
    assert words.sentence.startswith("The network asked us to wait five times in a row, so we stopped trying. This is")
    assert words.needs_person


def test_a_network_that_cannot_be_reached_never_counts_as_a_refusal(
    at: Desk, sandbox: SandboxProcess, settings: Any
) -> None:
    """An outage is the lateness rule's, however often we tried."""
    share = due(at, account(at, sandbox, "mastodon"))
    settings.OUTBOUND_ALLOWED_HOSTS = []  # the door refuses the address: surely not sent
    for _ in range(7):
        publish()
        with acting_in(at.organization):
            Connection.objects.update(wait_until=None)
    assert again(at, share).state == "scheduled"
