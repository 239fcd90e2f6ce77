"""The curators' inbox: what feeds brought and colleagues suggest; each is taken up as a draft, or not this time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.middleware import calls_outside
from accounts.refusals import Refusal
from accounts.roles import Right
from accounts.selectors.organization import settings_of
from accounts.tenancy import acting_in
from campaigns.actions.campaigns import first_campaign
from campaigns.actions.inbox import LONGEST_ANSWER, accept_suggestion, decline_suggestion
from campaigns.actions.media import keep_picture
from campaigns.inbox_access import suggestion_for
from campaigns.models import Item, SuggestionOrigin, SuggestionState
from campaigns.refusals import AnsweredAlready
from campaigns.selectors.inbox import inbox_page
from campaigns.story_fetch import FetchedStory
from campaigns.suggested_story import as_suggested, fetch_suggested
from campaigns.views.own_zone import in_own_zone


@require_safe
@for_member(Right.CURATE)
@in_own_zone
def inbox(request: MemberRequest) -> HttpResponse:
    origin, asked = request.GET.get("from", ""), request.GET.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 5 else 1
    page = inbox_page(origin=origin, number=number)
    kept = f"from={origin}&" if origin in SuggestionOrigin.values else ""
    context = {
        "page": page,
        "origin": origin,
        "newer": f"?{kept}page={number - 1}" if number > 1 else "",
        "older": f"?{kept}page={number + 1}" if page.has_more else "",
        "longest_answer": LONGEST_ANSWER,
    }
    return render(request, "campaigns/inbox/list.html", context)


@calls_outside
@require_POST
@for_member(Right.CURATE)
def inbox_accept(request: MemberRequest, public_id: str) -> HttpResponse:
    """Its page and its picture are fetched between two transactions."""
    slug = request.organization.slug
    with acting_in(request.organization):
        suggestion, language = suggestion_for(request.member, public_id), settings_of().language
    try:
        if suggestion.state == SuggestionState.WAITING:
            fetched = fetch_suggested(suggestion, language=language)
        else:
            fetched = FetchedStory(as_suggested(suggestion, language=language))
        item = _taken_up(request, public_id, fetched)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("inbox", slug)
    if fetched.trouble:
        messages.warning(request, f"{fetched.trouble} {_('Your draft is kept: fill in what is missing here.')}")
    else:
        messages.success(request, _("The draft is ready. Look it over, then release it."))
    return redirect("item_edit", slug, item.public_id)


def _taken_up(request: MemberRequest, public_id: str, fetched: FetchedStory) -> Item:
    member = request.member
    with acting_in(request.organization):
        suggestion = suggestion_for(member, public_id)
        picture = keep_picture(fetched.picture, by=member) if fetched.picture else None
        campaign = first_campaign(by=member)
        return accept_suggestion(suggestion, by=member, campaign=campaign, story=fetched.story, picture=picture)


@require_POST
@for_member(Right.CURATE)
def inbox_decline(request: MemberRequest, public_id: str) -> HttpResponse:
    suggestion = suggestion_for(request.member, public_id)
    try:
        decline_suggestion(suggestion, by=request.member, note=request.POST.get("note", ""))
    except AnsweredAlready as refusal:
        messages.info(request, refusal.sentence)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        told = suggestion.suggested_by_id is not None
        messages.success(request, _("Your colleague is told, with thanks.") if told else _("It is gone."))
    return redirect("inbox", request.organization.slug)
