"""Writes down what a look-up found about an unclear send, and moves the share accordingly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from django.db.models.functions import Now

from accounts.tenancy import acting_in
from campaigns.models import Share, Statement, StatementKind
from campaigns.publishing.moves import hold, publish
from campaigns.publishing.settle_time import settle_time
from campaigns.share_lifecycle import HeldReason, ShareState, move
from integrations.networks import network
from integrations.networks.base import Absent, CannotTell, Finding, Found

ASK_AGAIN = timedelta(seconds=15)  # or sooner, where the settle time is short


def record_finding(
    organization_id: int, share_id: int, fence: int, finding: Finding, *, may_ask_again: bool = True
) -> None:
    """Found is published; absent may be sent again, unless it was taken back meanwhile; else the person is asked."""
    with acting_in(organization_id):
        share = _unclear(share_id, fence)
        if share is None:
            return
        match finding:
            case Found(external_id, url):
                Statement.objects.create(
                    share=share, kind=StatementKind.FOUND, external_id=external_id, external_url=url
                )
                publish(share, external_id=external_id, url=url, because="found")
            case Absent():
                Statement.objects.create(share=share, kind=StatementKind.ABSENT)
                _absent(share)
            case CannotTell(reason):
                _cannot_tell(share, reason, may_ask_again=may_ask_again)
            case _:
                assert_never(finding)


def _unclear(share_id: int, fence: int) -> Share | None:
    ours = Share.objects.filter(pk=share_id, fence=fence, state=ShareState.UNKNOWN)
    related = ours.select_related("organization", "member", "item", "connection", "approval")
    return related.select_for_update(of=("self",)).annotate(clock=Now()).first()


def _absent(share: Share) -> None:
    if share.approval is None or share.approval.ended_at is not None:
        move(share, ShareState.WITHDRAWN, by=None, because="absent_and_taken_back")
    else:
        move(share, ShareState.SCHEDULED, by=None, because="absent")


def _cannot_tell(share: Share, reason: str, *, may_ask_again: bool) -> None:
    """Asked again for as long as the settle time was; an account is not blocked for longer."""
    now: datetime = share.clock  # type: ignore[attr-defined]  # the annotation of _unclear
    moved = share.moves.filter(to_state=ShareState.UNKNOWN).order_by("-id").values_list("at", flat=True).first()
    settle = settle_time(network(share.network))
    pause = min(ASK_AGAIN, settle / 4)
    if may_ask_again and now + pause < (moved or now) + 2 * settle:
        Share.objects.filter(pk=share.pk, fence=share.fence).update(settle_at=Now() + pause)
    else:
        hold(share, HeldReason.COULD_NOT_TELL, because="could_not_be_told", detail=reason)
