"""Mailed sign-in links: made, sent at once, used once; and the invitation taken up by its link.

A sign-in is global and belongs to no company, so no company's audit carries the links. Asking answers
alike whether or not an address is known: both get a mail, and only its owner reads which.
"""

from __future__ import annotations

import secrets
import smtplib
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.consent import take_part
from accounts.actions.invitations import accept_invitation
from accounts.actions.settings import change_own_locale
from accounts.identifiers import sha256_of
from accounts.letters import Undeliverable, send_letter
from accounts.models import Invitation, Member, SignInLink, User
from accounts.refusals import Refusal
from accounts.selectors.organization import settings_of
from accounts.selectors.sign_in import why_over
from accounts.verified_addresses import prove_address


class LinkOver(Refusal):
    """A sign-in link that was used, is too old, or was never ours."""

    code = "link_over"
    status = 410


class MailNotSent(Refusal):
    """The mail server did not take the letter; the same for every address."""

    code = "mail_not_sent"
    status = 503


def mail_sign_in_link(email: str, *, by: User | None, language: str, next_address: str = "") -> None:
    """Send a link to this address, or the word that nobody signs in with it. Outside transactions only."""
    email = email.strip().lower()
    user = by or User.objects.filter(email=email, is_active=True).first()
    context: dict[str, object] = {"minutes": settings.SIGN_IN_LINK_MINUTES}
    template = "sign_in_unknown"
    if user is not None:
        template, email, language = "sign_in_link", user.email, user.language or language
        context["address"] = settings.SITE_ADDRESS + reverse("sign_in_link", args=[_new_link(user, next_address)])
    try:
        send_letter(template, to=email, language=language, context=context)
    except Undeliverable:
        return  # answered like any other address
    except (smtplib.SMTPException, OSError) as error:
        raise MailNotSent(_("We could not send a mail just now. Please try again in a few minutes.")) from error


def use_sign_in_link(link: SignInLink | None, *, by: None) -> SignInLink:  # noqa: ARG001  # nobody is signed in yet
    """Use a link up and answer it. The mail proved whose address it is."""
    with transaction.atomic():
        locked = SignInLink.objects.select_for_update(of=("self",)).select_related("user")
        found = locked.filter(pk=link.pk).first() if link else None
        sentence = why_over(found, now=timezone.now(), minutes=settings.SIGN_IN_LINK_MINUTES)
        if sentence or found is None:
            raise LinkOver(sentence)
        found.used_at = timezone.now()
        found.save(update_fields=["used_at"])
        prove_address(found.user)
    return found


def take_up_invitation(invitation: Invitation, *, by: Member, language: str, text_version: str) -> User:
    """*Take part*: one transaction for the sign-in, the consent to the words on the screen, and the first locale."""
    with transaction.atomic():
        user = accept_invitation(invitation, by=by)
        by.refresh_from_db()
        take_part(by, by=by, language=language, text_version=text_version)
        if not user.time_zone or not user.language:
            zone = user.time_zone or by.time_zone or settings_of().time_zone
            change_own_locale(by, by=by, language=user.language or language, time_zone=zone)
            user.refresh_from_db()
    return user


def _new_link(user: User, next_address: str) -> str:
    """The secret of a new link; those that ended a day ago are forgotten."""
    now, secret = timezone.now(), secrets.token_urlsafe(32)
    with transaction.atomic():
        SignInLink.objects.filter(user=user, expires_at__lt=now - timedelta(days=1)).delete()
        SignInLink.objects.create(
            user=user,
            token_sha256=sha256_of(secret),
            next_address=next_address,
            expires_at=now + timedelta(minutes=settings.SIGN_IN_LINK_MINUTES),
        )
    return secret
