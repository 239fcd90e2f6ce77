"""Invitations: mailed once, reminded once by the system, answered by the person, ended after sixty days.

Whatever a person answers, nothing an administrator can see changes: the member row stays as it is,
and an address that must not be invited again is taken silently (design.md, promise 2).
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.derived_secrets import invitation_secret, refusal_hmacs
from accounts.errands import Done, ErrandResult, Later, outside, owe_many
from accounts.identifiers import sha256_of
from accounts.letters import Undeliverable, send_letter
from accounts.models import Invitation, InvitationRefusal, Member, Organization, Team, TeamMember, User
from accounts.refusals import Refusal
from accounts.roles import Right
from accounts.selectors.invitations import invitation_page
from accounts.selectors.organization import settings_of
from accounts.tenancy import acting_in, acting_organization_id
from accounts.verified_addresses import prove_address


class InvitationOver(Refusal):
    """The link was used before, or the invitation has ended."""

    code = "invitation_over"


@dataclass(frozen=True)
class Invitee:
    """A person to invite, as an administrator or a file names them."""

    email: str
    name: str = ""
    team: str = ""
    language: str = ""
    time_zone: str = ""
    country: str = ""


@dataclass(frozen=True)
class Invited:
    """What an administrator learns: nothing of refusals, accounts or answers."""

    added: int
    already_there: int


def invite_people(invitees: Sequence[Invitee], *, by: Member) -> Invited:
    """Add members and owe each a letter; who is a member already stays untouched."""
    require(by, Right.RUN_PROGRAMME)
    wanted = {invitee.email.strip().lower(): invitee for invitee in invitees}
    with transaction.atomic():
        there = set(Member.objects.filter(email__in=wanted, left_at=None).values_list("email", flat=True))
        made = [_new_member(email, invitee) for email, invitee in wanted.items() if email not in there]
        Member.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
        added = list(Member.objects.filter(public_id__in=[member.public_id for member in made]))
        _put_in_teams(added, wanted)
        _owe_invitations(added, by=by)
        audit("invite_people", by=by, added=len(added), already_there=len(wanted) - len(added))
    return Invited(added=len(added), already_there=len(wanted) - len(added))


def correct_address(member: Member, *, by: Member, email: str) -> None:
    """Mend an address the mail server refused, and invite there instead."""
    require(by, Right.RUN_PROGRAMME)
    email = email.strip().lower()
    with transaction.atomic():
        locked = Member.objects.select_for_update().get(pk=member.pk)
        if not locked.undeliverable or locked.user_id is not None:
            raise Refusal(_("Only an address that mail cannot reach can be corrected here."))
        if Member.objects.filter(email=email, left_at=None).exists():
            raise Refusal(_("Somebody with this address is on the list already."))
        locked.email, locked.undeliverable = email, False
        locked.save(update_fields=["email", "undeliverable"])
        Invitation.objects.filter(member=locked).delete()
        _owe_invitations([locked], by=by)
        audit("correct_address", by=by, subject=f"member {member.public_id}")


# --- what the person does ---------------------------------------------------------------------


def accept_invitation(invitation: Invitation, *, by: Member) -> User:
    """The mailed link, confirmed by a button: the person's sign-in is made (or found) and tied to the member.

    The link came to this address, so the address is verified. It signs in once. It says nothing about
    taking part, which is a consent of its own.
    """
    with transaction.atomic():
        locked = Invitation.objects.select_for_update().select_related("member").get(pk=invitation.pk)
        member = locked.member
        if locked.used_at is not None or locked.expires_at <= timezone.now() or not member.is_active:
            raise InvitationOver(_("This link was used before. Ask for a new one to sign in; nothing is lost."))
        user = _verified_user(member)
        if member.user_id is None:
            member.user = user
            member.save(update_fields=["user"])
        locked.used_at, locked.remind_at = timezone.now(), None
        locked.save(update_fields=["used_at", "remind_at"])
        audit("accept_invitation", by=by, subject=f"member {member.public_id}", private=True)
    return user


def answer_not_now(invitation: Invitation, *, by: Member) -> None:
    """*Not now*: there will be no reminder, exactly as after a reminder. The link keeps working."""
    with transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).update(remind_at=None)
        audit("answer_not_now", by=by, subject=f"member {by.public_id}", private=True)


def never_invite_again(invitation: Invitation, *, by: Member) -> None:
    """*Don't invite me again*: the invitation goes, a keyed hash of the address stays."""
    with transaction.atomic():
        InvitationRefusal.objects.get_or_create(address_hmac=refusal_hmacs(by.email)[0])
        Invitation.objects.filter(pk=invitation.pk).delete()
        audit("never_invite_again", by=by, subject=f"member {by.public_id}", private=True)


# --- what the system does ---------------------------------------------------------------------


def remind_unanswered(*, by: Member | None) -> int:
    """Owe the one reminder of each invitation that is due one; answers how many."""
    with transaction.atomic():
        due = Invitation.objects.select_for_update(skip_locked=True).select_related("member")
        invitations = list(due.filter(remind_at__lte=timezone.now(), used_at=None)[:1000])
        Invitation.objects.filter(pk__in=[one.pk for one in invitations]).update(remind_at=None)
        members = [one.member for one in invitations if one.member.is_active]
        _owe_letters(members, reminder=True)
        audit("remind_unanswered", by=by, private=True, count=len(members))
    return len(members)


def end_old_invitations(*, by: Member | None) -> int:
    """Delete invitations after sixty days, answered or not: the member's row tells nothing either way."""
    with transaction.atomic():
        ended, _rows = Invitation.objects.filter(expires_at__lte=timezone.now()).delete()
        audit("end_old_invitations", by=by, private=True, count=ended)
    return ended


def mark_undeliverable(member: Member, *, by: Member | None) -> None:
    """The mail server refused the address for good."""
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(undeliverable=True)
        audit("mark_undeliverable", by=by, subject=f"member {member.public_id}")


# --- the errand -------------------------------------------------------------------------------


@outside
def send_invitation(payload: dict[str, Any]) -> ErrandResult:
    """The errand "invitation_letter": the link is made again only now, and stands in the letter alone."""
    organization = Organization.objects.get(pk=payload["organization_id"])
    with acting_in(organization):
        written = _write_letter(organization, payload)
    if written is None:  # answered, ended, left or deactivated meanwhile
        return Done()
    member, language, context = written
    template = "invitation_reminder" if payload["reminder"] else "invitation"
    try:
        send_letter(template, to=member.email, language=language, context=context, message_id=payload["message_id"])
    except Undeliverable:
        if not payload["reminder"]:  # only who has not answered is reminded: a mark now would tell
            with acting_in(organization):
                mark_undeliverable(member, by=None)
    except (smtplib.SMTPException, OSError) as error:
        return Later(f"The mail server did not take it ({type(error).__name__}).")
    return Done()


ERRANDS = {"invitation_letter": send_invitation}


def _write_letter(organization: Organization, payload: dict[str, Any]) -> tuple[Member, str, dict[str, Any]] | None:
    invitation = Invitation.objects.select_related("member").filter(member__public_id=payload["member"]).first()
    if invitation is None or invitation.used_at is not None or not invitation.member.is_active:
        return None
    member, secret = invitation.member, invitation_secret(organization, invitation.member)
    if invitation.token_sha256 != sha256_of(secret):  # the installation's key was changed meanwhile
        Invitation.objects.filter(pk=invitation.pk).update(token_sha256=sha256_of(secret))
    address = settings.SITE_ADDRESS + reverse("invitation", args=[secret])
    context = {"page": invitation_page(organization), "name": member.name, "address": address}
    return member, member.language or settings_of().language, context


def _new_member(email: str, invitee: Invitee) -> Member:
    return Member(
        email=email,
        name=invitee.name.strip()[:120],
        language=invitee.language,
        time_zone=invitee.time_zone,
        country=invitee.country,
    )


def _put_in_teams(members: Iterable[Member], invitees: dict[str, Invitee]) -> None:
    places = {member.pk: invitees[member.email].team.strip()[:80] for member in members}
    names = {name for name in places.values() if name}
    Team.objects.bulk_create([Team(name=name) for name in sorted(names)], ignore_conflicts=True)
    teams = {team.name: team for team in Team.objects.filter(name__in=names)}
    TeamMember.objects.bulk_create(
        [TeamMember(team=teams[name], member_id=member_id) for member_id, name in places.items() if name],
        ignore_conflicts=True,
    )


def _owe_invitations(members: Sequence[Member], *, by: Member) -> None:
    """Rows and letters for those who may be written to; the others simply get none."""
    organization = Organization.objects.get(pk=acting_organization_id())
    hashes = {member.pk: refusal_hmacs(member.email) for member in members}
    every_hash = [one for some in hashes.values() for one in some]
    refused = set(InvitationRefusal.objects.filter(address_hmac__in=every_hash).values_list("address_hmac", flat=True))
    welcome = [member for member in members if refused.isdisjoint(hashes[member.pk])]
    now = timezone.now()
    Invitation.objects.bulk_create(
        [_new_invitation(organization, member, by=by, now=now) for member in welcome], batch_size=1000
    )
    _owe_letters(welcome, reminder=False)


def _new_invitation(organization: Organization, member: Member, *, by: Member, now: datetime) -> Invitation:
    return Invitation(
        member=member,
        invited_by=by,
        token_sha256=sha256_of(invitation_secret(organization, member)),
        remind_at=now + timedelta(days=settings.INVITATION_REMINDER_DAYS),
        expires_at=now + timedelta(days=settings.INVITATION_DAYS),
    )


def _owe_letters(members: Iterable[Member], *, reminder: bool) -> None:
    """One first letter and at most one reminder per member and address."""
    kind = "invitation-reminder" if reminder else "invitation"
    letters = []
    for member in members:
        message_id = sha256_of(f"{kind}:{member.organization_id}:{member.public_id}:{member.email}")[:40]
        payload = {"member": member.public_id, "reminder": reminder, "message_id": message_id}
        letters.append((f"{kind}:{member.public_id}:{message_id[:12]}", payload))
    owe_many("invitation_letter", letters)


def _verified_user(member: Member) -> User:
    """The sign-in of this address. One that somebody made without ever verifying it loses its password."""
    user = User.objects.filter(email=member.email).first()
    if user is None:
        user = User.objects.create_user(email=member.email, name=member.name, language=member.language)
    prove_address(user)
    return user
