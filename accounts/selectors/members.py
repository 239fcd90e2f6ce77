"""People as administrators may see them: the same word from the invitation to the leaving, whatever they chose.

Nothing here reads consent, sign-ins, shares or answers to invitations (design.md, promise 2).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, Organization, Team, TeamMember, User
from accounts.tenancy import across_organizations

PAGE_SIZE = 50


class Standing(models.TextChoices):
    """The only words there are for a person on the company's pages."""

    INVITED = "invited", _("Invited")
    MEMBER = "member", _("Member")
    UNDELIVERABLE = "undeliverable", _("Mail cannot be delivered")
    DEACTIVATED = "deactivated", _("Deactivated")


def standing(member: Member) -> Standing:
    if member.deactivated_at is not None:
        return Standing.DEACTIVATED
    if member.undeliverable:
        return Standing.UNDELIVERABLE
    return Standing.INVITED if member.invited else Standing.MEMBER


@dataclass(frozen=True)
class PersonLine:
    """One line of the list of people."""

    member: Member
    standing: Standing
    teams: tuple[str, ...]


@dataclass(frozen=True)
class PeoplePage:
    """A page of the list; `after` opens the next one ('' at the end)."""

    lines: list[PersonLine]
    after: str


def people(*, search: str = "", after: str = "") -> PeoplePage:
    """By name, fifty at a time. `after` is the public id of the last person of the page before."""
    found = Member.objects.filter(left_at=None).order_by("name", "id")
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    last = Member.objects.filter(public_id=after).first() if after else None
    if last is not None:
        found = found.filter(Q(name__gt=last.name) | Q(name=last.name, id__gt=last.pk))
    members = list(found[: PAGE_SIZE + 1])
    teams = _team_names(members)
    lines = [PersonLine(one, standing(one), teams.get(one.pk, ())) for one in members[:PAGE_SIZE]]
    return PeoplePage(lines=lines, after=members[PAGE_SIZE - 1].public_id if len(members) > PAGE_SIZE else "")


def teams_by_name() -> QuerySet[Team]:
    return Team.objects.order_by("name")


def places_of(team: Team) -> list[TeamMember]:
    """The team's people by name; those who left have no place any more."""
    return list(team.places.select_related("member").order_by("member__name", "member_id"))


def companies_of(user: User) -> list[Organization]:
    """Every company in which this person is a member: the crossing that "My companies" needs."""
    with across_organizations(reason="my companies: where this signed-in person is a member"):
        mine = Member.objects.filter(user=user, left_at=None, deactivated_at=None).order_by()
        ids = list(mine.values_list("organization_id", flat=True))
    return list(Organization.objects.filter(pk__in=ids).order_by("name"))


def _team_names(members: list[Member]) -> dict[int, tuple[str, ...]]:
    names: dict[int, tuple[str, ...]] = {}
    places = TeamMember.objects.filter(member__in=[member.pk for member in members]).order_by("team__name")
    for member_id, name in places.values_list("member_id", "team__name"):
        names[member_id] = (*names.get(member_id, ()), name)
    return names
