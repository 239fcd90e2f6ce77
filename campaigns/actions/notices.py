"""Writes that a person read their notices, and the one reminder of a post that waits. Nobody else learns of either."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.consent import require_self
from accounts.audit import audit
from accounts.letters import language_of, owe_stoppable_letter
from accounts.models import LetterKind, Member, Notice
from campaigns.selectors.notices import reminders_due


def read_notice(notice: Notice, *, by: Member) -> None:
    require_self(notice.member, by=by)
    with transaction.atomic():
        Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
        audit("read_notice", by=by, subject=f"notice {notice.public_id}", private=True)


def read_all_notices(member: Member, *, by: Member) -> None:
    require_self(member, by=by)
    with transaction.atomic():
        Notice.objects.filter(member=member, read_at=None).update(read_at=timezone.now())
        audit("read_all_notices", by=by, subject=f"member {member.public_id}", private=True)


def remind_of_waiting(*, by: Member | None) -> int:
    """Owe one letter to each person whose posts waited a day, about all of them; answers how many letters."""
    now, letters = timezone.now(), 0
    with transaction.atomic():
        for reminder in reminders_due(now=now):
            member = reminder.member
            Notice.objects.filter(pk__in=[notice.pk for notice in reminder.notices]).update(reminded_at=now)
            owe_stoppable_letter(
                "reminder",
                member,
                kind=LetterKind.REMINDERS,
                language=language_of(member),
                cause=f"reminder:{member.public_id}:{reminder.notices[0].public_id}",
                context={
                    "name": member.own_name or member.name,
                    "titles": list(dict.fromkeys(str(notice.context["title"]) for notice in reminder.notices)),
                    "count": len(reminder.notices),
                    "path": reverse("queue", args=[member.organization.slug]),
                },
            )
            letters += 1
        if letters:
            audit("remind_of_waiting", by=by, private=True, count=letters)
    return letters
