"""Writes down what a look-up found about an unclear send, and moves the share accordingly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from django.db.models.functions import Now

from accounts.tenancy import acting_in
from campaigns.activity_rules import deed_of
from campaigns.models import Share, Statement, StatementKind
from campaigns.notices import owe_notice
from campaigns.publishing.moves import hold, publish
from campaigns.publishing.settle_time import settle_time
from campaigns.share_lifecycle import HeldReason, ShareState, move
from integrations.networks import network
from integrations.networks.base import Absent, CannotTell, Finding, Found

SILENCE = timedelta(minutes=30)  # as long as a post that is late may still go out unasked, by the usual rule
ASK_AGAIN = timedelta(seconds=15)  # or sooner, where the settle time is short


def record_finding(
    organization_id: int,
    share_id: int,
    fence: int,
    finding: Finding,
    *,
    may_ask_again: bool = True,
    before_repeat: bool = False,
) -> None:
    """Found is published; absent may be sent again, unless it was taken back meanwhile; else the person is asked.

    `before_repeat`: the same bytes go out again under the same key, which is no proof that the first were not there.
    """
    with acting_in(organization_id):
        share = _unclear(share_id, fence)
        if share is None:
            return
        match finding:
            case Found(external_id, url):
                _found(share, external_id, url)
            case Absent() if before_repeat and _is_wanted(share):
                move(share, ShareState.SCHEDULED, by=None, because="replay")
            case Absent():
                Statement.objects.create(share=share, kind=StatementKind.ABSENT)
                _absent(share)
            case CannotTell(for_good=for_good):
                _cannot_tell(share, finding, may_ask_again=may_ask_again and not for_good)
            case _:
                assert_never(finding)


def _unclear(share_id: int, fence: int) -> Share | None:
    ours = Share.objects.filter(pk=share_id, fence=fence, state=ShareState.UNKNOWN)
    related = ours.select_related("organization", "member", "item", "connection", "approval")
    return related.select_for_update(of=("self",)).annotate(clock=Now()).first()


def _found(share: Share, external_id: str, url: str) -> None:
    Statement.objects.create(share=share, kind=StatementKind.FOUND, external_id=external_id, external_url=url)
    publish(share, external_id=external_id, url=url, because="found")
    if not _is_wanted(share):  # taken back while nobody could tell: its person hears that it was out
        owe_notice(share, "was_out")


def _absent(share: Share) -> None:
    if _is_wanted(share):
        move(share, ShareState.SCHEDULED, by=None, because="absent")
    else:
        move(share, ShareState.WITHDRAWN, by=None, because="absent_and_taken_back")


def _is_wanted(share: Share) -> bool:
    return share.approval is not None and share.approval.ended_at is None


def _cannot_tell(share: Share, doubt: CannotTell, *, may_ask_again: bool) -> None:
    """Asked again for as long as the settle time was; an account is not blocked for longer.

    Where a repeat needs the look-up, a silent network is asked for longer: nothing else could go out there anyway. One
    that is out is asked about for its address alone, and stands without it in the end.
    """
    now: datetime = share.clock  # type: ignore[attr-defined]  # the annotation of _unclear
    moved = share.moves.filter(to_state=ShareState.UNKNOWN).order_by("-id").values_list("at", flat=True).first()
    where = network(share.network)
    settle = settle_time(where)
    brings_back = where.repeat_brings_back_of(deed_of(share.item.asks))
    patience = max(2 * settle, SILENCE) if brings_back else 2 * settle
    pause = min(ASK_AGAIN, settle / 4)
    if may_ask_again and now + pause < (moved or now) + patience:
        Share.objects.filter(pk=share.pk, fence=share.fence).update(settle_at=Now() + pause)
    elif doubt.is_out:
        _found(share, "", "")
    else:
        hold(share, HeldReason.COULD_NOT_TELL, because="could_not_be_told", detail=doubt.reason)
