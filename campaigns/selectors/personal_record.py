"""What a person's own record holds about their posts, choices and points (hook of `settings.PERSONAL_RECORD`)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch

from accounts.models import Member
from campaigns.canonical import text_of
from campaigns.models import (
    AnnouncementRead,
    Attempt,
    CalendarFeed,
    FigureReading,
    FollowerReading,
    Item,
    LadderLeft,
    LinkClicks,
    MemberLanguage,
    MemberTopic,
    PointEntry,
    Review,
    Share,
    Sight,
    Skip,
    Suggestion,
    TaskDone,
    WeeklyMail,
)
from campaigns.selectors.growth import kept_followers
from campaigns.selectors.places import where_to
from campaigns.selectors.post_figures import kept_readings
from integrations.networks.figures import FIGURES

PARTS = ("approvals", "attempts", "statements", "moves", "media_links__media", "reviews__by")
OF_MAILS = ("stories__item", "stories__replies")


def own_record(member: Member) -> dict[str, object]:
    """Plain JSON values: everything that this app keeps about the person."""
    shares = (
        Share.objects.filter(member=member)
        .select_related("item", "link_code", "connection", "queued_wording", "figure_clock")
        .order_by("pk")
    )
    figures = Prefetch("figure_readings", kept_readings().order_by("pk"))
    own_stories = Item.every.filter(own_of=member).order_by("pk")
    mails = WeeklyMail.objects.filter(member=member).order_by("pk")
    clicks = LinkClicks.objects.filter(code__in=shares.order_by().values("link_code"))
    points = PointEntry.objects.filter(member=member).select_related("share").order_by("pk")
    return {
        "posts": [_post(share) for share in shares.prefetch_related(*PARTS, figures)],
        "stories_of_my_own": list(own_stories.values("title", "summary", "destination")),
        **_seen(member),
        **_chosen(member),
        **_tasks(member),
        "points": [_entry(entry) for entry in points],
        "followers": [_followers(one) for one in kept_followers(member)],
        "clicks": [_clicks(one) for one in clicks.order_by("pk")],
        "read_for_others": [
            {"passed": one.passed, "note": one.note, "at": one.at.isoformat()}
            for one in Review.objects.filter(by=member).order_by("pk")
        ],
        "suggestions": [_suggestion(one) for one in Suggestion.objects.filter(suggested_by=member).order_by("pk")],
        "mails": [_mail(one) for one in mails.prefetch_related(*OF_MAILS)],
    }


def _seen(member: Member) -> dict[str, object]:
    """What stood before the person, and what they made of it."""
    skips = Skip.objects.filter(member=member).select_related("item").order_by("pk")
    sights = Sight.objects.filter(member=member).select_related("item").order_by("pk")
    announcements = AnnouncementRead.objects.filter(member=member).select_related("item").order_by("pk")
    return {
        "not_for_me": [_skip(one) for one in skips],
        "seen": [{"story": one.item.title, "at": one.at.isoformat()} for one in sights],
        "announcements_read": [{"story": one.item.title, "at": one.at.isoformat()} for one in announcements],
    }


def _chosen(member: Member) -> dict[str, object]:
    interests = MemberTopic.objects.filter(member=member).select_related("topic").order_by("pk")
    languages = MemberLanguage.objects.filter(member=member).order_by("pk")
    calendar = CalendarFeed.objects.filter(member=member).first()
    return {
        "interests": [{"topic": one.topic.name, "opened": one.weight, "said": one.choice} for one in interests],
        "languages": [{"language": one.language, "at": one.chosen_at.isoformat()} for one in languages],
        "calendar": {"since": calendar.created_at.isoformat(), "shows_titles": calendar.shows_titles}
        if calendar
        else None,
    }


def _tasks(member: Member) -> dict[str, object]:
    tasks = TaskDone.objects.filter(member=member).select_related("item").order_by("pk")
    left = LadderLeft.objects.filter(member=member).first()
    return {
        "tasks_done": [
            {
                "task": one.item.title,
                "link": one.link,
                "photo": one.photo_sha256,
                "sent_to_curators": one.shows_curators,
                "at": one.at.isoformat(),
            }
            for one in tasks
        ],
        "first_steps_put_away_at": left.at.isoformat() if left else None,
    }


def _skip(one: Skip) -> dict[str, object]:
    return {
        "story": one.item.title,
        "reason": one.reason,
        "at": one.at.isoformat(),
        "taken_back_at": _iso(one.undone_at),
    }


def _suggestion(one: Suggestion) -> dict[str, object]:
    return {
        "title": one.title,
        "address": one.address,
        "words": one.words,
        "note": one.note,
        "named_to_curators": one.shows_name,
        "state": one.state,
        "answer": one.answer,
        "at": one.created_at.isoformat(),
    }


def _mail(mail: WeeklyMail) -> dict[str, object]:
    return {
        "week": mail.week,
        "sent_at": _iso(mail.sent_at),
        "stories": [
            {
                "story": one.item.title,
                "reasons": one.reasons,
                "question": one.question,
                "opened_at": _iso(one.used_at),
                "answered_at": [reply.at.isoformat() for reply in one.replies.all()],
            }
            for one in mail.stories.all()
        ],
    }


def _post(share: Share) -> dict[str, object]:
    return {
        "id": share.public_id,
        "story": share.item.title,
        "destination": share.link_code.destination if share.link_code else "",
        "network": share.network,
        "place": where_to(share).label if share.network else "",
        "account": share.connection.handle if share.connection else "",
        "by_hand": share.by_hand,
        "state": share.state,
        "own_words": share.text,
        "own_warning": share.warning,
        "language": share.language,
        "audience": share.visibility,
        "text": text_of(share),
        "due_at": _iso(share.due_at),
        "published_at": _iso(share.published_at),
        "address": share.external_url,
        "remote_id": share.external_id,
        "evidence": share.evidence,
        "begun_at": share.created_at.isoformat(),
        "pictures": [{"sha256": one.media.sha256, "described_as": one.alt_text} for one in share.media_links.all()],
        "moves": [{"to": one.to_state, "because": one.because, "at": one.at.isoformat()} for one in share.moves.all()],
        "fingerprints_kept": hasattr(share, "queued_wording"),
        "looked_at_next": _iso(share.figure_clock.next_at) if hasattr(share, "figure_clock") else None,
        "figures": [_figures(one) for one in share.figure_readings.all()],
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


def _figures(one: FigureReading) -> dict[str, object]:
    """None where the network does not say."""
    counts = {name: getattr(one, name) for name in FIGURES}
    return {"at": one.at.isoformat(), "source": one.source, "kept_until": one.keep_until.isoformat(), **counts}


def _followers(one: FollowerReading) -> dict[str, object]:
    told = {"network": one.connection.network, "account": one.connection.handle, "followers": one.followers}
    clock = one.connection.follower_clock.next_at if hasattr(one.connection, "follower_clock") else None
    return {"at": one.at.isoformat(), "kept_until": one.keep_until.isoformat(), "next_look_at": _iso(clock), **told}


def _clicks(one: LinkClicks) -> dict[str, object]:
    return {
        "link": one.code_id,
        "day": one.day.isoformat(),
        "came_from": one.came_from,
        "all": one.raw,
        "by_readers": one.counted,
    }


def _send(attempt: Attempt) -> dict[str, object]:
    """One call that could publish: by which approval, of which bytes, what waited at the network for it, what it cost,
    and what the network answered."""
    return {
        "approval": attempt.approval_id,
        "sha256": attempt.post_sha256,
        "waited_there": attempt.prepared,
        "cost_in_us_dollars": str(attempt.cost),
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
