"""The manager's page: what may be shown of teams, boards by choice, and a place to thank somebody."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.refusals import BadInput
from accounts.roles import Right
from campaigns.access import named_person_for
from campaigns.actions.thanks import thank
from campaigns.selectors.team_page import TeamPage, team_page
from campaigns.team_forms import ThanksForm


@require_safe
@for_member(Right.SEE_TEAMS)
def team(request: MemberRequest) -> HttpResponse:
    page = team_page(request.member, now=timezone.now())
    return _shown(request, page, ThanksForm(page.board))


@require_POST
@for_member(Right.SEE_TEAMS)
def team_thank(request: MemberRequest) -> HttpResponse:
    page = team_page(request.member, now=timezone.now())
    form = ThanksForm(page.board, request.POST)
    if form.is_valid():
        try:
            person = named_person_for(request.member, form.cleaned_data["person"])
            thank(person, by=request.member, words=form.cleaned_data["words"])
        except BadInput as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            messages.success(request, _("Your words are on their way."))
            return redirect("team", request.organization.slug)
    return _shown(request, page, form, status=400)


def _shown(request: MemberRequest, page: TeamPage, form: ThanksForm, status: int = 200) -> HttpResponse:
    """On the company's clock, in whose zone its weeks begin."""
    with timezone.override(page.zone):
        return render(request, "campaigns/team.html", {"page": page, "form": form}, status=status)
