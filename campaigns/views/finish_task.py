"""A task's page for its person: say that it is done, with the proof it wants, or take that back."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.middleware import posting_calls_outside
from accounts.models import Member
from accounts.refusals import Refusal
from accounts.selectors.consent import takes_part
from accounts.tenancy import acting_in
from campaigns import access
from campaigns.actions.ladder import leave_ladder
from campaigns.actions.task_proofs import finish_task, take_task_back
from campaigns.media_store import MediaDamaged
from campaigns.models import Item, Proof, TaskDone
from campaigns.picture_decoding import decode_picture
from campaigns.proof_photos import photo_bytes, photo_for_row
from campaigns.selectors.activity_words import activity_words

logger = logging.getLogger(__name__)
PHOTO_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
}


@posting_calls_outside
@require_POST
@for_member()
def task_finish(request: MemberRequest, public_id: str) -> HttpResponse:
    """Opening a photo takes its time and happens between two transactions."""
    slug, upload = request.organization.slug, request.FILES.get("photo")
    with acting_in(request.organization):
        wants_photo = access.item_for(request.member, public_id).proof == Proof.PHOTO
    try:
        photo = decode_picture(upload) if upload is not None and wants_photo else None
        with photo_for_row(request.organization.pk, photo) as kept, acting_in(request.organization):
            item = access.item_for(request.member, public_id)
            shows = "shows_curators" in request.POST
            finish_task(item, by=request.member, link=request.POST.get("link", ""), photo=kept, shows_curators=shows)
    except Refusal as refusal:
        with acting_in(request.organization):
            return _again(request, public_id, refusal)
    messages.success(request, _("Well done. It counts as done, on your word."))
    return redirect("item", slug, public_id)


@require_POST
@for_member()
def task_take_back(request: MemberRequest, public_id: str) -> HttpResponse:
    item = access.item_for(request.member, public_id)
    done = TaskDone.objects.filter(member=request.member, item=item).first()
    if done is not None:
        take_task_back(done, by=request.member)
        messages.success(request, _("Taken back. What you told is gone, and its points with it."))
    return redirect("item", request.organization.slug, public_id)


@require_safe
@for_member()
def task_photo(request: MemberRequest, public_id: str) -> HttpResponse:
    """For its person, and for curators where it was sent to them. No browser keeps it: it may be taken back."""
    done = access.photo_for(request.member, public_id)
    try:
        content = photo_bytes(done)
    except (FileNotFoundError, MediaDamaged):
        logger.exception("A task's photo is gone or damaged.", extra={"event": "media_damaged"})
        raise Http404("There is nothing here.") from None
    return HttpResponse(content, content_type=done.photo_type, headers=PHOTO_HEADERS)


@require_POST
@for_member()
def ladder_leave(request: MemberRequest) -> HttpResponse:
    """*I know my way*: the first steps go from this person's page; nobody else ever saw them."""
    leave_ladder(request.member, by=request.member)
    return redirect("this_week", request.organization.slug)


def task_part(item: Item, member: Member) -> dict[str, object]:
    """What the page of a task shows besides its words."""
    return {"task_done": TaskDone.objects.filter(member=member, item=item).first()}


def _again(request: MemberRequest, public_id: str, refusal: Refusal) -> HttpResponse:
    """The sentence above the form, and what was typed in it."""
    item = access.item_for(request.member, public_id)
    context = {
        "item": item,
        "activity": activity_words(item),
        "takes_part": takes_part(request.member),
        "typed_link": request.POST.get("link", ""),
        "typed_shows": "shows_curators" in request.POST,
        "problem": refusal.sentence,
        **task_part(item, request.member),
    }
    return render(request, "campaigns/item.html", context, status=refusal.status)
