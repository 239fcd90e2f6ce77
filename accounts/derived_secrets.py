"""Secrets that can be made again from the installation's key, so that no row or errand holds them.

A mailed link must be written into a letter hours after its row was made, and once more into the
reminder; keeping it meanwhile would put it into every dump. Only its SHA-256 is stored.
"""

from __future__ import annotations

import base64

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models import Member, Organization
from accounts.tenancy import acting_organization_id


def invitation_secret(organization: Organization, member: Member) -> str:
    """The secret in this member's invitation; another address gets another one."""
    return _secret(organization, "invitation", f"{member.public_id}:{member.email}")


def open_invitation_secret(organization: Organization, link_public_id: str) -> str:
    """Behind an open link, which its maker may see and copy as often as needed."""
    return _secret(organization, "open-invitation", link_public_id)


def receipt_secret(organization: Organization, receipt_public_id: str) -> str:
    return _secret(organization, "receipt", receipt_public_id)


def stop_secret(organization: Organization, member: Member) -> str:
    """Behind the links in a mail that stop mails of its kind."""
    return _secret(organization, "stop", member.public_id)


def mail_secret(organization: Organization, identity: str) -> str:
    """Behind the buttons of one story in one mail; `identity` names both."""
    return _secret(organization, "mail", identity)


def reply_secret(organization: Organization, identity: str) -> str:
    """In the address that an answer to one story of one mail goes to.

    Short enough for the part before the @, and of small letters alone, since some servers write it anew (RFC 5321
    allows 64 characters). It makes drafts and signs nobody in, for an address travels in the open.
    """
    digest = salted_hmac("accounts.reply", f"{organization.pk}:{identity}", algorithm="sha256").digest()
    return f"{organization.public_id}.{base64.b32encode(digest[:20]).decode().lower()}"


def refusal_hmacs(email: str) -> list[str]:
    """Keyed hashes of an address in the acting organization: the first to store, all to recognise it by."""
    value = f"{acting_organization_id()}:{email.strip().lower()}"
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac("accounts.never-invite", value, secret=key, algorithm="sha256").hexdigest() for key in keys]


def _secret(organization: Organization, purpose: str, identity: str) -> str:
    digest = salted_hmac(f"accounts.{purpose}", f"{organization.pk}:{identity}", algorithm="sha256").digest()
    return f"{organization.public_id}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
