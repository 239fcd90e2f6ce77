"""The demo's people with a name and a part to play, and how somebody comes in: invited, the link followed, taking part.

Everything here runs inside `acting_in`, on the clock of the day it is said to have happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.actions.consent import name_on_boards
from accounts.actions.invitations import Invitee, accept_invitation, invite_people
from accounts.actions.members import change_role
from accounts.actions.sign_in import take_up_invitation
from accounts.consent_texts import consent_text, current_version
from accounts.models import ConsentKind, Invitation, Member, User
from accounts.roles import Role
from accounts.verified_addresses import prove_address

PASSWORD = "in-my-own-words"  # noqa: S105  # printed with the logins; these people exist in the demo alone


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of the demo. `shows` says on the list of logins what their sign-in is good for."""

    name: str
    email: str
    role: Role = Role.ADVOCATE
    language: str = "en"
    time_zone: str = "Europe/Warsaw"
    team: str = ""
    takes_part: bool = True
    is_named: bool = True
    shows: str = ""


def founder(persona: Persona, password_hash: str) -> User:
    """The sign-in of somebody who starts a company, the address verified as by the mailed link."""
    user = User.objects.create_user(
        persona.email, name=persona.name, language=persona.language, time_zone=persona.time_zone
    )
    prove_address(user)
    return _with_password(user, password_hash)


def arrived(personas: Sequence[Persona], *, by: Member, password_hash: str) -> dict[str, Member]:
    """Invited all together, then each follows the link; by name."""
    invitees = [
        Invitee(email=one.email, name=one.name, team=one.team, language=one.language, time_zone=one.time_zone)
        for one in personas
    ]
    invite_people(invitees, by=by)
    members = {member.email: member for member in Member.objects.filter(email__in=[one.email for one in personas])}
    for one in personas:
        settle_in(members[one.email], one, by=by, password_hash=password_hash)
    return {one.name: members[one.email] for one in personas}


def settle_in(member: Member, persona: Persona, *, by: Member, password_hash: str) -> None:
    """The invited person of a part follows the link, may take part, and is given the role."""
    join(member, takes_part=persona.takes_part, is_named=persona.is_named)
    if persona.role != member.role:
        change_role(member, by=by, role=persona.role)
        member.refresh_from_db()
    if persona.shows:
        assert member.user is not None
        _with_password(member.user, password_hash)


def join(member: Member, *, takes_part: bool = True, is_named: bool = False) -> None:
    """The mailed link is followed; whether the person takes part and is named is theirs to say."""
    invitation = Invitation.objects.get(member=member)
    language = member.language or "en"
    if not takes_part:
        accept_invitation(invitation, by=member)
        member.refresh_from_db()
        return
    version = consent_text(ConsentKind.TAKE_PART, language=language).version
    take_up_invitation(invitation, by=member, language=language, text_version=version)
    member.refresh_from_db()
    if is_named:
        name_on_boards(member, by=member, language=language, text_version=current_version("named_on_boards"))


def new_password_hash() -> str:
    """Made once and used for all: a hash costs what it should, and these passwords are printed anyway."""
    return make_password(PASSWORD)


def _with_password(user: User, password_hash: str) -> User:
    user.password = password_hash
    user.save(update_fields=["password"])
    return user
