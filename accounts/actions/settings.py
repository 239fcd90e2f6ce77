"""The company's settings and the person's own: language, zone, purpose, what people are told, doors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.actions.consent import require_self
from accounts.audit import audit
from accounts.countries import is_country
from accounts.models import Member, OrganizationSettings, Purpose, User
from accounts.refusals import BadInput
from accounts.roles import Right
from accounts.selectors.setup import KEYS, SKIPPED
from accounts.time_zones import zone_names

SETTINGS = frozenset(
    {"purpose", "language", "time_zone", "country", "introduction", "disclosure", "avoided_words", "closed_doors"}
)
MOST_INTRODUCTION = 600
MOST_DISCLOSURE = 110  # what every network and place shows before its fold (`integrations/networks/folds.py`)
MOST_AVOIDED, LONGEST_AVOIDED = 100, 120  # lines, and characters of each: a list that people can know


def change_settings(*, by: Member, changes: Mapping[str, Any]) -> OrganizationSettings:
    """Change some of `SETTINGS`; what is not named stays."""
    require(by, Right.RUN_PROGRAMME)
    unknown = set(changes) - SETTINGS
    if unknown:
        raise LookupError(f"No such settings: {', '.join(sorted(unknown))}.")
    _check(changes)
    with transaction.atomic():
        row = OrganizationSettings.objects.select_for_update().get()
        changed = sorted(name for name, value in changes.items() if getattr(row, name) != value)
        for name in changed:
            setattr(row, name, changes[name])
        row.save()
        audit("change_settings", by=by, subject="settings", changed=changed)
    return row


def end_setup_step(step: str, *, by: Member, how: str) -> None:
    """A step of the first hour is "done" or "skipped", or comes back ("open")."""
    require(by, Right.RUN_PROGRAMME)
    if step not in KEYS or how not in ("done", "skipped", "open"):
        raise BadInput(_("There is no such step."))
    with transaction.atomic():
        row = OrganizationSettings.objects.select_for_update().get()
        if how == "done" and step in row.setup_done:
            return
        ended = [one for one in row.setup_done if one not in (step, step + SKIPPED)]
        row.setup_done = ended + {"done": [step], "skipped": [step + SKIPPED], "open": []}[how]
        row.save(update_fields=["setup_done"])
        audit("end_setup_step", by=by, subject=f"setup {step}", how=how)


def change_own_locale(member: Member, *, by: Member, language: str, time_zone: str, country: str | None = None) -> None:
    """The person's language and zone, here and for signing in; and their country, here. None: as it was."""
    require_self(member, by=by)
    country = member.country if country is None else country
    _check({"language": language, "time_zone": time_zone, "country": country})
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(language=language, time_zone=time_zone, country=country)
        if member.user_id is not None:
            User.objects.filter(pk=member.user_id).update(language=language, time_zone=time_zone)
        audit("change_own_locale", by=by, subject=f"member {member.public_id}", private=True)


def _check(changes: Mapping[str, Any]) -> None:
    """Every value a person could have typed, with a sentence for the wrong ones."""
    if changes.get("purpose", Purpose.REPUTATION) not in Purpose.values:
        raise BadInput(_("Please say what the programme is for."), field="purpose")
    if changes.get("language", "en") not in dict(settings.LANGUAGES):
        raise BadInput(_("We do not speak this language yet."), field="language")
    if changes.get("time_zone", "UTC") not in zone_names():
        raise BadInput(_("We do not know this time zone."), field="time_zone")
    if changes.get("country") and not is_country(changes["country"]):
        raise BadInput(_("We do not know this country."), field="country")
    if len(changes.get("introduction", "")) > MOST_INTRODUCTION:
        raise BadInput(_("Please keep the introduction under 600 characters."), field="introduction")
    if len(changes.get("disclosure", "")) > MOST_DISCLOSURE:
        sentence = _("Readers there see %(count)d characters at once. Please keep it shorter, on one line.")
        raise BadInput(sentence % {"count": MOST_DISCLOSURE}, field="disclosure")
    avoided = changes.get("avoided_words", "").splitlines()
    if len(avoided) > MOST_AVOIDED or any(len(line) > LONGEST_AVOIDED for line in avoided):
        sentence = _("Up to 100 lines of 120 characters, please: people can only avoid what they can know.")
        raise BadInput(sentence, field="avoided_words")
