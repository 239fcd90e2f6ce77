"""An open link: whoever has it, and an address at the company's own domain, has an invitation mailed to that address.

It invites and does nothing else: no account and no answer comes of it before its owner opened that mail. Whoever asks
learns nothing about who is on the list already.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.actions.invitations import Invitee, invite_people
from accounts.audit import audit
from accounts.derived_secrets import open_invitation_secret
from accounts.identifiers import new_public_id, sha256_of
from accounts.models import Member, OpenInvitation, Organization
from accounts.refusals import BadInput, Refusal
from accounts.roles import Right, may
from accounts.tenancy import acting_organization_id

STANDS_FOR = timedelta(days=14)
# Where anybody gets an address: a link for them would be open to everybody.
FOR_EVERYBODY = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "proton.me",
        "protonmail.com",
        "mail.ru",
        "yandex.ru",
        "qq.com",
        "163.com",
        "126.com",
        "wp.pl",
        "o2.pl",
        "onet.pl",
        "interia.pl",
        "libero.it",
    ]
)


class OpenLinkOver(Refusal):
    """It was ended, its days are over, or whoever made it runs the programme no more."""

    code = "link_over"


def open_link(*, by: Member) -> OpenInvitation:
    """A new link for addresses at the maker's own domain; the one before ends."""
    require(by, Right.RUN_PROGRAMME)
    domain = by.email.rpartition("@")[2]
    if domain in FOR_EVERYBODY:
        raise Refusal(_("Anybody can get an address at %(domain)s. Please invite by a list.") % {"domain": domain})
    with transaction.atomic():
        organization = Organization.objects.select_for_update().get(pk=acting_organization_id())
        OpenInvitation.objects.filter(ended_at=None).update(ended_at=timezone.now())
        public_id = new_public_id()
        link = OpenInvitation.objects.create(
            public_id=public_id,
            token_sha256=sha256_of(open_invitation_secret(organization, public_id)),
            domain=domain,
            made_by=by,
            expires_at=timezone.now() + STANDS_FOR,
        )
        audit("open_link", by=by, subject=f"link {public_id}", domain=domain)
    return link


def end_link(link: OpenInvitation, *, by: Member) -> None:
    """Nobody is invited by it any more; who was stays invited."""
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        OpenInvitation.objects.filter(pk=link.pk, ended_at=None).update(ended_at=timezone.now())
        audit("end_link", by=by, subject=f"link {link.public_id}")


def ask_for_invitation(link: OpenInvitation, *, email: str, by: Member | None) -> None:
    """Mail an invitation to this address, as if the link's maker had; an address that is known gets nothing new."""
    email, maker = email.strip().lower(), link.made_by
    stands = link.ended_at is None and link.expires_at > timezone.now()
    if not stands or not maker.is_active or not may(maker.role, Right.RUN_PROGRAMME):
        raise OpenLinkOver(_("This link is over. Ask whoever gave it to you for a new one."))
    if not _is_address(email) or email.rpartition("@")[2] != link.domain:
        sentence = _("This link is for addresses that end in @%(domain)s.")
        raise BadInput(sentence % {"domain": link.domain}, field="email")
    with transaction.atomic():
        invite_people([Invitee(email=email)], by=maker)
        audit("ask_for_invitation", by=by, subject=f"link {link.public_id}")


def _is_address(typed: str) -> bool:
    try:
        validate_email(typed)
    except ValidationError:
        return False
    return True
