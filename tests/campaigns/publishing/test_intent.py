"""The intent: whatever changed since the approval stops the send, and the reason is the true one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.consent import withdraw_consent
from accounts.models import ConsentKind, Member
from accounts.tenancy import acting_in
from campaigns.actions.shares import withdraw_share
from campaigns.models import Approval, Attempt, Campaign, Item, LinkCode, Share
from campaigns.publishing.claim import claim
from campaigns.publishing.intent import commit_intent
from integrations.models import Connection, StoredGrant
from tests.campaigns.publishing.posting import Desk, again, due, practice_account


def claimed_share(at: Desk) -> tuple[Share, Any]:
    share = due(at, practice_account(at))
    (claimed,) = claim([at.organization.pk], limit=1)
    return again(at, share), claimed


def _update(model: Any, **values: object) -> Any:
    return lambda _: model.objects.update(**values)


def _leave_the_programme(at: Desk) -> None:
    Member.objects.filter(pk=at.member.pk).update(deactivated_at=timezone.now())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_update(Share, text="Something else."), "approval_changed"),
        (_update(Share, disclosure="ad"), "approval_changed"),
        (_update(Share, language="pl"), "approval_changed"),
        (_update(Share, visibility="unlisted"), "approval_changed"),
        (_update(Item, title="Another headline"), "approval_changed"),
        (_update(Item, summary="Another summary"), "approval_changed"),
        (_update(Item, destination="https://example.com/elsewhere"), "story_changed"),
        (_update(LinkCode, ended_at=timezone.now()), "story_changed"),
        (_update(Connection, state="needs_reconnect"), "reconnect"),
        (_update(StoredGrant, environment="a copy of production"), "reconnect"),
        (_update(Campaign, archived_at=timezone.now()), "campaign_closed"),
        (_leave_the_programme, "not_taking_part"),
    ],
)
def test_what_changed_since_the_approval_stops_it(at: Desk, change: Any, reason: str) -> None:
    share, claimed = claimed_share(at)
    with acting_in(at.organization):
        change(at)
    assert commit_intent(claimed, picture_hashes=frozenset()) is None
    share = again(at, share)
    assert (share.state, share.held_reason) == ("held", reason)
    with acting_in(at.organization):
        assert Attempt.objects.count() == 0


@pytest.mark.parametrize("kind", [ConsentKind.TAKE_PART, ConsentKind.NETWORK])
def test_consent_taken_back_stops_it(at: Desk, kind: ConsentKind) -> None:
    share, claimed = claimed_share(at)
    with acting_in(at.organization):
        network = "practice" if kind == ConsentKind.NETWORK else ""
        withdraw_consent(at.member, by=at.member, kind=kind, network=network)
    assert commit_intent(claimed, picture_hashes=frozenset()) is None
    assert again(at, share).state in ("held", "withdrawn")


def test_a_withdrawal_before_the_intent_wins(at: Desk) -> None:
    share, claimed = claimed_share(at)
    with acting_in(at.organization):
        withdraw_share(again(at, share), by=at.member)
    assert commit_intent(claimed, picture_hashes=frozenset()) is None
    assert again(at, share).state == "withdrawn"


def test_a_lease_that_ran_out_makes_no_intent(at: Desk) -> None:
    share, claimed = claimed_share(at)
    with acting_in(at.organization):
        Share.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert commit_intent(claimed, picture_hashes=frozenset()) is None
    assert again(at, share).state == "claimed"


@pytest.mark.parametrize("minutes", [1, 60])
def test_the_end_of_its_window_stops_it_also_after_a_move(at: Desk, minutes: int) -> None:
    """Moved to the window's last minute; or approved for an hour, and the campaign became more patient since."""
    share, claimed = claimed_share(at)
    with acting_in(at.organization):
        over = timezone.now() - timedelta(seconds=1)
        Approval.objects.update(window_start=over - timedelta(hours=2), window_end=over)
        Campaign.objects.update(post_late_minutes=1440)
        Share.objects.update(due_at=over - timedelta(minutes=minutes))
    assert commit_intent(claimed, picture_hashes=frozenset()) is None
    share = again(at, share)
    assert (share.state, share.held_reason) == ("held", "late")
    with acting_in(at.organization):
        assert Attempt.objects.count() == 0


def test_pictures_that_are_not_those_approved_stop_it(at: Desk) -> None:
    share, claimed = claimed_share(at)
    assert commit_intent(claimed, picture_hashes=frozenset({"0" * 64})) is None
    assert again(at, share).held_reason == "approval_changed"


def test_the_intent_is_written_before_anything_is_sent(at: Desk) -> None:
    share, claimed = claimed_share(at)
    intent = commit_intent(claimed, picture_hashes=frozenset())
    share = again(at, share)
    with acting_in(at.organization):
        attempt = Attempt.objects.get()
    assert intent is not None
    assert share.approval is not None
    assert (share.state, share.claims) == ("sending", 0)
    assert (attempt.fence, attempt.outcome, str(attempt.attempt_key)) == (1, "", intent.attempt_key)
    assert intent.post.digest() == attempt.post_sha256 == share.approval.sha256
    assert commit_intent(claimed, picture_hashes=frozenset()) is None  # once


def test_a_key_that_stood_for_another_post_is_not_used_again(at: Desk) -> None:
    share, claimed = claimed_share(at)
    with acting_in(at.organization):
        assert share.approval is not None
        Attempt.objects.create(
            share=share,
            approval=share.approval,
            fence=0,
            attempt_key=share.attempt_key,
            post_sha256="0" * 64,
            intent_at=timezone.now(),
            outcome="refused",
        )
    intent = commit_intent(claimed, picture_hashes=frozenset())
    assert intent is not None
    assert intent.attempt_key != str(share.attempt_key)
