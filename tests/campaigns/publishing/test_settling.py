"""Clocks after an unclear send: how long, what is asked, what a taking-back meanwhile means, and late answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from django.db.models import F

from accounts.tenancy import acting_in
from campaigns.actions.shares import withdraw_share
from campaigns.models import Attempt, Share, Statement
from campaigns.publishing.balance import differences
from campaigns.publishing.claim import Claimed, claim
from campaigns.publishing.intent import commit_intent
from campaigns.publishing.record import record_outcome
from campaigns.publishing.service import tick
from campaigns.publishing.settle_time import settle_time
from integrations.networks import NETWORKS
from integrations.networks.base import Network, Published, Refused, Unknown
from integrations.sandbox.faults import Plan
from integrations.tokens import open_grant
from tests.campaigns.publishing.posting import (
    Desk,
    account,
    again,
    due,
    let_time_pass,
    moves,
    practice_account,
    publish,
    settled,
)
from tests.integrations.sandbox.rig import SandboxProcess


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.key)
def test_the_settle_time_outlasts_late_acceptance_and_lease(network: Network, settings: Any) -> None:
    lease = timedelta(seconds=settings.ENGINE["lease"])
    latest = timedelta(seconds=Plan().late_seconds)
    assert settle_time(network) > lease + latest
    assert settings.ENGINE["lease"] > settings.ENGINE["call_timeout"] + 5


def test_an_installation_may_set_it_for_all_or_for_one(settings: Any) -> None:
    practice = next(one for one in NETWORKS if one.key == "practice")
    settings.NETWORKS = {"practice": {"settle_seconds": "300"}}
    assert settle_time(practice) == timedelta(seconds=360)
    settings.ENGINE = {**settings.ENGINE, "settle": 10.0, "lease": 20.0}
    assert settle_time(practice) == timedelta(seconds=30)


def test_nothing_is_settled_before_its_time(at: Desk, sandbox: SandboxProcess) -> None:
    share = due(at, account(at, sandbox, "x"))
    sandbox.script("x", "accept_reset")
    publish()
    tick()
    assert again(at, share).state == "unknown"
    assert publish() == 0


def test_taken_back_while_unclear_is_not_sent_again(at: Desk, sandbox: SandboxProcess) -> None:
    share = due(at, account(at, sandbox, "x"))
    sandbox.script("x", "reset_before")
    publish()
    with acting_in(at.organization):
        withdraw_share(again(at, share), by=at.member)
    assert settled(at, share).state == "withdrawn"
    assert publish() == 0
    assert sandbox.acceptances() == []
    assert differences() == []


def test_taken_back_while_unclear_and_yet_out_is_published(at: Desk, sandbox: SandboxProcess) -> None:
    share = due(at, account(at, sandbox, "mastodon"))
    sandbox.script("mastodon", "accept_reset")
    publish()
    with acting_in(at.organization):
        withdraw_share(again(at, share), by=at.member)
    assert settled(at, share).state == "published"  # looked up, although this network could be replayed
    assert len(sandbox.acceptances()) == 1


def test_a_key_that_the_network_forgot_is_looked_up_instead(at: Desk, sandbox: SandboxProcess) -> None:
    share = due(at, account(at, sandbox, "mastodon"))
    sandbox.script("mastodon", "accept_hang")
    publish()
    with acting_in(at.organization):
        Attempt.objects.update(intent_at=F("intent_at") - timedelta(minutes=51))
    assert settled(at, share).state == "published"
    with acting_in(at.organization):
        assert [one.kind for one in Statement.objects.all()] == ["found"]


def test_a_network_that_cannot_be_asked_gives_it_to_the_person(
    at: Desk, sandbox: SandboxProcess, settings: Any
) -> None:
    share = due(at, account(at, sandbox, "x"))
    sandbox.script("x", "accept_reset")
    publish()
    sandbox.revoke("x", "bob")
    assert settled(at, share).state == "unknown"  # it is asked again for as long as the settle time was
    settings.ENGINE = {**settings.ENGINE, "lease": 0.001, "settle": 0.001}
    share = settled(at, share)
    assert (share.state, share.held_reason) == ("held", "could_not_tell")


@pytest.fixture
def slow_lists(sandbox: SandboxProcess) -> Iterator[None]:
    sandbox.settings(meta_list_behind_seconds=3600)
    yield
    sandbox.settings(meta_list_behind_seconds=0)


@pytest.mark.usefixtures("slow_lists")
def test_what_waits_at_the_network_is_asked_about_where_no_list_shows_it(
    at: Desk, sandbox: SandboxProcess, settings: Any
) -> None:
    connection = account(at, sandbox, "threads")
    listed_in_time, never_listed = due(at, connection), due(at, connection, "Another one.")
    sandbox.script("threads", "accept_reset", "accept_hang")
    publish()
    share = settled(at, listed_in_time)
    assert share.state == "unknown"  # it is out, and is asked about for its address
    sandbox.settings(meta_list_behind_seconds=0)
    share = settled(at, share)
    assert (share.state, bool(share.external_id)) == ("published", True)
    sandbox.settings(meta_list_behind_seconds=3600)
    publish()
    settings.ENGINE = {**settings.ENGINE, "lease": 0.001, "settle": 0.001}
    share = settled(at, never_listed)
    assert (share.state, share.evidence, share.external_id) == ("published", "confirmed", "")
    assert (len(sandbox.acceptances()), differences()) == (2, [])


@pytest.mark.parametrize("comes_late", [False, True])
def test_what_was_never_published_goes_out_once(at: Desk, sandbox: SandboxProcess, comes_late: bool) -> None:
    connection = account(at, sandbox, "threads")
    share = due(at, connection)
    sandbox.script("threads", "reset_before")
    publish()
    assert settled(at, share).state == "scheduled"
    with acting_in(at.organization):
        (container,) = Attempt.objects.values_list("prepared", flat=True)
        bearer = {"Authorization": f"Bearer {open_grant(connection).access_token.reveal()}"}
    if comes_late:  # the first call after all, long after its settle time
        publishing = f"{sandbox.base_url}/threads/v1.0/{connection.account_id}/threads_publish"
        requests.post(publishing, data={"creation_id": container}, headers=bearer, timeout=10).raise_for_status()
    publish()
    assert again(at, share).state == ("scheduled" if comes_late else "published")
    assert len(sandbox.acceptances()) == 1
    with acting_in(at.organization):
        assert {*Attempt.objects.values_list("prepared", flat=True)} == {container}


def test_a_replay_that_may_no_longer_go_out_is_looked_up(at: Desk, sandbox: SandboxProcess) -> None:
    share = due(at, account(at, sandbox, "mastodon"))
    sandbox.script("mastodon", "reset_before")
    publish()
    with acting_in(at.organization):
        Share.objects.update(due_at=F("due_at") - timedelta(hours=1))
    share = settled(at, share)
    tick()
    share = again(at, share)
    assert (share.state, share.held_reason) == ("held", "late")  # absent, so late is the true reason
    assert sandbox.acceptances() == []


def sending(at: Desk) -> tuple[Share, Claimed]:
    share = due(at, practice_account(at))
    (claimed,) = claim([at.organization.pk], limit=1)
    assert commit_intent(claimed, picture_hashes=frozenset()) is not None
    return share, claimed


def test_a_send_cut_off_is_unclear_and_never_simply_due_again(at: Desk) -> None:
    share, _ = sending(at)
    let_time_pass(at, share, timedelta(minutes=2))
    tick()
    assert moves(at, share)[-1] == "sending>unknown"
    with acting_in(at.organization):
        assert [(one.outcome, one.ended_at is None) for one in Attempt.objects.all()] == [("unknown", False)]


def test_a_late_answer_proves_only_that_it_is_out(at: Desk) -> None:
    share, claimed = sending(at)
    let_time_pass(at, share, timedelta(minutes=2))
    tick()
    record_outcome(claimed, Refused("no"))
    record_outcome(claimed, Unknown("?"))
    assert again(at, share).state == "unknown"
    record_outcome(claimed, Published("1", "https://network.example/1"))
    assert (again(at, share).state, again(at, share).external_id) == ("published", "1")
    assert differences() == []


def test_a_stale_worker_writes_nothing(at: Desk) -> None:
    share, claimed = sending(at)
    with acting_in(at.organization):
        Share.objects.update(fence=5)
    record_outcome(claimed, Published("1", ""))
    assert again(at, share).state == "sending"


def test_an_unclear_send_outweighs_every_other_reason(at: Desk) -> None:
    """A refusal of the replay says nothing about the first send."""
    share, claimed = sending(at)
    record_outcome(claimed, Unknown("?"))
    settled(at, share)
    (second,) = claim([at.organization.pk], limit=1)
    assert commit_intent(second, picture_hashes=frozenset()) is not None
    record_outcome(second, Refused("no"))
    share = again(at, share)
    assert (share.state, share.held_reason) == ("held", "could_not_tell")
