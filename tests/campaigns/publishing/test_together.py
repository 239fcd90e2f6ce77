"""Shares of one company that pass the intent and the record together: each keeps its own verdict and its own end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tenancy import acting_in
from campaigns.actions.shares import withdraw_share
from campaigns.models import Attempt, PointEntry, Share
from campaigns.publishing import steps
from campaigns.publishing.balance import differences
from campaigns.publishing.claim import Claimed, claim
from campaigns.publishing.intent import Intent, Prepared, Unprepared, commit_intents
from campaigns.publishing.record import record_outcome, record_published
from integrations.networks.base import Published, Unknown
from integrations.tokens import open_grant, store_grant
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, account, again, due, moves, practice_account, publish
from tests.integrations.sandbox.rig import SandboxProcess


@pytest.fixture
def shares(at: Desk) -> list[Share]:
    """Five people's, all due."""
    made = []
    for number in range(5):
        with acting_in(at.organization):
            member = world.person(f"Person{number}")
        made.append(due(at, practice_account(at, f"practice-{number}", of=member), f"Part {number} surprised me."))
    return made


def claimed(at: Desk) -> list[Claimed]:
    return claim([at.organization.pk], limit=10)


def states(at: Desk, shares: Sequence[Share]) -> list[str]:
    return [again(at, share).state for share in shares]


def published(claims: Sequence[Claimed]) -> list[tuple[Claimed, Published]]:
    return [(one, Published(f"there-{one.share_id}", f"https://network.example/{one.share_id}")) for one in claims]


def test_one_transaction_and_each_its_own_verdict(at: Desk, shares: list[Share]) -> None:
    claims = claimed(at)
    with acting_in(at.organization):
        Share.objects.filter(pk=shares[1].pk).update(text="Something else.")
        withdraw_share(again(at, shares[2]), by=again(at, shares[2]).member)
        Share.objects.filter(pk=shares[3].pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    answers = commit_intents(at.organization.pk, [Prepared(one) for one in claims])
    assert {shares[0].pk, shares[4].pk} == set(answers)
    assert all(isinstance(answer, Intent) and answer.grant for answer in answers.values())
    assert states(at, shares) == ["sending", "held", "withdrawn", "claimed", "sending"]
    with acting_in(at.organization):
        attempts = Attempt.objects.order_by("share_id")
        assert [attempt.share_id for attempt in attempts] == [shares[0].pk, shares[4].pk]
        assert len({attempt.intent_at for attempt in attempts}) == 1
    assert moves(at, shares[4])[-1] == "claimed>sending"


def test_more_shares_ask_no_more_questions(at: Desk, shares: list[Share]) -> None:
    first, *others = claimed(at)
    counts = []
    for group in ([first], others):
        with CaptureQueriesContext(connection) as asked:
            commit_intents(at.organization.pk, [Prepared(one) for one in group])
            record_published(at.organization.pk, published(group))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert states(at, shares) == ["published"] * 5


def test_an_older_claim_of_the_same_share_writes_nothing(at: Desk, shares: list[Share]) -> None:
    claims = claimed(at)
    stale = [
        Claimed(one.share_id, one.organization_id, one.connection_id, one.network, one.fence - 1) for one in claims
    ]
    assert commit_intents(at.organization.pk, [Prepared(one) for one in stale]) == {}
    assert len(commit_intents(at.organization.pk, [Prepared(one) for one in claims])) == 5
    assert record_published(at.organization.pk, published(stale)) == set()
    assert states(at, shares) == ["sending"] * 5


def test_what_came_too_late_is_left_to_the_single_road(at: Desk, shares: list[Share]) -> None:
    claims = claimed(at)
    commit_intents(at.organization.pk, [Prepared(one) for one in claims])
    record_outcome(claims[0], Unknown("?"))
    answers = published(claims)
    assert record_published(at.organization.pk, answers) == {one.share_id for one in claims[1:]}
    record_outcome(*answers[0])
    assert states(at, shares) == ["published"] * 5
    with acting_in(at.organization):
        assert sorted(PointEntry.objects.values_list("share_id", flat=True)) == []  # practice earns nothing
    assert differences() == []


@pytest.fixture
def old_and_fresh(at: Desk, sandbox: SandboxProcess) -> tuple[Share, Share]:
    """Two people of one company; the first one's access token is over."""
    with acting_in(at.organization):
        carol = world.person("Carol")
    old, fresh = due(at, account(at, sandbox, "x", "carol", of=carol)), due(at, account(at, sandbox, "mastodon"))
    with acting_in(at.organization):
        assert old.connection is not None
        store_grant(old.connection, replace(open_grant(old.connection), expires_at=timezone.now()))
    return old, fresh


def test_a_grant_that_must_be_renewed_waits_for_it_alone(at: Desk, old_and_fresh: tuple[Share, Share]) -> None:
    old, fresh = old_and_fresh
    answers = commit_intents(at.organization.pk, [Prepared(one) for one in claimed(at)])
    assert isinstance(answers[fresh.pk], Intent)
    assert isinstance(answers[old.pk], Unprepared)
    assert states(at, old_and_fresh) == ["claimed", "sending"]


def test_both_go_out_of_one_claim(at: Desk, old_and_fresh: tuple[Share, Share], sandbox: SandboxProcess) -> None:
    publish()
    assert states(at, old_and_fresh) == ["published", "published"]
    assert len(sandbox.acceptances()) == 2


def test_a_preparation_that_breaks_loses_no_intent(
    at: Desk, old_and_fresh: tuple[Share, Share], monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_grant(*_: Any, **__: Any) -> Any:
        raise KeyError("unreadable")

    monkeypatch.setattr(steps, "take_grant", take_grant)
    publish()
    assert states(at, old_and_fresh) == ["claimed", "published"]


def test_answers_that_cannot_be_written_together_are_written_alone(
    at: Desk, shares: list[Share], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise ValueError("together")

    monkeypatch.setattr(steps, "record_published", broken)
    publish()
    assert states(at, shares) == ["published"] * 5


def test_a_deadlock_is_no_reason_to_give_shares_away(
    at: Desk, shares: list[Share], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else wanted the same rows together; one by one there is nothing to wait for."""
    sizes: list[int] = []

    def commit(organization_id: int, prepared: Sequence[Prepared]) -> Any:
        sizes.append(len(prepared))
        if len(prepared) > 1:
            deadlock = Exception("deadlock detected")
            deadlock.pgcode = "40P01"  # type: ignore[attr-defined]  # as psycopg2 names it
            raise OperationalError("deadlock detected") from deadlock
        return commit_intents(organization_id, prepared)

    monkeypatch.setattr(steps, "commit_intents", commit)
    publish()
    assert sizes == [5, 1, 1, 1, 1, 1]
    assert states(at, shares) == ["published"] * 5
