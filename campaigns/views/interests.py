"""*What interests me*: topics and languages of one person, seen and changed by them alone; how their list is made."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.refusals import Refusal
from campaigns import access
from campaigns.actions.interests import add_interest, choose_languages, forget_interests, remove_interest
from campaigns.selectors.fit_words import new_a_week, terms_in_words
from campaigns.selectors.interests import base_language, interests_page


@require_safe
@for_member()
def interests(request: MemberRequest) -> HttpResponse:
    page = interests_page(request.member)
    choices = [(code, base_language(code) in page.languages) for code, _name in settings.LANGUAGES]
    return render(request, "campaigns/interests.html", {"page": page, "choices": choices})


@require_safe
@for_member()
def how_made(request: MemberRequest) -> HttpResponse:
    return render(request, "campaigns/how_made.html", {"terms": terms_in_words(), "new_a_week": new_a_week()})


@require_POST
@for_member()
def interest_add(request: MemberRequest, public_id: str) -> HttpResponse:
    topic = access.topic_for(request.member, public_id)
    add_interest(topic, by=request.member)
    messages.success(request, _("%(topic)s counts for your list from now on.") % {"topic": topic.name})
    return redirect("interests", request.organization.slug)


@require_POST
@for_member()
def interest_remove(request: MemberRequest, public_id: str) -> HttpResponse:
    topic = access.topic_for(request.member, public_id)
    remove_interest(topic, by=request.member)
    messages.success(request, _("%(topic)s counts no more.") % {"topic": topic.name})
    return redirect("interests", request.organization.slug)


@require_POST
@for_member()
def interest_languages(request: MemberRequest) -> HttpResponse:
    try:
        choose_languages(request.POST.getlist("language"), by=request.member)
        messages.success(request, _("Saved."))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("interests", request.organization.slug)


@require_POST
@for_member()
def interests_forget(request: MemberRequest) -> HttpResponse:
    forget_interests(by=request.member)
    messages.success(request, _("Forgotten. Your list begins anew; stories you put aside stay aside."))
    return redirect("interests", request.organization.slug)
