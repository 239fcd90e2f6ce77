"""Approving what surely was not posted, a second time: that is a new approval, not a second click on the first."""

from __future__ import annotations

import pytest
from django.utils import timezone

from campaigns.models import Approval, Share, ShareMove
from campaigns.publishing.moves import expire, fail
from campaigns.refusals import TooLate
from campaigns.share_lifecycle import ShareState, move
from tests.campaigns import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed(acme: world.Company) -> Share:
    share = world.approved(world.draft(world.person("Bob"), world.item(acme.owner)))
    move(share, ShareState.CLAIMED, by=None, because="due", lease_until=timezone.now())
    return share


def test_a_failed_post_is_approved_anew_with_the_same_words(claimed: Share) -> None:
    fail(claimed, because="refused", reason="No.")
    ended = Approval.objects.get(share=claimed)
    assert (ended.ended_at is not None, ended.ended_because) == (True, "refused")
    again = world.approved(claimed)
    assert again.state == ShareState.SCHEDULED
    assert again.approval is not None
    assert (again.approval.ended_at, again.approval.pk != ended.pk) == (None, True)
    walked = ShareMove.objects.filter(share=claimed).order_by("-id").values_list("from_state", "to_state")[:2]
    assert list(walked) == [("draft", "scheduled"), ("failed", "draft")]
    assert world.approved(again, due_at=again.due_at).approval == again.approval  # and this is a second click


def test_what_is_too_late_is_not_said_to_be_approved(claimed: Share) -> None:
    expire(claimed)
    assert not Approval.objects.filter(share=claimed, ended_at=None).exists()
    with pytest.raises(TooLate):
        world.approved(claimed)
