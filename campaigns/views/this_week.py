"""*This week*: what to read, the short list, one story's page, *Make it mine* and *Not for me*."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.refusals import Refusal
from accounts.selectors.consent import takes_part
from accounts.selectors.organization import settings_of
from accounts.selectors.setup import steps_to_take
from campaigns import access
from campaigns.actions.announcements import read_announcement
from campaigns.actions.shares import start_share
from campaigns.actions.sights import note_sights
from campaigns.actions.skips import note_interest, skip_item, unskip_item
from campaigns.activity_rules import takes_words
from campaigns.models import Activity, SkipReason
from campaigns.selectors import this_week as selector
from campaigns.selectors.activity_words import activity_words
from campaigns.selectors.drafts import drafts_of
from campaigns.selectors.interests import reader_of
from campaigns.selectors.items import announcements_for, items_for, posts_missing
from campaigns.views.finish_task import task_part
from campaigns.views.own_zone import in_own_zone

MOST_ON_A_PAGE = 50


@require_safe
@for_member()
@in_own_zone
def this_week(request: MemberRequest) -> HttpResponse:
    member, now = request.member, timezone.now()
    reader = reader_of(member)
    drafts = drafts_of(member)
    week = selector.week_page(member, reader, now=now, besides={share.item_id for share in drafts})
    context = {
        "week": week,
        "suggestions": [*week.first, *week.more],
        "announcements": announcements_for(member, reader, at=now),
        "takes_part": takes_part(member),
        "setup_lines": steps_to_take(settings_of(), of=member),
        "waiting": week.waiting,
        "drafts": drafts,
        "reasons": SkipReason.choices,
    }
    return render(request, "campaigns/this_week.html", context)


@require_safe
@for_member()
@in_own_zone
def item(request: MemberRequest, public_id: str) -> HttpResponse:
    story = access.item_for(request.member, public_id)
    context = {
        "item": story,
        "angles": selector.angles_of(story, request.member),
        "takes_part": takes_part(request.member),
        "reasons": SkipReason.choices,
        "draft": selector.draft_of(story, request.member),
        "missing": posts_missing(story, request.member),
        "activity": activity_words(story),
        **(task_part(story, request.member) if story.asks == Activity.TASK else {}),
    }
    return render(request, "campaigns/item.html", context)


@require_POST
@for_member()
def item_share(request: MemberRequest, public_id: str) -> HttpResponse:
    """*Make it mine*: the draft is on the server before anything else."""
    slug = request.organization.slug
    story = access.item_for(request.member, public_id)
    try:
        share = start_share(story, by=request.member)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("item", slug, public_id)
    note_interest(story, by=request.member)
    return redirect("compose" if takes_words(story.asks) else "approve", slug, share.public_id)


@require_POST
@for_member()
def item_skip(request: MemberRequest, public_id: str) -> HttpResponse:
    """*Not for me*: one tap, and one to take it back."""
    story = access.item_for(request.member, public_id)
    try:
        skip_item(story, by=request.member, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("item", request.organization.slug, public_id)
    messages.success(request, _("Gone from your list. Only you know: the company sees no names, and counts at most."))
    request.session["skipped"] = public_id
    return redirect("this_week", request.organization.slug)


@require_POST
@for_member()
def stories_seen(request: MemberRequest) -> HttpResponse:
    """The page says by itself which stories stood on it; without JavaScript nothing is noted."""
    named = request.POST.getlist("story")[:MOST_ON_A_PAGE]
    stories = items_for(request.member, at=timezone.now()).filter(public_id__in=named)
    note_sights(list(stories), by=request.member)
    return HttpResponse(status=204)


@require_POST
@for_member()
def announcement_read(request: MemberRequest, public_id: str) -> HttpResponse:
    """*Read*: for this person alone; nobody sees who read, or how many."""
    read_announcement(access.announcement_for(request.member, public_id), by=request.member)
    return redirect("this_week", request.organization.slug)


@require_POST
@for_member()
def item_unskip(request: MemberRequest, public_id: str) -> HttpResponse:
    unskip_item(access.item_for(request.member, public_id), by=request.member)
    request.session.pop("skipped", None)
    return redirect("this_week", request.organization.slug)
