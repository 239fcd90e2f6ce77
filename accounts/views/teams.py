"""Teams: their names and their people. No figure of any team stands here."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, for_member
from accounts.actions import teams as team_actions
from accounts.forms import TeamForm
from accounts.models import Member, Team
from accounts.refusals import BadInput
from accounts.roles import Right
from accounts.selectors.members import places_of, teams_by_name
from accounts.views.answers import acted, acted_on_form


@for_member(Right.RUN_PROGRAMME)
def teams(request: MemberRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    made: list[Team] = []
    if request.method == "POST" and acted_on_form(
        form, lambda: made.append(team_actions.create_team(by=request.member, **form.cleaned_data))
    ):
        return redirect("team_one", request.organization.slug, made[0].public_id)
    return TemplateResponse(request, "accounts/teams.html", {"form": form, "teams": teams_by_name()})


@for_member(Right.RUN_PROGRAMME)
def team_one(request: MemberRequest, public_id: str) -> HttpResponse:
    team = _team_for(public_id)
    return TemplateResponse(request, "accounts/team_one.html", {"team": team, "places": places_of(team)})


@require_POST
@for_member(Right.RUN_PROGRAMME)
def change_team(request: MemberRequest, public_id: str, act: str) -> HttpResponse:
    team, by, given = _team_for(public_id), request.member, request.POST
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "rename": (lambda: team_actions.rename_team(team, by=by, name=given.get("name", "")), _("Renamed.")),
        "put": (
            lambda: team_actions.put_in_team(team, by=by, member=_named(given), leads=given.get("leads") == "yes"),
            _("Saved."),
        ),
        "take_out": (lambda: team_actions.take_out_of_team(team, by=by, member=_named(given)), _("Taken out.")),
        "end": (lambda: team_actions.end_team(team, by=by), _("The team is gone; its people stay.")),
    }
    action, done = acts[act]
    gone = acted(request, action, done) and act == "end"
    return (
        redirect("teams", request.organization.slug)
        if gone
        else redirect("team_one", request.organization.slug, public_id)
    )


def _named(given: QueryDict) -> Member:
    """A person by public id or by the address an administrator typed."""
    written = given.get("person", "")
    people = Member.objects.filter(left_at=None)
    found = people.filter(public_id=written).first() or people.filter(email=written.strip().lower()).first()
    if found is None:
        raise BadInput(_("Nobody on the list of people has this address. Nothing was changed."))
    return found


def _team_for(public_id: str) -> Team:
    found = Team.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404("There is nothing here.")
    return found
