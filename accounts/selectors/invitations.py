"""Finding an invitation by its link, and what the invitation page says in this company.

The page's words are made here once, for the letter, the page itself and the owner's live preview.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from accounts.identifiers import organization_of, sha256_of
from accounts.models import Invitation, OpenInvitation, Organization, OrganizationSettings, Purpose
from accounts.selectors.organization import settings_of


@dataclass(frozen=True)
class InvitationPage:
    """What a company's people are told: plain values for templates."""

    company: str
    introduction: str
    purpose: str
    purpose_label: str
    networks: tuple[str, ...]
    disclosure: str


def invitation_page(organization: Organization, unsaved: OrganizationSettings | None = None) -> InvitationPage:
    """The page as the settings stand, or as `unsaved` settings would make it."""
    company_settings = unsaved or settings_of()
    return InvitationPage(
        company=organization.name,
        introduction=company_settings.introduction,
        purpose=company_settings.purpose,
        purpose_label=str(Purpose(company_settings.purpose).label),
        networks=tuple(company_settings.networks),
        disclosure=company_settings.disclosure,
    )


def organization_of_token(token: str) -> Organization | None:
    """The company in front of a handed-out secret; look the rest up inside `acting_in` of it."""
    return Organization.objects.filter(public_id=organization_of(token)).first()


def open_invitation_of_token(token: str) -> OpenInvitation | None:
    """An open link's row, inside the acting organization; also when it is over."""
    return OpenInvitation.objects.select_related("made_by").filter(token_sha256=sha256_of(token)).first()


def standing_link() -> OpenInvitation | None:
    """The acting company's open link, if one stands."""
    return OpenInvitation.objects.filter(ended_at=None, expires_at__gt=timezone.now()).first()


def invitation_of_token(token: str) -> Invitation | None:
    """The invitation behind a link, inside the acting organization; used ones are found, ended ones are not."""
    found = Invitation.objects.select_related("member").filter(
        token_sha256=sha256_of(token), expires_at__gt=timezone.now(), member__left_at=None, member__deactivated_at=None
    )
    return found.first()
