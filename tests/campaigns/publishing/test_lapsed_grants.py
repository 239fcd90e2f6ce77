"""Grants that expired or were taken back at the time of many shares (reliability.md rows 26, 27), over real HTTP."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database
from django.urls import reverse
from django.utils import timezone

from accounts.models import Errand
from accounts.tenancy import acting_in
from campaigns.models import Share
from campaigns.publishing.balance import differences
from campaigns.publishing.loop import Publisher
from campaigns.selectors.share_words import words_of
from integrations.models import Connection, StoredGrant
from integrations.networks import network
from integrations.networks.base import Grant, Post, Published, TryLater, Uploaded
from integrations.refreshing import check_grants
from integrations.tokens import fresh_grant, store_grant
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, account, desk, due, publish
from tests.integrations.connected import grant_of
from tests.integrations.sandbox.rig import SandboxProcess


def people_with_shares(at: Desk, sandbox: SandboxProcess, key: str, count: int) -> list[Share]:
    """Each of them one account, and one share that is due."""
    shares = []
    for number in range(count):
        with acting_in(at.organization):
            member = world.person(f"Person{number}")
        connection = account(at, sandbox, key, f"person-{number}", of=member)
        shares.append(due(at, connection, f"I liked this one, says {number}."))
    return shares


def both_ways(share: Share) -> list[tuple[str, str]]:
    """Connect again, or post it by hand."""
    return [("connect", share.network), ("share_to_hand", share.public_id)]


def states(at: Desk) -> dict[str, int]:
    with acting_in(at.organization):
        found = [one.state for one in Share.objects.all()]
    return {state: found.count(state) for state in set(found)}


@pytest.mark.parametrize(("key", "people"), [("mastodon", 50), ("x", 20)])
def test_one_of_ten_revoked_are_held_and_told_and_nobody_else(
    at: Desk, sandbox: SandboxProcess, key: str, people: int
) -> None:
    shares = people_with_shares(at, sandbox, key, people)
    gone = range(0, people, 10)
    for number in gone:
        sandbox.revoke(key, f"person-{number}")
    while publish():
        pass
    assert states(at) == {"published": people - len(gone), "held": len(gone)}
    assert len(sandbox.acceptances()) == people - len(gone)
    with acting_in(at.organization):
        held = list(Share.objects.filter(state="held").select_related("member", "organization", "connection"))
        assert {share.pk for share in held} == {shares[number].pk for number in gone}
        assert {share.held_reason for share in held} == {"reconnect"}
        letters = [row.payload for row in Errand.objects.filter(kind="letter")]
        assert sorted(letter["to"] for letter in letters) == sorted(share.member.email for share in held)
        assert {letter["context"]["held_reason"] for letter in letters} == {"reconnect"}
        assert Connection.objects.filter(state="needs_reconnect").count() == len(gone)
        words = words_of(held[0], now=timezone.now())
    assert words.safe == "Your text is safe and was not posted."
    ways = [reverse(name, args=[at.organization.slug, of]) for name, of in both_ways(held[0])]
    assert [doing.address.partition("?")[0] for doing in words.doings[:2]] == ways
    assert differences() == []


def test_the_daily_question_tells_people_before_their_share_is_due(at: Desk, sandbox: SandboxProcess) -> None:
    for number in range(10):
        account(at, sandbox, "mastodon", f"person-{number}")
    for number in range(3):
        sandbox.revoke("mastodon", f"person-{number}")
    for _ in range(2):  # a "no" counts when it was said twice
        with acting_in(at.organization):
            StoredGrant.objects.update(check_at=timezone.now() - timedelta(seconds=1))
        check_grants()
    with acting_in(at.organization):
        told = [row.payload["context"]["account"] for row in Errand.objects.filter(kind="letter")]
        gone = Connection.objects.filter(state="needs_reconnect").values_list("handle", flat=True)
        assert sorted(told) == sorted(gone) == ["person-0", "person-1", "person-2"]


def expire(at: Desk) -> None:
    """Our side knows that the access token is over; the refresh token works."""
    with acting_in(at.organization):
        StoredGrant.objects.update(expires_at=datetime.now(UTC))


@pytest.mark.django_db(transaction=True)
def test_fifty_posts_at_once_with_one_expired_grant_make_one_refresh(sandbox: SandboxProcess) -> None:
    """X ends everything it gave when a refresh token comes twice: a second call would kill the grant."""
    at = desk()
    connection = account(at, sandbox, "x")
    there = sandbox.account("x", "bob")
    with acting_in(at.organization):
        store_grant(connection, grant_of(there, expires_at=datetime.now(UTC) - timedelta(minutes=1)))

    def post(number: int) -> object:
        try:
            while isinstance(taken := fresh_grant(at.organization.pk, connection.pk), TryLater):
                time.sleep(0.05)
        finally:
            database.close()
        assert isinstance(taken, Grant)
        return network("x").publish(Post("x", "", connection.account_id, f"Post {number}"), taken, "", Uploaded())

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(post, range(50)))
    assert [type(answer) for answer in answers] == [Published] * 50
    health = sandbox.get("/sandbox/health")
    assert (health["refreshes"], health["families_ended_by_reuse"]) == ({"x": 1}, {})
    assert len(sandbox.acceptances()) == 50


@pytest.mark.django_db(transaction=True)
def test_expired_together_each_is_renewed_once_by_four_workers(sandbox: SandboxProcess) -> None:
    at = desk()
    people_with_shares(at, sandbox, "x", 20)
    with acting_in(at.organization):
        for stored in StoredGrant.objects.select_related("connection"):
            there = sandbox.account("x", stored.connection.handle)
            store_grant(stored.connection, grant_of(there, expires_at=datetime.now(UTC) - timedelta(minutes=1)))

    def work(_: int) -> None:
        try:
            Publisher(threading.Event()).drain(linger=0)
        finally:
            database.close()

    for _ in range(5):
        with ThreadPoolExecutor(4) as workers:
            list(workers.map(work, range(4)))
        if states(at) == {"published": 20}:
            break
    health = sandbox.get("/sandbox/health")
    assert (states(at), health["refreshes"], health["families_ended_by_reuse"]) == ({"published": 20}, {"x": 20}, {})
    assert len(sandbox.acceptances()) == 20
