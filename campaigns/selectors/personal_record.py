"""What a person's own record holds about their posts, choices and points (hook of `settings.PERSONAL_RECORD`)."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Member
from campaigns.canonical import text_of
from campaigns.models import (
    AnnouncementRead,
    Attempt,
    MemberLanguage,
    MemberTopic,
    PointEntry,
    Review,
    Share,
    Sight,
    Skip,
)

PARTS = ("approvals", "attempts", "statements", "reviews__by")


def own_record(member: Member) -> dict[str, object]:
    """Plain JSON values: everything that this app keeps about the person."""
    shares = Share.objects.filter(member=member).select_related("item", "link_code", "connection").order_by("pk")
    skips = Skip.objects.filter(member=member).select_related("item").order_by("pk")
    interests = MemberTopic.objects.filter(member=member).select_related("topic").order_by("pk")
    seen = Sight.objects.filter(member=member).select_related("item").order_by("pk")
    read_for_me = AnnouncementRead.objects.filter(member=member).select_related("item").order_by("pk")
    points = PointEntry.objects.filter(member=member).select_related("share").order_by("pk")
    read = Review.objects.filter(by=member)
    return {
        "posts": [_post(share) for share in shares.prefetch_related(*PARTS)],
        "not_for_me": [
            {
                "story": skip.item.title,
                "reason": skip.reason,
                "at": skip.at.isoformat(),
                "taken_back_at": _iso(skip.undone_at),
            }
            for skip in skips
        ],
        "interests": [{"topic": one.topic.name, "opened": one.weight, "you_said": one.choice} for one in interests],
        "languages": [one.language for one in MemberLanguage.objects.filter(member=member).order_by("language")],
        "stories_seen": [{"story": one.item.title, "at": one.at.isoformat()} for one in seen],
        "announcements_read": [{"story": one.item.title, "at": one.at.isoformat()} for one in read_for_me],
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
        "remote_id": share.external_id,
        "evidence": share.evidence,
        "begun_at": share.created_at.isoformat(),
        "approvals": [
            {
                "number": approval.pk,
                "post": approval.canonical,
                "sha256": approval.sha256,
                "door": approval.door,
                "at": approval.at.isoformat(),
                "window": [approval.window_start.isoformat(), approval.window_end.isoformat()],
                "ended_at": _iso(approval.ended_at),
                "ended_because": approval.ended_because,
            }
            for approval in share.approvals.all()
        ],
        "sends": [_send(attempt) for attempt in share.attempts.all()],
        "found_out": [
            {"what": one.kind, "remote_id": one.external_id, "address": one.external_url, "at": one.at.isoformat()}
            for one in share.statements.all()
        ],
        "read_by": [
            {"name": str(one.by), "passed": one.passed, "note": one.note, "at": one.at.isoformat()}
            for one in share.reviews.all()
        ],
    }


def _send(attempt: Attempt) -> dict[str, object]:
    """One call that could publish: by which approval, of which bytes, and what the network answered."""
    return {
        "approval": attempt.approval_id,
        "sha256": attempt.post_sha256,
        "decided_at": attempt.intent_at.isoformat(),
        "ended_at": _iso(attempt.ended_at),
        "outcome": attempt.outcome,
        "reason": attempt.reason,
        "remote_id": attempt.external_id,
        "address": attempt.external_url,
    }


def _entry(entry: PointEntry) -> dict[str, object]:
    post = entry.share.public_id if entry.share else ""
    return {"rule": entry.rule, "points": entry.points, "post": post, "at": entry.at.isoformat()}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
