"""The list of people, a person's line, and invitations by paste."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, for_member, member_for
from accounts.actions import members as member_actions
from accounts.actions.invitations import Invited, Invitee, correct_address, invite_people
from accounts.actions.people_import import row_problem
from accounts.actions.settings import end_setup_step
from accounts.derived_secrets import open_invitation_secret
from accounts.forms import InviteForm
from accounts.models import Member, OpenInvitation, Organization
from accounts.people_files import PersonRow, pasted_people
from accounts.refusals import BadInput
from accounts.roles import Right, Role
from accounts.selectors.invitations import standing_link
from accounts.selectors.members import people as people_page
from accounts.selectors.members import standing
from accounts.selectors.organization import settings_of
from accounts.selectors.setup import checklist
from accounts.views.answers import acted, acted_on_form


@for_member(Right.RUN_PROGRAMME)
def people(request: MemberRequest) -> HttpResponse:
    search = request.GET.get("search", "").strip()
    page = people_page(search=search, after=request.GET.get("after", ""))
    older = "?" + urlencode({"after": page.after, "search": search}) if page.after else ""
    context = {"page": page, "search": search, "older": older}
    template = "accounts/_people_list.html" if request.headers.get("HX-Target") == "people" else "accounts/people.html"
    return TemplateResponse(request, template, context)


@for_member(Right.RUN_PROGRAMME)
def person(request: MemberRequest, public_id: str) -> HttpResponse:
    member = member_for(request.member, public_id)
    roles = [role for role in Role.choices if role[0] != Role.OWNER or request.member.role == Role.OWNER]
    context = {"person": member, "standing": standing(member), "roles": roles, "is_self": member == request.member}
    return TemplateResponse(request, "accounts/person.html", context)


@require_POST
@for_member(Right.RUN_PROGRAMME)
def change_person(request: MemberRequest, public_id: str, act: str) -> HttpResponse:
    """One button of a person's page."""
    member, by, given = member_for(request.member, public_id), request.member, request.POST
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "role": (
            lambda: member_actions.change_role(member, by=by, role=request.POST.get("role", "")),
            _("Role changed."),
        ),
        "name": (
            lambda: member_actions.rename_member(member, by=by, name=request.POST.get("name", "")),
            _("Name changed."),
        ),
        "deactivate": (lambda: member_actions.deactivate_member(member, by=by), _("Deactivated. Nothing was deleted.")),
        "reactivate": (lambda: member_actions.reactivate_member(member, by=by), _("Active again.")),
        "address": (
            lambda: correct_address(member, by=by, email=given.get("email", "")),
            _("Corrected, and invited there."),
        ),
    }
    action, done = acts[act]
    acted(request, action, done)
    return redirect("person", request.organization.slug, public_id)


@for_member(Right.RUN_PROGRAMME)
def people_invite(request: MemberRequest) -> HttpResponse:
    """Invite by a pasted list; the announcement to colleagues stands beside it."""
    form = InviteForm(request.POST or None)
    invited: list[Invited] = []
    if request.method == "POST" and acted_on_form(
        form, lambda: invited.append(_invite(form.cleaned_data["people"], by=request.member))
    ):
        messages.success(request, _sentence(invited[0]))
        end_setup_step("invite", by=request.member, how="done")
        return redirect("people", request.organization.slug)
    lines = checklist(settings_of(), of=request.member)
    in_setup = any(line.step.key == "invite" and line.state in ("now", "open") for line in lines)
    link = standing_link()
    context = {
        "form": form,
        "in_setup": in_setup,
        "site": settings.SITE_ADDRESS + reverse("home"),
        "link": link,
        "link_address": _link_address(request.organization, link) if link else "",
    }
    return TemplateResponse(request, "accounts/people_invite.html", context)


def _link_address(organization: Organization, link: OpenInvitation) -> str:
    secret = open_invitation_secret(organization, link.public_id)
    return settings.SITE_ADDRESS + reverse("open_invitation", args=[secret])


def _invite(text: str, *, by: Member) -> Invited:
    rows, wrong = pasted_people(text)
    wrong += [row.email for row in rows if row_problem(row)]
    if wrong:
        raise BadInput(
            _("These are no e-mail addresses: %(wrong)s. Nobody was invited yet.")
            % {"wrong": ", ".join(f"“{one[:60]}”" for one in wrong[:5])},
            field="people",
        )
    return invite_people([_invitee(row) for row in rows], by=by)


def _invitee(row: PersonRow) -> Invitee:
    return Invitee(email=row.email, name=row.name)


def _sentence(invited: Invited) -> str:
    added = ngettext("%(count)s person is invited.", "%(count)s people are invited.", invited.added)
    words = added % {"count": invited.added}
    if invited.already_there:
        there = ngettext(
            "%(count)s was on the list already.", "%(count)s were on the list already.", invited.already_there
        )
        words += " " + there % {"count": invited.already_there}
    return words
