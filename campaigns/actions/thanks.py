"""Writes a thank-you: a manager's own words, by mail to one person who is named by choice and posted in public.

Nobody else reads it, nothing is counted, and nobody can be thanked for anything that is not on a board already.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.letters import owe_letter
from accounts.models import Errand, Member
from accounts.refusals import BadInput
from accounts.roles import Right
from accounts.selectors.audience_size import figures_until
from accounts.selectors.consent import is_named
from campaigns.models import PointEntry

LONGEST_WORDS = 500
LOOKS_BACK = timedelta(days=92)  # as far as the longest board


def thank(person: Member, *, by: Member, words: str) -> None:
    """Owe the letter. Whether a person was never named, or is so no longer, sounds alike."""
    require(by, Right.SEE_TEAMS)
    words = words.replace("\r\n", "\n").strip()
    if not words:
        raise BadInput(_("Write a sentence of your own first."), field="words")
    if len(words) > LONGEST_WORDS:
        raise BadInput(_("Please keep it under 500 characters."), field="words")
    now = timezone.now()
    if person.pk == by.pk or not _may_be_thanked(person, now=now):
        raise BadInput(_("This person is not on the boards. Nothing was sent."), field="person")
    cause = f"thanks:{by.public_id}:{person.public_id}:{figures_until(now).date()}"
    with transaction.atomic():
        if Errand.objects.filter(cause=cause).exists():
            raise BadInput(_("You thanked this person this week already. Your words are on their way."), field="person")
        owe_letter(
            "thanks",
            to=person.email,
            language=person.language,
            cause=cause,
            context={"name": person.shown_name, "manager": str(by), "words": words, "company": by.organization.name},
        )
        audit("thank", by=by, subject=f"member {person.public_id}", private=True)


def _may_be_thanked(person: Member, *, now: datetime) -> bool:
    """Named by choice, with a public act: points are earned by nothing else."""
    if not person.is_active or not is_named(person):
        return False
    recent = PointEntry.objects.filter(member=person, at__gte=now - LOOKS_BACK, points__gt=0)
    return recent.filter(share__published_at__isnull=False).exists()
