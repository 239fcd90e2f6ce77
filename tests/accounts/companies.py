"""Companies and people for tests, made through actions only."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from accounts.actions.consent import take_part
from accounts.actions.invitations import Invitee, accept_invitation, invite_people
from accounts.actions.organizations import sign_up_company
from accounts.consent_texts import current_version
from accounts.models import Invitation, Member, Organization, User
from accounts.tenancy import acting_in


def person(email: str, name: str = "") -> User:
    """A sign-in with a verified address."""
    user = User.objects.create_user(email=email, name=name, language="en", time_zone="UTC")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def company(name: str = "Acme", owner: str = "") -> tuple[Organization, Member]:
    """A company and its owner."""
    user = person(owner or f"owner@{name.lower()}.test", "Olga Owner")
    return sign_up_company(user=user, name=name, purpose="reputation", language="en", time_zone="UTC")


def invite(owner: Member, *emails: str) -> list[Member]:
    """Invited members, in the acting organization."""
    invite_people([Invitee(email=email) for email in emails], by=owner)
    return [Member.objects.get(email=email.lower(), left_at=None) for email in emails]


def join(member: Member, *, takes_part: bool = True) -> Member:
    """The member follows the link and, if asked, takes part."""
    accept_invitation(Invitation.objects.get(member=member), by=member)
    member.refresh_from_db()
    if takes_part:
        take_part(member, by=member, language="en", text_version=current_version("take_part"))
    return member


def joined(organization: Organization, owner: Member, *emails: str) -> list[Member]:
    with acting_in(organization):
        return [join(member) for member in invite(owner, *emails)]
