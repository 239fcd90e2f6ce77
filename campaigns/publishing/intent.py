"""The intent: one transaction in which everything is checked once more, then SENDING and its attempt row are committed.

Only after this commit may the network be called. Whatever fails a check goes where the rule says; nothing is sent.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models.functions import Now

from accounts.tenancy import acting_in
from campaigns.models import Approval, Attempt, Share
from campaigns.publish_rules import Allowed, may_publish
from campaigns.publishing.claim import Claimed
from campaigns.publishing.facts import facts_of
from campaigns.publishing.moves import obey
from campaigns.share_lifecycle import ShareState, move
from integrations.networks.base import Post


@dataclass(frozen=True, slots=True)
class Intent:
    """Committed: this post may be sent once, under this key."""

    post: Post
    attempt_key: str


def commit_intent(claimed: Claimed, *, picture_hashes: frozenset[str]) -> Intent | None:
    """None where the share may not go out now, or is no longer ours.

    `picture_hashes` are of the bytes that were uploaded for this send.
    """
    with acting_in(claimed.organization_id):
        share = _locked(claimed)
        if share is None:
            return None
        approval = Approval.objects.select_for_update().filter(share=share, ended_at=None).first()
        now: datetime = share.clock  # type: ignore[attr-defined]  # the annotation of _locked
        post = None if approval is None else Post.from_canonical(approval.canonical)
        intact = post is not None and {picture.sha256 for picture in post.pictures()} == picture_hashes
        verdict = may_publish(facts_of(share, approval, now=now, pictures_intact=intact), now=now)
        if not isinstance(verdict, Allowed) or post is None or approval is None:
            obey(share, verdict)
            return None
        return _write(share, approval, post, now)


def _locked(claimed: Claimed) -> Share | None:
    ours = Share.objects.filter(
        pk=claimed.share_id, state=ShareState.CLAIMED, fence=claimed.fence, lease_until__gt=Now()
    )
    related = ours.select_related("organization", "member", "item", "campaign", "connection", "link_code")
    return related.select_for_update(of=("self",)).annotate(clock=Now()).first()


def _write(share: Share, approval: Approval, post: Post, now: datetime) -> Intent:
    key = _attempt_key(share, approval)
    lease = timedelta(seconds=float(settings.ENGINE["lease"]))
    move(share, ShareState.SENDING, by=None, because="intent", lease_until=now + lease, claims=0, attempt_key=key)
    Attempt.objects.create(
        share=share,
        approval=approval,
        fence=share.fence,
        attempt_key=key,
        post_sha256=approval.sha256,
        intent_at=now,
    )
    return Intent(post, str(key))


def _attempt_key(share: Share, approval: Approval) -> uuid.UUID:
    """The share's key, unless it once stood for another post: a network would answer with that one."""
    others = share.attempts.filter(attempt_key=share.attempt_key).exclude(post_sha256=approval.sha256)
    return uuid.uuid4() if others.exists() else share.attempt_key
