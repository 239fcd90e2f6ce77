"""The moves the engine makes besides the claim, each with what belongs to it in the same transaction.

A share that waits for its person, failed or expired owes that person a notice; a published one earns its points.
Callers hold the row locked inside `acting_in`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from django.db.models.functions import Now
from django.utils import timezone

from campaigns.actions.points import award_for_publication, award_for_publications
from campaigns.figure_clock import begin_clocks
from campaigns.models import Approval, Evidence, Share
from campaigns.notices import What, has_left, owe_notice
from campaigns.publish_rules import Allowed, NotYet, Refused, TooLate, Verdict
from campaigns.publishing.unclear import unclear_since
from campaigns.share_lifecycle import HeldReason, ShareState, move, move_together


def publish(share: Share, *, external_id: str, url: str, because: str, evidence: Evidence = Evidence.CONFIRMED) -> None:
    """The share is out there: its points are written in this transaction."""
    move(
        share,
        ShareState.PUBLISHED,
        by=None,
        because=because,
        published_at=timezone.now(),
        evidence=evidence,
        external_id=external_id,
        external_url=url,
    )
    award_for_publication(share)
    begin_clocks([share])


def publish_together(found: Sequence[tuple[Share, str, str]]) -> None:
    """Shares of one company whose networks answered together, each with its id and address there."""
    now = timezone.now()
    what_is_so = {"published_at": now, "evidence": Evidence.CONFIRMED}
    changes = [
        (share, {**what_is_so, "external_id": external_id, "external_url": url}) for share, external_id, url in found
    ]
    move_together(changes, ShareState.PUBLISHED, because="published")
    shares = [share for share, _, _ in found]
    award_for_publications(shares)
    begin_clocks(shares)


def hold(share: Share, reason: HeldReason, *, because: str, detail: str = "") -> None:
    """The person decides; an unclear earlier send outweighs every other reason, or they might post it twice."""
    if reason != HeldReason.COULD_NOT_TELL and has_unclear_attempt(share):
        reason, detail = HeldReason.COULD_NOT_TELL, ""
    changes = {"held_reason": reason, "held_detail": detail[:400], "held_at": Now()}
    move(share, ShareState.HELD, by=None, because=because, **changes)
    _ask_or_end(share, "held")


def fail(share: Share, *, because: str, reason: str = "") -> None:
    """Surely not posted and no use trying again; unless an earlier send of this very post is still unclear."""
    if has_unclear_attempt(share):
        return hold(share, HeldReason.COULD_NOT_TELL, because=because)
    _end_approval(share, because=because)
    move(share, ShareState.FAILED, by=None, because=because)
    return _ask_or_end(share, "failed", reason=reason)


def expire(share: Share) -> None:
    if has_unclear_attempt(share):
        return hold(share, HeldReason.COULD_NOT_TELL, because="too_late")
    _end_approval(share, because="too_late")
    move(share, ShareState.EXPIRED, by=None, because="too_late")
    return owe_notice(share, "expired")


def _ask_or_end(share: Share, what: What, *, reason: str = "") -> None:
    """The person is asked; where they have left meanwhile nobody ever answers, so it is over."""
    if has_left(share):
        move(share, ShareState.WITHDRAWN, by=None, because="left")
    else:
        owe_notice(share, what, reason=reason)


def _end_approval(share: Share, *, because: str) -> None:
    """What is over is approved no more: another try is another approval."""
    Approval.objects.filter(share=share, ended_at=None).update(ended_at=Now(), ended_because=because)


def give_back(share: Share, *, because: str, counts: bool = True) -> None:
    """CLAIMED or SENDING to SCHEDULED: surely nothing was sent. `counts`: this claim ended without an intent."""
    claims = share.claims if counts else max(share.claims - 1, 0)
    move(share, ShareState.SCHEDULED, by=None, because=because, claims=claims)


def obey(share: Share, verdict: Verdict) -> None:
    """Bring a SCHEDULED or CLAIMED share where the rule's verdict sends it."""
    match verdict:
        case Allowed():
            return
        case NotYet(because):
            if share.state == ShareState.CLAIMED:
                give_back(share, because=because, counts=False)
        case Refused(reason):
            hold(share, reason, because=f"rule_{reason}")
        case TooLate():
            expire(share)
        case _:
            assert_never(verdict)


def has_unclear_attempt(share: Share) -> bool:
    """Was this very post sent before without an answer that the network or the person has cleared up since?"""
    return unclear_since(share) is not None
