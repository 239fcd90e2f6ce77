"""Switching a kind of mail off: who wants what, and the addresses and headers (RFC 2369, RFC 8058) that stop it.

It reads choices and makes addresses; changing a choice is `accounts/actions/letters.py`'s.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts.derived_secrets import stop_secret
from accounts.identifiers import sha256_of
from accounts.models import LetterChoices, LetterKind, Member, Organization, StopLink


def choices_of(member: Member) -> LetterChoices:
    """What this person chose; as everybody begins where they chose nothing (such a row is not saved)."""
    chosen = LetterChoices.objects.filter(member=member).first()
    return chosen or LetterChoices(member=member, changed_at=member.created_at)


def wants(member: Member, kind: str) -> bool:
    """Each kind is a column of the choices by its own name."""
    return bool(getattr(choices_of(member), LetterKind(kind).value))


def stop_address(organization: Organization, member: Member, kind: str) -> str:
    """The address that stops this kind for this person. It keeps working whatever becomes of the installation's key."""
    secret = stop_secret(organization, member)
    StopLink.objects.get_or_create(token_sha256=sha256_of(secret), defaults={"member": member})
    return settings.SITE_ADDRESS + reverse("stop_letters", args=[secret, LetterKind(kind).value])


def stop_headers(address: str) -> dict[str, str]:
    """What a mail program needs for its own *Unsubscribe* button."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def person_of_stop_link(token: str) -> Member | None:
    """Whose link it is, inside the acting organization; those who left meanwhile are found as well."""
    found = StopLink.objects.select_related("member__user").filter(token_sha256=sha256_of(token)).first()
    return found.member if found else None
