"""Writes what a person tells us about a post they put out with their own hand (assisted sharing).

The same road as every share, without a connection: it is approved, comes due, and waits for its person.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import audit
from accounts.models import Member
from accounts.refusals import BadInput
from campaigns.actions.drafts import owned_and_locked
from campaigns.actions.points import award_for_publication
from campaigns.models import Evidence, Share, Statement, StatementKind
from campaigns.publishing.wake import wake_publisher
from campaigns.refusals import ApprovalNeeded, TooLate
from campaigns.share_lifecycle import HeldReason, ShareState, move
from campaigns.time_rules import wall_of, zone_named

LATER = timedelta(hours=3)
LONGEST_ADDRESS = 600


def post_by_hand_is_out(share: Share, *, by: Member, url: str = "") -> Share:
    """*It's out*: the person's word, and the post's address where they give it."""
    address = _address(url)
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if share.state == ShareState.PUBLISHED and share.by_hand:
            return share  # a second click
        _require_waiting(share)
        now = timezone.now()
        if share.state == ShareState.SCHEDULED:  # the person was faster than the clock
            _hold(share, by)
        Statement.objects.create(share=share, kind=StatementKind.CONFIRMED, by=by, external_url=address)
        told = {"evidence": Evidence.TOLD, "external_url": address, "published_at": now}
        move(share, ShareState.PUBLISHED, by=by, because="told", **told)
        award_for_publication(share)
        audit("post_by_hand_is_out", by=by, subject=f"share {share.public_id}", private=True)
    return share


def remind_later(share: Share, *, by: Member) -> Share:
    """*Later today*: the same approved text, three hours on, where the approval still covers that."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        _require_waiting(share)
        due_at = timezone.now() + LATER
        approval = share.approval
        if approval is None or approval.ended_at is not None or due_at >= approval.window_end:
            raise ApprovalNeeded
        if share.state == ShareState.SCHEDULED:
            _hold(share, by)
        zone = zone_named(share.time_zone or "UTC")
        move(share, ShareState.SCHEDULED, by=by, because="later", due_at=due_at, wall_time=wall_of(due_at, zone))
        audit("remind_later", by=by, subject=f"share {share.public_id}", private=True)
        wake_publisher()
    return share


def _hold(share: Share, by: Member) -> None:
    reason = {"held_reason": HeldReason.BY_HAND, "held_at": timezone.now()}
    move(share, ShareState.HELD, by=by, because="by_hand", **reason)


def _require_waiting(share: Share) -> None:
    waits = share.state == ShareState.SCHEDULED or share.held_reason == HeldReason.BY_HAND
    if not share.by_hand or not waits:
        raise TooLate(_("This post does not wait for your hand."))


def _address(url: str) -> str:
    url = url.strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or len(url) > LONGEST_ADDRESS:
        sentence = _("This is no address of a post. Copy it from the network, or leave the field empty.")
        raise BadInput(sentence, field="url")
    return url
