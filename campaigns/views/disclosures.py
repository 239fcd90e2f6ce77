"""Which line in people's posts says where they work: by country, network and language, with its sources."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, for_member
from accounts.roles import Right
from accounts.selectors.organization import settings_of
from accounts.views.answers import acted, acted_on_form
from campaigns.actions.disclosures import drop_disclosure, set_disclosure
from campaigns.disclosure_forms import LineForm, PlaceOfLineForm
from campaigns.disclosure_rules import CompanyLine
from campaigns.selectors.disclosures import shown_laws, shown_lines, with_labels


@require_http_methods(["GET", "POST"])
@for_member(Right.RUN_PROGRAMME)
def disclosures(request: MemberRequest) -> HttpResponse:
    form = LineForm(request.POST or None)

    def act() -> None:
        set_disclosure(CompanyLine(**form.cleaned_data), by=request.member)

    if request.method == "POST" and acted_on_form(form, act):
        messages.success(request, _("Saved. Drafts take it up when they are opened; approved posts stay as they are."))
        return redirect("disclosures", request.organization.slug)
    row = settings_of()
    context = {
        "form": form,
        "general": row.disclosure,
        "lines": shown_lines(row),
        "laws": shown_laws(request.organization.name),
        "with_labels": with_labels(),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "campaigns/disclosures.html", context, status=status)


@require_POST
@for_member(Right.RUN_PROGRAMME)
def disclosure_drop(request: MemberRequest) -> HttpResponse:
    form = PlaceOfLineForm(request.POST)
    if form.is_valid():
        where = form.cleaned_data
        done = _("Taken out. What holds elsewhere holds there again.")
        acted(request, lambda: drop_disclosure(**where, by=request.member), done)
    return redirect("disclosures", request.organization.slug)
