"""*Write something of your own*, and a draft's end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, for_member
from accounts.refusals import Refusal
from campaigns import access
from campaigns.actions.drafts import delete_draft
from campaigns.actions.own_posts import write_own_post


@require_POST
@for_member()
def own_post_new(request: MemberRequest) -> HttpResponse:
    try:
        share = write_own_post(by=request.member)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("this_week", request.organization.slug)
    return redirect("compose", request.organization.slug, share.public_id)


@require_POST
@for_member()
def draft_delete(request: MemberRequest, public_id: str) -> HttpResponse:
    """Back to where it was asked for: the queue, or this week."""
    share = access.share_for(request.member, public_id)
    back = "queue" if request.GET.get("back") == "queue" else "this_week"
    try:
        delete_draft(share, by=request.member)
        messages.success(request, _("The draft is gone."))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect(back, request.organization.slug)
