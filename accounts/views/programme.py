"""The company's own pages: first steps, what people are told, settings, audit."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, for_member
from accounts.actions.settings import change_settings, end_setup_step
from accounts.forms import PurposeForm, SettingsForm, ToldForm
from accounts.roles import Right
from accounts.selectors.audit import audit_page
from accounts.selectors.invitations import invitation_page
from accounts.selectors.organization import settings_of
from accounts.selectors.setup import checklist, is_finished
from accounts.views.answers import acted, acted_on_form


@for_member(Right.RUN_PROGRAMME)
def setup(request: MemberRequest) -> HttpResponse:
    lines = checklist(settings_of(), of=request.member)
    context = {"lines": lines, "finished": is_finished(lines)}
    return TemplateResponse(request, "accounts/setup.html", context)


@require_POST
@for_member(Right.RUN_PROGRAMME)
def setup_step(request: MemberRequest, step: str) -> HttpResponse:
    """*Done*, *Skip* and *Back to open* of one step."""
    how = request.POST.get("how", "")
    done = {"done": _("Done."), "skipped": _("Skipped; it stays on your list."), "open": _("It is open again.")}
    acted(request, lambda: end_setup_step(step, by=request.member, how=how), done.get(how, ""))
    return redirect("setup", request.organization.slug)


@for_member(Right.RUN_PROGRAMME)
def setup_purpose(request: MemberRequest) -> HttpResponse:
    form = PurposeForm(request.POST or None, initial={"purpose": settings_of().purpose})

    def act() -> None:
        change_settings(by=request.member, changes=form.cleaned_data)
        end_setup_step("purpose", by=request.member, how="done")

    if request.method == "POST" and acted_on_form(form, act):
        return redirect("setup_told", request.organization.slug)
    return TemplateResponse(request, "accounts/setup_purpose.html", {"form": form})


@for_member(Right.RUN_PROGRAMME)
def setup_told(request: MemberRequest) -> HttpResponse:
    """What people will be told, beside what the company may add to it. The preview follows the typing."""
    row = settings_of()
    form = ToldForm(request.POST or None, initial={"introduction": row.introduction, "disclosure": row.disclosure})

    def act() -> None:
        change_settings(by=request.member, changes=form.cleaned_data)
        end_setup_step("told", by=request.member, how="done")

    if request.method == "POST" and "look" not in request.POST and acted_on_form(form, act):
        messages.success(request, _("Saved. This is what your people will be told."))
        return redirect("setup", request.organization.slug)
    if form.is_bound:  # typed, not saved: the preview shows it all the same
        row.introduction, row.disclosure = request.POST.get("introduction", ""), request.POST.get("disclosure", "")
    context = {"form": form, "page": invitation_page(request.organization, unsaved=row)}
    part = request.headers.get("HX-Target") == "told"
    return TemplateResponse(request, "accounts/_told.html" if part else "accounts/setup_told.html", context)


@for_member(Right.RUN_PROGRAMME)
def company_settings(request: MemberRequest) -> HttpResponse:
    row = settings_of()
    form = SettingsForm(request.POST or None, initial={name: getattr(row, name) for name in SettingsForm.base_fields})
    if request.method == "POST" and acted_on_form(
        form, lambda: change_settings(by=request.member, changes=form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect("company_settings", request.organization.slug)
    return TemplateResponse(request, "accounts/settings.html", {"form": form})


@for_member(Right.RUN_PROGRAMME)
def audit(request: MemberRequest) -> HttpResponse:
    page = audit_page(before=request.GET.get("before", ""))
    older = "?" + urlencode({"before": page.before}) if page.before else ""
    return TemplateResponse(request, "accounts/audit.html", {"page": page, "older": older})
