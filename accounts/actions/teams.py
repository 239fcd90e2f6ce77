"""Teams: made, named, filled and ended by those who run the programme."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.models import Member, Team, TeamMember
from accounts.refusals import BadInput
from accounts.roles import Right


def create_team(*, by: Member, name: str) -> Team:
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        team = Team.objects.create(name=_free_name(name))
        audit("create_team", by=by, subject=f"team {team.public_id}")
    return team


def rename_team(team: Team, *, by: Member, name: str) -> None:
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        Team.objects.filter(pk=team.pk).update(name=_free_name(name, but=team))
        audit("rename_team", by=by, subject=f"team {team.public_id}")


def end_team(team: Team, *, by: Member) -> None:
    """The team goes; its people and their posts stay. Items addressed to it alone go to nobody else."""
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        public_id = team.public_id
        team.delete()
        audit("end_team", by=by, subject=f"team {public_id}")


def put_in_team(team: Team, *, by: Member, member: Member, leads: bool = False) -> None:
    """Give a member a place; asked again it only changes who leads."""
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        TeamMember.objects.update_or_create(team=team, member=member, defaults={"leads": leads})
        audit("put_in_team", by=by, subject=f"team {team.public_id}", member=member.public_id, leads=leads)


def take_out_of_team(team: Team, *, by: Member, member: Member) -> None:
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        TeamMember.objects.filter(team=team, member=member).delete()
        audit("take_out_of_team", by=by, subject=f"team {team.public_id}", member=member.public_id)


def _free_name(name: str, *, but: Team | None = None) -> str:
    name = " ".join(name.split())[:80]
    if not name:
        raise BadInput(_("Please give the team a name."), field="name")
    taken = Team.objects.filter(name=name)
    if (taken.exclude(pk=but.pk) if but else taken).exists():
        raise BadInput(_("There is a team of this name already."), field="name")
    return name
