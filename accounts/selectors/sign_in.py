"""Finding a mailed sign-in link, why one no longer works, and who has nothing else to sign in with.

Reading only: mail scanners open links.
"""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.identifiers import sha256_of
from accounts.models import SignInLink, User


def sign_in_link_of(token: str) -> SignInLink | None:
    """The link behind a token, used and old ones too."""
    return SignInLink.objects.select_related("user").filter(token_sha256=sha256_of(token)).first()


def why_over(link: SignInLink | None, *, now: datetime, minutes: int) -> str:
    """A sentence where the link cannot sign anybody in; empty where it can."""
    if link is None:
        return _("We do not know this link. Perhaps a part of the address is missing.")
    if link.used_at is not None:
        return _("This link was used before; each one works once.")
    if link.expires_at <= now:
        words = ngettext(
            "This link is too old: it works for %(count)s minute.",
            "This link is too old: it works for %(count)s minutes.",
            minutes,
        )
        return words % {"count": minutes}
    if not link.user.is_active:
        return _("This sign-in is switched off.")
    return ""


def signs_in_by_mail_only(user: User) -> bool:
    """No password and no passkey: each sign-in waits for a mail."""
    passkeys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return not user.has_usable_password() and not passkeys.exists()
