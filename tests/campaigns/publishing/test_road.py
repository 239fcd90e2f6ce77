"""From approved and due to published, and what each answer of a network leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Errand
from accounts.tenancy import acting_in
from campaigns.actions.by_hand import post_by_hand_is_out
from campaigns.models import Attempt, PointEntry, Share, Statement
from campaigns.publishing.balance import differences
from campaigns.publishing.claim import claim
from integrations.models import Connection
from tests.campaigns import world
from tests.campaigns.publishing.posting import (
    Desk,
    account,
    again,
    come_due,
    due,
    moves,
    practice_account,
    publish,
    settled,
)
from tests.integrations.sandbox.rig import SandboxProcess

OUT = ["draft>scheduled", "scheduled>claimed", "claimed>sending", "sending>published"]


def letters(at: Desk) -> list[str]:
    with acting_in(at.organization):
        return list(Errand.objects.filter(kind="letter").order_by("id").values_list("payload__template", flat=True))


@pytest.mark.parametrize("key", ["mastodon", "x", "linkedin", "bluesky", "threads", "facebook_pages"])
def test_a_due_share_is_posted_once_and_exactly(at: Desk, sandbox: SandboxProcess, key: str) -> None:
    share = due(at, account(at, sandbox, key))
    assert publish() == 1
    assert publish() == 0
    share = again(at, share)
    (accepted,) = sandbox.acceptances()
    with acting_in(at.organization):
        attempt = Attempt.objects.get()
        entries = PointEntry.objects.filter(share=share).count()
    assert (share.state, share.evidence, moves(at, share)) == ("published", "confirmed", OUT)
    assert accepted["external_id"] in share.external_id
    assert "I liked this one." in accepted["text"]
    assert share.link_code_id in accepted["text"]
    assert (attempt.outcome, attempt.post_sha256) == ("published", share.approval.sha256 if share.approval else "")
    assert entries == 1
    assert differences() == []


def test_practice_walks_the_whole_road(at: Desk) -> None:
    share = due(at, practice_account(at))
    publish()
    share = again(at, share)
    assert (share.state, share.external_id) == ("published", f"practice:{share.attempt_key}")


@pytest.mark.parametrize(
    ("key", "fault", "road"),
    [
        ("mastodon", "accept_hang", ["unknown>scheduled", "sending>published"]),  # replayed under its key
        ("bluesky", "accept_reset", ["unknown>published"]),  # found: looked for before a repeat
        ("bluesky", "reset_before", ["unknown>scheduled", "sending>published"]),  # never came, replayed under its key
        ("x", "accept_hang", ["unknown>published"]),  # found
        ("x", "reset_before", ["unknown>scheduled", "sending>published"]),  # absent, sent again
        ("linkedin", "status_500_after", ["unknown>held"]),  # only the person can tell
    ],
)
def test_an_unclear_send_is_settled_and_never_doubled(
    at: Desk, sandbox: SandboxProcess, key: str, fault: str, road: list[str]
) -> None:
    share = due(at, account(at, sandbox, key))
    sandbox.script(key, fault)
    publish()
    assert again(at, share).state == "unknown"
    settled(at, share)
    publish()
    seen = [move for move in moves(at, share) if move in {*road, "unknown>held", "unknown>published"}]
    assert seen == road
    assert len(sandbox.acceptances()) == 1
    assert differences() == []


def test_a_found_post_is_stated_and_an_absent_one_too(at: Desk, sandbox: SandboxProcess) -> None:
    connection = account(at, sandbox, "x")
    sandbox.script("x", "accept_hang", "reset_before")
    found, absent = due(at, connection, "First."), due(at, connection, "Second.")
    publish()
    settled(at, found)
    publish()
    settled(at, absent)
    publish()
    with acting_in(at.organization):
        kinds = list(Statement.objects.order_by("id").values_list("share__text", "kind"))
    assert kinds == [("First.", "found"), ("Second.", "absent")]
    assert [line["text"].partition(".")[0] for line in sandbox.acceptances()] == ["First", "Second"]


def test_patience_comes_back_and_goes_out_later(at: Desk, sandbox: SandboxProcess) -> None:
    share = due(at, account(at, sandbox, "mastodon"))
    sandbox.script("mastodon", "status_429")
    publish()
    assert again(at, share).state == "scheduled"
    with acting_in(at.organization):
        assert Connection.objects.get().wait_until is not None
        assert Attempt.objects.get().outcome == "try_later"
        Connection.objects.update(wait_until=None)
    publish()
    assert again(at, share).state == "published"


def test_a_dead_grant_holds_the_share_and_asks_to_reconnect(at: Desk, sandbox: SandboxProcess) -> None:
    connection = account(at, sandbox, "mastodon")
    share, next_share = due(at, connection), due(at, connection, "Another.")
    sandbox.revoke("mastodon", "bob")
    publish()
    settled(at, next_share)
    with acting_in(at.organization):
        assert Connection.objects.get().state == "needs_reconnect"
        reasons = set(Share.objects.values_list("state", "held_reason"))
    assert reasons == {("held", "reconnect")}
    assert letters(at).count("notice_held") == 2
    assert again(at, share).held_detail != ""


def test_a_declined_token_is_refreshed_once_and_the_share_goes_out(at: Desk, sandbox: SandboxProcess) -> None:
    share = due(at, account(at, sandbox, "x"))
    sandbox.revoke("x", "bob", "expire")
    publish()
    publish()
    assert again(at, share).state == "published"
    assert len(sandbox.acceptances()) == 1


def test_what_the_network_refuses_fails_with_a_letter(at: Desk, sandbox: SandboxProcess) -> None:
    sandbox.settings(duplicate_seconds=86_400)
    connection = account(at, sandbox, "mastodon")
    share = due(at, connection)
    sandbox.post("/sandbox/revoke", {"network": "mastodon", "account": "bob", "how": "restrict"})
    publish()
    assert again(at, share).state in ("held", "failed")
    assert len(letters(at)) == 1


def test_lease_over_before_the_intent_comes_back_and_then_fails(at: Desk) -> None:
    share = due(at, practice_account(at))
    for claims in (1, 2, 3):
        assert len(claim([at.organization.pk], limit=5)) == 1  # a worker that died with it
        share = settled(at, share)
        assert (share.claims, share.state) == (claims, "failed" if claims == 3 else "scheduled")
    assert letters(at) == ["notice_failed"]


def test_a_share_by_hand_waits_for_its_person_at_its_time(at: Desk) -> None:
    with acting_in(at.organization):
        share = world.approved(world.draft_by_hand(at.member, at.story))
    share = come_due(at, share)
    assert publish() == 0
    share = settled(at, share)
    assert (share.state, share.held_reason) == ("held", "by_hand")
    assert letters(at) == ["notice_held"]
    with acting_in(at.organization):
        post_by_hand_is_out(share, by=at.member)
    assert differences() == []


@pytest.mark.parametrize(
    ("ago", "state", "reason"),
    [
        (timedelta(minutes=29), "published", ""),
        (timedelta(minutes=31), "held", "late"),
        (timedelta(hours=23), "held", "late"),
        (timedelta(hours=25), "expired", ""),
    ],
)
def test_lateness_posts_asks_or_ends(at: Desk, ago: timedelta, state: str, reason: str) -> None:
    share = due(at, practice_account(at), ago=ago)
    publish()
    share = settled(at, share)
    assert (share.state, share.held_reason) == (state, reason)
