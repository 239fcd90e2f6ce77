"""A server that is gone: we stop calling it, others go on, one probe looks for its return, and it is not overrun."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from accounts.tenancy import acting_in
from campaigns.models import Attempt, Share
from campaigns.selectors.share_words import words_of
from integrations import breakers
from integrations.actions.connections import connect_account
from integrations.breakers import Watch
from integrations.models import Breaker, Connection
from integrations.networks import network
from integrations.networks.base import Account
from tests.campaigns.publishing.posting import Desk, account, again, due, publish, settled
from tests.chaos.proxy import Calls, Proxy
from tests.integrations.connected import grant_of
from tests.integrations.sandbox.rig import SandboxProcess

AT_ONCE = 8


@pytest.fixture(autouse=True)
def _own_watch(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(breakers, "_watch", Watch())


@pytest.fixture
def line(sandbox: SandboxProcess, settings: Any) -> Iterator[Proxy]:
    """Another server of Mastodon: the same sandbox, by a line that can be cut."""
    settings.ENGINE = {**settings.ENGINE, "threads": AT_ONCE, "batch": AT_ONCE}
    with Proxy(sandbox.port) as proxy:
        settings.OUTBOUND_ALLOWED_HOSTS = [*settings.OUTBOUND_ALLOWED_HOSTS, f"127.0.0.1:{proxy.port}"]
        yield proxy


def behind(line: Proxy, at: Desk, sandbox: SandboxProcess, count: int) -> list[Share]:
    """Due shares, each on an account of its own at the far end of that line."""
    shares = []
    for made in sandbox.accounts("mastodon", count):
        made["server"] = made["server"].replace(str(sandbox.port), str(line.port))
        account(at, sandbox, "mastodon", "agrees")  # the person's agreement to this network
        with acting_in(at.organization):
            connection = connect_account(
                at.member,
                by=at.member,
                network=network("mastodon"),
                server=made["server"],
                account=Account(id=made["account_id"], handle=made["handle"], name="Bob"),
                grant=grant_of(made),
            )
        shares.append(due(at, connection, f"By {made['handle']}."))
    return shares


def later(seconds: float) -> None:
    """The circuits' clocks, and this process's patience with its own news, are that much further."""
    by = timedelta(seconds=seconds)
    Breaker.objects.update(retry_at=F("retry_at") - by, refilled_at=F("refilled_at") - by, since=F("since") - by)
    breakers._watch._flushed = breakers._watch._looked = float("-inf")
    breakers.flush()


def attempts(at: Desk) -> Counter[str]:
    with acting_in(at.organization):
        return Counter(Attempt.objects.values_list("outcome", flat=True))


def states(at: Desk) -> Counter[str]:
    with acting_in(at.organization):
        Connection.objects.update(wait_until=None)
        return Counter(Share.objects.values_list("state", flat=True))


def test_the_whole_of_an_outage(at: Desk, sandbox: SandboxProcess, line: Proxy) -> None:
    far = behind(line, at, sandbox, 24)
    near = due(at, account(at, sandbox, "mastodon", "near"), "Near.", ago=timedelta())
    line.treat(Calls.REFUSE)

    publish()
    assert again(at, near).state == "published"
    tried = attempts(at)["try_later"]
    assert AT_ONCE < tried <= 3 * AT_ONCE - 4  # what was in hand when ten had failed, and no more
    assert states(at) == {"published": 1, "scheduled": 24}
    assert Breaker.objects.get(state="open").server.endswith(f"{line.port}/mastodon")

    waiting = again(at, far[-1])
    words = words_of(waiting, now=timezone.now())
    assert words.sentence.startswith("Mastodon does not answer at present. We try again at ")

    publish()
    assert attempts(at)["try_later"] == tried  # the circuit's clock has not come
    for number in (1, 2):
        later(120)
        publish()
        assert attempts(at)["try_later"] == tried + number  # one probe each
        assert states(at)["scheduled"] == 24

    line.treat(Calls.PASS)
    later(120)
    publish()
    later(1)  # the probe's good news, and a second more
    assert Breaker.objects.exclude(state="closed").get().state == "recovering"
    assert states(at)["published"] == 2
    out = []
    for _second in range(4):
        before = states(at)["published"]
        publish()
        out.append(states(at)["published"] - before)
        later(1)
    assert max(out) <= 2 * Breaker.objects.exclude(state="closed").get().steady_rate + 2  # no rush
    assert sum(out) >= 3

    later(600)
    publish()
    later(1)
    publish()
    assert set(states(at)) == {"published"}
    assert Breaker.objects.filter(state="closed").count() == 2
    assert len(sandbox.acceptances()) == 25


def test_server_errors_open_it_and_their_posts_are_unclear_not_lost(
    at: Desk, sandbox: SandboxProcess, settings: Any
) -> None:
    settings.ENGINE = {**settings.ENGINE, "threads": AT_ONCE, "batch": AT_ONCE}
    shares = [due(at, account(at, sandbox, "x", f"p{number}"), f"{number}") for number in range(18)]
    sandbox.script("x", *["status_503"] * 18)
    publish()
    assert Breaker.objects.get().state == "open"
    before = states(at)
    assert before["unknown"] == attempts(at)["unknown"] <= 2 * AT_ONCE
    assert before["scheduled"] == 18 - before["unknown"]
    settled(at, shares[0])  # one look-up may go as the probe; the others wait for their turn
    assert states(at)["held"] == 0


def test_what_a_network_refuses_never_opens_it(at: Desk, sandbox: SandboxProcess) -> None:
    connections = [account(at, sandbox, "mastodon", f"p{number}") for number in range(12)]
    for number, connection in enumerate(connections):
        due(at, connection, f"{number}")
        sandbox.revoke("mastodon", f"p{number}")
    publish()
    breakers._watch._flushed = float("-inf")
    breakers.flush()
    assert states(at)["held"] == 12
    assert Breaker.objects.get().state == "closed"
    assert Breaker.objects.filter(retry_at__gt=Now()).count() == 0
