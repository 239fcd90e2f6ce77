"""Consent, given and withdrawn: rows are only added, and only the person adds them.

Every entry keeps the version and the SHA-256 of the words in the language they were shown in. What a
withdrawal must reach above this app is named in `settings.ON_CONSENT_WITHDRAWN`.
"""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.audit import audit
from accounts.consent_texts import ConsentText, consent_text
from accounts.models import ConsentEntry, ConsentKind, Member
from accounts.refusals import NotAllowed, Refusal
from accounts.selectors.consent import standing_consent


class Shown(NamedTuple):
    """Which words stood on the page."""

    language: str
    text_version: str


class WordsChanged(Refusal):
    """The text on the screen is no longer the one that would be agreed to."""

    code = "words_changed"


def take_part(member: Member, *, by: Member, language: str, text_version: str) -> ConsentEntry:
    """Agree, as in the two below, to the words that were shown: `text_version` in `language`."""
    shown = Shown(language, text_version)
    return _agree(member, by=by, kind=ConsentKind.TAKE_PART, shown=shown, action="take_part")


def agree_to_network(member: Member, *, by: Member, network: str, language: str, text_version: str) -> ConsentEntry:
    kind, shown = ConsentKind.NETWORK, Shown(language, text_version)
    return _agree(member, by=by, kind=kind, network=network, shown=shown, action="agree_to_network")


def name_on_boards(member: Member, *, by: Member, language: str, text_version: str) -> ConsentEntry:
    kind, shown = ConsentKind.NAMED_ON_BOARDS, Shown(language, text_version)
    return _agree(member, by=by, kind=kind, shown=shown, action="name_on_boards")


def withdraw_consent(member: Member, *, by: Member, kind: str, network: str = "") -> None:
    """Take a yes back. Taking part carries the others: who stops agrees anew to each when coming back."""
    with transaction.atomic():
        lock_self(member, by=by)
        withdraw_standing(member, kind=ConsentKind(kind), network=network)
        for name in settings.ON_CONSENT_WITHDRAWN:
            import_string(name)(member, by=by, kind=ConsentKind(kind), network=network)
        audit("withdraw_consent", by=by, subject=f"member {member.public_id}", private=True, kind=kind, network=network)


def withdraw_standing(member: Member, *, kind: ConsentKind, network: str = "") -> None:
    """Add the taking back of every agreement that ends with `kind`; for leaving as well."""
    for entry in standing_consent(member):
        if kind == ConsentKind.TAKE_PART or (entry.kind, entry.network) == (kind, network):
            text = consent_text(entry.kind, language=entry.language)
            _write(member, kind=entry.kind, network=entry.network, given=False, language=entry.language, text=text)


def require_self(member: Member, *, by: Member) -> None:
    """Nobody decides this for another person, whatever their role."""
    if member.pk != by.pk or not by.is_active:
        raise NotAllowed(_("Only the person can decide this. Nothing was changed."))


def lock_self(member: Member, *, by: Member) -> None:
    """`require_self`, and one decision of a person at a time: who is leaving at this moment is waited for.

    Inside the transaction that writes, before anything else is locked or read.
    """
    require_self(member, by=by)
    # FOR NO KEY UPDATE: rows that only point at the person, such as audit entries, need not wait.
    now = Member.objects.select_for_update(no_key=True).only("left_at", "deactivated_at").get(pk=member.pk)
    if not now.is_active:
        raise NotAllowed(_("You are no longer in this company here. Nothing was changed."))


def _agree(
    member: Member, *, by: Member, kind: ConsentKind, shown: Shown, action: str, network: str = ""
) -> ConsentEntry:
    text = consent_text(kind, language=shown.language)
    with transaction.atomic():
        lock_self(member, by=by)
        if shown.text_version != text.version:
            raise WordsChanged(_("These words were changed a moment ago. Please read them again; nothing was decided."))
        standing = {(entry.kind, entry.network): entry for entry in standing_consent(member)}.get((kind, network))
        if standing is not None and standing.text_version == text.version:
            return standing  # a second click
        entry = _write(member, kind=kind, network=network, given=True, language=shown.language, text=text)
        audit(action, by=by, subject=f"member {member.public_id}", private=True, network=network, text=text.version)
    return entry


def _write(member: Member, *, kind: str, network: str, given: bool, language: str, text: ConsentText) -> ConsentEntry:
    return ConsentEntry.objects.create(
        member=member,
        kind=kind,
        network=network,
        given=given,
        text_version=text.version,
        text_sha256=text.sha256,
        language=language,
    )
