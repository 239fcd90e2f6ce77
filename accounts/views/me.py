"""The person's own page: details, agreements, what is kept about them, and the whole of it to take along."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.actions.consent import name_on_boards, take_part, withdraw_consent
from accounts.actions.own_name import rename_self
from accounts.actions.settings import change_own_locale
from accounts.forms import show_refusal
from accounts.models import ConsentKind, Member
from accounts.person_forms import OwnDetailsForm
from accounts.refusals import BadInput, Refusal
from accounts.selectors.own_page import agreements, kept_accounts, stored_lines
from accounts.selectors.personal_record import whole_record


@require_http_methods(["GET", "HEAD", "POST"])
@for_member()
def me(request: MemberRequest) -> HttpResponse:
    """Shows everything; a POST changes name, language and zone."""
    if request.method != "POST":
        return _page(request, OwnDetailsForm(initial=_details(request.member)))
    form = OwnDetailsForm(request.POST)
    if form.is_valid() and _changed(request.member, form):
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Saved."))
        return redirect("me", request.organization.slug)
    return _page(request, form, status=400)


@require_POST
@for_member()
def me_consent(request: MemberRequest) -> HttpResponse:
    """Agree to something, or take it back: each its own deliberate POST."""
    kind, member = request.POST.get("kind", ""), request.member
    shown = {"language": _shown_language(request), "text_version": request.POST.get("text_version", "")}
    try:
        if request.POST.get("answer") == "withdraw":
            _withdraw(member, kind, request.POST.get("network", ""))
            messages.success(request, _("Taken back. Nobody is told."))
        elif kind == ConsentKind.TAKE_PART:
            take_part(member, by=member, **shown)
            messages.success(request, _("You take part. Only you can see this."))
        elif kind == ConsentKind.NAMED_ON_BOARDS:
            name_on_boards(member, by=member, **shown)
            messages.success(request, _("Your name may stand on boards. Take it off whenever you like."))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("stored", request.organization.slug)


@require_safe
@for_member()
def stored(request: MemberRequest) -> HttpResponse:
    """What is stored and who sees it: agreements, networks, and every other kind of datum."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    context = {
        "agreements": agreements(request.member, language=language),
        "accounts": kept_accounts(request.member),
        "lines": stored_lines(request.organization.name),
    }
    return render(cast("HttpRequest", request), "accounts/stored.html", context)


@require_safe
@for_member()
def my_record(request: MemberRequest) -> HttpResponse:
    """Everything about the person, as one file. It never passes through anybody else's hands."""
    now = timezone.localtime()
    record = {"company": request.organization.name, "written_at": now.isoformat(), **whole_record(request.member)}
    answer = JsonResponse(record, json_dumps_params={"indent": 2, "ensure_ascii": False})
    name = f"my-record-{request.organization.slug}-{now:%Y-%m-%d}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(request: MemberRequest, form: OwnDetailsForm, status: int = 200) -> HttpResponse:
    return render(cast("HttpRequest", request), "accounts/me.html", {"form": form}, status=status)


def _details(member: Member) -> dict[str, str]:
    user = member.user
    return {
        "name": member.own_name or member.name,
        "language": member.language or (user.language if user else "") or translation.get_language() or "",
        "time_zone": member.time_zone or (user.time_zone if user else "") or "UTC",
        "country": member.country,
    }


def _changed(member: Member, form: OwnDetailsForm) -> bool:
    """All of it or nothing; a refusal stands beside its field."""
    typed = form.cleaned_data
    try:
        with transaction.atomic():
            rename_self(member, by=member, name=typed["name"])
            place = {name: typed[name] for name in ("language", "time_zone", "country")}
            change_own_locale(member, by=member, **place)
    except BadInput as refusal:
        show_refusal(form, refusal)
        return False
    return True


def _withdraw(member: Member, kind: str, network: str) -> None:
    if kind not in ConsentKind.values or (network and network not in settings.NETWORK_KEYS):
        raise BadInput(_("There is nothing of this kind to take back. Nothing was changed."))
    withdraw_consent(member, by=member, kind=kind, network=network)


def _shown_language(request: MemberRequest) -> str:
    """The language the words stood in when they were agreed to."""
    shown = request.POST.get("language", "")
    return shown if shown in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE
