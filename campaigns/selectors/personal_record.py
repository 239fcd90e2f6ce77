"""What a person's own record holds about their posts, choices and points (hook of `settings.PERSONAL_RECORD`)."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Member
from campaigns.canonical import text_of
from campaigns.models import MemberTopic, PointEntry, Review, Share, Skip


def own_record(member: Member) -> dict[str, object]:
    """Plain JSON values: everything that this app keeps about the person."""
    shares = Share.objects.filter(member=member).select_related("item", "link_code", "connection").order_by("pk")
    skips = Skip.objects.filter(member=member).select_related("item").order_by("pk")
    interests = MemberTopic.objects.filter(member=member).select_related("topic").order_by("pk")
    points = PointEntry.objects.filter(member=member).select_related("share").order_by("pk")
    read = Review.objects.filter(by=member)
    return {
        "posts": [_post(share) for share in shares.prefetch_related("approvals", "reviews__by")],
        "not_for_me": [{"story": skip.item.title, "reason": skip.reason, "at": skip.at.isoformat()} for skip in skips],
        "interests": [{"topic": one.topic.name, "opened": one.weight} for one in interests],
        "points": [_entry(entry) for entry in points],
        "read_for_others": [
            {"passed": one.passed, "note": one.note, "at": one.at.isoformat()} for one in read.order_by("pk")
        ],
    }


def _post(share: Share) -> dict[str, object]:
    return {
        "id": share.public_id,
        "story": share.item.title,
        "destination": share.link_code.destination if share.link_code else "",
        "network": share.network,
        "account": share.connection.handle if share.connection else "",
        "by_hand": share.by_hand,
        "state": share.state,
        "own_words": share.text,
        "text": text_of(share),
        "due_at": _iso(share.due_at),
        "published_at": _iso(share.published_at),
        "address": share.external_url,
        "evidence": share.evidence,
        "begun_at": share.created_at.isoformat(),
        "approvals": [
            {
                "post": approval.canonical,
                "sha256": approval.sha256,
                "door": approval.door,
                "at": approval.at.isoformat(),
                "ended_at": _iso(approval.ended_at),
                "ended_because": approval.ended_because,
            }
            for approval in share.approvals.all()
        ],
        "read_by": [
            {"name": str(one.by), "passed": one.passed, "note": one.note, "at": one.at.isoformat()}
            for one in share.reviews.all()
        ],
    }


def _entry(entry: PointEntry) -> dict[str, object]:
    post = entry.share.public_id if entry.share else ""
    return {"rule": entry.rule, "points": entry.points, "post": post, "at": entry.at.isoformat()}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
