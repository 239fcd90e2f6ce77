"""Writes what a person says of themselves: topics they care for, languages they read, and beginning anew.

It changes the order of this person's own list and nothing else; nobody else reads any of it.
"""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.consent import lock_self
from accounts.audit import audit
from accounts.models import Member
from accounts.receipts import ReceiptLine
from accounts.refusals import BadInput
from campaigns.models import MemberLanguage, MemberTopic, Skip, Topic, TopicChoice


def add_interest(topic: Topic, *, by: Member) -> None:
    """It counts as if its stories had been opened often, whatever was skipped."""
    with transaction.atomic():
        _say(topic, by, TopicChoice.ADDED)
        audit("add_interest", by=by, subject=f"member {by.public_id}", private=True)


def remove_interest(topic: Topic, *, by: Member) -> None:
    """It counts for nothing from now on, however often its stories are opened."""
    with transaction.atomic():
        _say(topic, by, TopicChoice.REMOVED)
        audit("remove_interest", by=by, subject=f"member {by.public_id}", private=True)


def choose_languages(languages: Collection[str], *, by: Member) -> None:
    """The languages this person reads; none means their own again."""
    if not set(languages) <= set(dict(settings.LANGUAGES)):
        raise BadInput(_("We do not speak this language yet."), field="languages")
    with transaction.atomic():
        lock_self(by, by=by)
        MemberLanguage.objects.filter(member=by).delete()
        now = timezone.now()
        for language in sorted(set(languages)):
            MemberLanguage.objects.create(member=by, language=language, chosen_at=now)
        audit("choose_languages", by=by, subject=f"member {by.public_id}", private=True)


def forget_interests(*, by: Member) -> None:
    """Begin anew: nothing picked up, said or taught counts any more. Stories put aside stay aside."""
    with transaction.atomic():
        MemberTopic.objects.filter(member=by).delete()
        MemberLanguage.objects.filter(member=by).delete()
        Skip.objects.filter(member=by).update(teaches=False)
        audit("forget_interests", by=by, subject=f"member {by.public_id}", private=True)


def forget_interests_of_leaver(member: Member, *, by: Member) -> list[ReceiptLine]:
    """ON_DEPARTURE: what they care for and read is nobody's any more."""
    MemberTopic.objects.filter(member=member).delete()
    MemberLanguage.objects.filter(member=member).delete()
    audit("forget_interests_of_leaver", by=by, subject=f"member {member.public_id}", private=True)
    return []


def _say(topic: Topic, by: Member, choice: TopicChoice) -> None:
    MemberTopic.objects.update_or_create(member=by, topic=topic, defaults={"choice": choice})
