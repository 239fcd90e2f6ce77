"""The list behind the bell: what happened to a person's own posts and accounts, in the words of the letters of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.template.loader import render_to_string

from accounts.letter_stops import wants
from accounts.models import LetterKind, Member, Notice
from accounts.selectors.consent import takes_part
from campaigns.models import HeldReason, Share, ShareState
from campaigns.selectors.times import zone_of

SHOWN = 50
AFTER = timedelta(days=1)  # a post that waited this long is reminded of, once
NO_LONGER = timedelta(days=3)  # older ones were waiting before this was asked, or their person was on holiday
HOURS = range(9, 18)  # of the person's own clock
MOST_A_WEEK = 3


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """One line of the list, in the reader's language of now."""

    public_id: str
    words: str
    about: str
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Reminder:
    """One person's posts that still wait, to be told of in one letter."""

    member: Member
    notices: tuple[Notice, ...]


def notices_of(member: Member) -> list[ShownNotice]:
    """Newest first."""
    rows = Notice.objects.filter(member=member).order_by("-pk")[:SHOWN]
    return [
        ShownNotice(
            public_id=row.public_id,
            words=" ".join(render_to_string(f"letters/{row.template}.subject.txt", row.context).split()),
            about=str(row.context.get("title", "")),
            at=row.created_at,
            is_new=row.read_at is None,
        )
        for row in rows
    ]


def unread(member: Member) -> QuerySet[Notice]:
    return Notice.objects.filter(member=member, read_at=None)


def reminders_due(*, now: datetime) -> Iterator[Reminder]:
    """Whoever's post waited a day, within their hours, who wants to be reminded and was not too often this week."""
    for member, notices in _still_waiting(now).items():
        local = now.astimezone(zone_of(member))
        if local.hour in HOURS and takes_part(member) and wants(member, LetterKind.REMINDERS):
            week = Notice.objects.filter(member=member, reminded_at__gt=now - timedelta(days=7))
            if week.values("reminded_at").distinct().count() < MOST_A_WEEK:
                yield Reminder(member, tuple(notices))


def _still_waiting(now: datetime) -> dict[Member, list[Notice]]:
    """Notices of a wait that goes on: the share is where the notice left it."""
    waiting = Share.objects.filter(public_id=OuterRef("share"), state=ShareState.HELD)
    waiting = waiting.exclude(held_reason=HeldReason.CAMPAIGN_CLOSED)  # nothing is left to do about it
    rows = Notice.objects.annotate(share=KT("context__share")).filter(
        template="notice_held",
        created_at__gt=now - NO_LONGER,
        member__left_at=None,
        member__deactivated_at=None,
    )
    told = rows.filter(Exists(waiting)).select_related("member__user", "member__organization").order_by("pk")
    found: dict[Member, list[Notice]] = {}
    for row in {row.context["share"]: row for row in told}.values():  # the last of each: held again, it waits anew
        if row.reminded_at is None and row.created_at <= now - AFTER:
            found.setdefault(row.member, []).append(row)
    return found
