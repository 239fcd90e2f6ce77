"""Writes which mails a person wants, and when. The person's alone: no row of it stands in the company's view."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.consent import require_self
from accounts.audit import audit
from accounts.letter_stops import choices_of
from accounts.models import LetterChoices, LetterKind, Member
from accounts.refusals import BadInput

WEEKDAYS, HOURS = range(7), range(24)


def choose_letters(
    member: Member, *, by: Member, weekly: bool, reminders: bool, weekday: int, hour: int
) -> LetterChoices:
    """Which mails, on which day (0 is Monday) and at which full hour of the person's own clock."""
    require_self(member, by=by)
    if weekday not in WEEKDAYS:
        raise BadInput(_("Please choose a day of the week."), field="weekday")
    if hour not in HOURS:
        raise BadInput(_("Please choose an hour."), field="hour")
    return _write(member, by, "choose_letters", weekly=weekly, reminders=reminders, weekday=weekday, hour=hour)


def stop_letters(member: Member, *, by: Member, kind: str) -> None:
    """No more of this kind; by the link in the mail itself, so nobody need be signed in. Twice is once."""
    if member.pk == by.pk and member.left_at is None:  # who left gets none anyway
        _write(member, by, "stop_letters", **{LetterKind(kind).value: False})


def want_letters_again(member: Member, *, by: Member, kind: str) -> None:
    """Taking `stop_letters` back, on the page that confirmed it."""
    require_self(member, by=by)
    _write(member, by, "want_letters_again", **{LetterKind(kind).value: True})


def _write(member: Member, by: Member, action: str, **changes: bool | int) -> LetterChoices:
    with transaction.atomic():
        Member.objects.select_for_update(no_key=True).only("pk").get(pk=member.pk)  # two first choices at once
        choices = choices_of(member)
        for name, value in changes.items():
            setattr(choices, name, value)
        choices.changed_at = timezone.now()
        choices.save()
        audit(action, by=by, subject=f"member {member.public_id}", private=True)
    return choices
