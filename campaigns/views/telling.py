"""How a person is told of things: mails and their hour, devices, and the calendar. On no page of the company."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, for_member
from accounts.actions.letters import choose_letters
from accounts.letter_stops import choices_of
from accounts.views.answers import acted, acted_on_form
from campaigns.actions.weekly_mail import ask_for_weekly_mail
from campaigns.selectors.calendar import feed_of
from campaigns.selectors.times import zone_of
from campaigns.telling_forms import LettersForm
from campaigns.views.own_zone import in_own_zone
from integrations.channels import web_push
from integrations.selectors.web_push import devices_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_member()
@in_own_zone
def telling(request: MemberRequest) -> HttpResponse:
    """Shows every choice; a POST changes those of mail."""
    member = request.member
    if request.method != "POST":
        return _page(request, LettersForm(initial=_initial(request)))
    form = LettersForm(request.POST)
    if acted_on_form(form, lambda: choose_letters(member, by=member, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("telling", request.organization.slug)
    return _page(request, form, status=400)


@require_POST
@for_member()
def weekly_mail_now(request: MemberRequest) -> HttpResponse:
    """*Send me this week's now.*"""
    member = request.member
    acted(request, lambda: ask_for_weekly_mail(member, by=member), _("It is on its way to you."))
    return redirect("telling", request.organization.slug)


def _initial(request: MemberRequest) -> dict[str, Any]:
    chosen = choices_of(request.member)
    return {name: getattr(chosen, name) for name in ("weekly", "reminders", "weekday", "hour")}


def telling_page(request: MemberRequest, *, made_calendar: str) -> HttpResponse:
    """The page with a calendar's new address on it, which is kept nowhere."""
    return _page(request, LettersForm(initial=_initial(request)), made_calendar=made_calendar)


def _page(request: MemberRequest, form: LettersForm, *, status: int = 200, made_calendar: str = "") -> HttpResponse:
    context = {
        "form": form,
        "zone": zone_of(request.member),
        "calendar": feed_of(request.member),
        "made": made_calendar,
        "devices": devices_of(request.member),
        "push_key": web_push.public_key() if web_push.is_on() else "",
    }
    return render(request, "campaigns/telling.html", context, status=status)
