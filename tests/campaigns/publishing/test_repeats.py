"""A repeat of an unclear send under the same key: only while the network surely knows that key, asked at the intent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.actions.consent import agree_to_network, withdraw_consent
from accounts.actions.departures import leave
from accounts.consent_texts import current_version
from accounts.models import ConsentKind
from accounts.tenancy import acting_in
from campaigns.actions.shares import move_share
from campaigns.models import Attempt, HeldReason, Share, Statement, StatementKind
from campaigns.publishing.claim import Claimed, claim
from campaigns.publishing.findings import record_finding
from campaigns.publishing.intent import Intent, commit_intent
from campaigns.publishing.moves import hold
from campaigns.publishing.record import record_outcome
from campaigns.publishing.service import tick
from campaigns.refusals import TooLate
from campaigns.selectors.share_words import words_of
from integrations.actions.connections import connect_account
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Absent, Account, Grant, Secret, Unknown
from tests.campaigns.publishing.posting import Desk, again, due, let_time_pass

SERVER = "https://m.example"


def account(at: Desk, key: str) -> Connection:
    """Nothing is called: these tests end at the intent."""
    with acting_in(at.organization):
        agree_to_network(at.member, by=at.member, network=key, language="en", text_version=current_version("network"))
        return connect_account(
            at.member,
            by=at.member,
            network=network(key),
            server=SERVER,
            account=Account(id="1", handle="bob"),
            grant=Grant(access_token=Secret("x"), account_id="1", server=SERVER),
        )


def claimed(at: Desk) -> Claimed:
    (one,) = claim([at.organization.pk], limit=5)
    return one


def intend(at: Desk) -> Intent | None:
    return commit_intent(claimed(at), picture_hashes=frozenset())


def planned_repeat(at: Desk, key: str = "mastodon") -> tuple[Share, Intent]:
    """Sent once without an answer, settled, and planned again under the same key."""
    share, one = due(at, account(at, key)), claimed(at)
    first = commit_intent(one, picture_hashes=frozenset())
    assert first is not None
    record_outcome(one, Unknown("?"))
    let_time_pass(at, share, timedelta(minutes=10))
    tick()
    assert again(at, share).state == "scheduled"
    return share, first


def let_the_send_age(at: Desk, by: timedelta) -> None:
    with acting_in(at.organization):
        Attempt.objects.update(intent_at=F("intent_at") - by)


def test_a_repeat_in_time_carries_the_same_key(at: Desk) -> None:
    _, first = planned_repeat(at)
    let_the_send_age(at, timedelta(minutes=48))
    second = intend(at)
    assert second is not None
    assert second.attempt_key == first.attempt_key


def test_a_key_that_ends_during_the_send_stops_it_at_the_intent(at: Desk) -> None:
    share, _ = planned_repeat(at)
    let_the_send_age(at, timedelta(minutes=49, seconds=30))  # known for 50 minutes, and a send may take a lease
    assert intend(at) is None
    share = again(at, share)
    assert (share.state, share.held_reason) == ("held", "could_not_tell")


def test_a_key_that_never_ends_never_stops_it(at: Desk) -> None:
    share, one = due(at, account(at, "bluesky")), claimed(at)
    assert commit_intent(one, picture_hashes=frozenset()) is not None
    record_outcome(one, Unknown("?"))
    record_finding(at.organization.pk, share.pk, again(at, share).fence, Absent(), before_repeat=True)
    assert again(at, share).state == "scheduled"
    let_the_send_age(at, timedelta(days=2))
    assert intend(at) is not None


def test_what_was_cleared_up_needs_no_key(at: Desk) -> None:
    share, _ = planned_repeat(at)
    let_the_send_age(at, timedelta(hours=3))
    with acting_in(at.organization):
        Statement.objects.create(share=share, kind=StatementKind.ABSENT)
    assert intend(at) is not None


def test_a_planned_repeat_cannot_be_moved(at: Desk) -> None:
    share, _ = planned_repeat(at)
    with acting_in(at.organization), pytest.raises(TooLate):
        move_share(again(at, share), by=at.member, due_at=timezone.now() + timedelta(hours=3))


@pytest.mark.parametrize("is_held", [False, True])
def test_who_stops_taking_part_is_not_told_that_nothing_was_posted(at: Desk, is_held: bool) -> None:
    share, _ = planned_repeat(at)
    with acting_in(at.organization):
        if is_held:
            hold(again(at, share), HeldReason.COULD_NOT_TELL, because="test")
        withdraw_consent(at.member, by=at.member, kind=ConsentKind.TAKE_PART)
        share = again(at, share)
        assert (share.state, share.held_reason) == ("held", "could_not_tell")
        assert share.approval is not None
        assert share.approval.ended_at is not None
        assert "could not tell" in words_of(share, now=timezone.now()).sentence


def test_a_leaver_is_asked_nothing_and_it_ends(at: Desk) -> None:
    share, _ = planned_repeat(at)
    with acting_in(at.organization):
        receipt, _ = leave(at.member, by=at.member)
        assert "planned_cancelled" not in {line["what"] for line in receipt.lines if line.get("count")}
    assert again(at, share).state == "withdrawn"
