"""Suggest a story: the form, what became of one's suggestions, and ways to suggest from anywhere.

A GET only prefills, whatever a bookmark or a phone hands over: nothing is fetched or kept before the person sends it.
"""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.forms import show_refusal
from accounts.middleware import calls_outside
from accounts.refusals import Refusal
from accounts.roles import Right, may
from accounts.tenancy import acting_in
from accounts.views.answers import acted
from campaigns.actions.suggestions import PageSeen, require_room, suggest_story, take_back_suggestion
from campaigns.inbox_access import own_suggestion
from campaigns.inbox_forms import SuggestForm, shared_with
from campaigns.models import Suggestion
from campaigns.selectors.suggestions import own_suggestions, waiting_suggestion
from campaigns.story_fetch import our_language
from integrations.previews import PreviewRefused, preview

TO_US = (
    "javascript:void(window.open('{page}?address='+encodeURIComponent(location.href)"
    "+'&title='+encodeURIComponent(document.title)))"
)


@calls_outside
@require_http_methods(["GET", "POST"])
@for_member()
def suggest(request: MemberRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request, SuggestForm(initial=shared_with(request.GET)))
    form = SuggestForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        suggestion = _suggested(request, form)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return _page(request, form, status=refusal.status)
    words = _("Thank you. The curators read “%(title)s” and answer you.") % {"title": suggestion}
    messages.success(request, words)
    return redirect("suggest", request.organization.slug)


def _suggested(request: MemberRequest, form: SuggestForm) -> Suggestion:
    given = dict(form.cleaned_data)
    with acting_in(request.organization):
        if given["address"] and (standing := waiting_suggestion(request.member, given["address"])):
            return standing
        require_room(by=request.member)
    page = None
    if given["address"] and not given["title"]:
        given["title"], page = _fetched(given["address"])
    with acting_in(request.organization):
        return suggest_story(by=request.member, page=page, **given)


def _fetched(address: str) -> tuple[str, PageSeen | None]:
    """What the page says of itself; nothing where it cannot be read, since a curator looks at it anyway."""
    try:
        seen = preview(address)
    except PreviewRefused:
        return "", None
    page = PageSeen(source=seen.source, language=our_language(seen.language), picture_url=seen.picture_url)
    return seen.title, page


def _page(request: MemberRequest, form: SuggestForm, *, status: int = 200) -> HttpResponse:
    with acting_in(request.organization):
        context = {
            "form": form,
            "mine": own_suggestions(request.member),
            "may_curate": may(request.member.role, Right.CURATE),
        }
        return render(request, "campaigns/inbox/suggest.html", context, status=status)


@require_POST
@for_member()
def suggestion_take_back(request: MemberRequest, public_id: str) -> HttpResponse:
    suggestion = own_suggestion(request.member, public_id)
    acted(request, lambda: take_back_suggestion(suggestion, by=request.member), _("Taken back."))
    return redirect("suggest", request.organization.slug)


@require_safe
@for_member()
def suggest_anywhere(request: MemberRequest) -> HttpResponse:
    """A bookmark for the computer, and how to do the same on a phone."""
    page = settings.SITE_ADDRESS + reverse("suggest", args=[request.organization.slug])
    context = {"bookmark": TO_US.format(page=quote(page, safe=":/"))}
    return render(request, "campaigns/inbox/anywhere.html", context)
