"""What became of one post, for its author: figures with their time, and what people answered."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, for_member
from accounts.middleware import calls_outside
from accounts.tenancy import acting_in
from campaigns import access
from campaigns.canonical import text_of
from campaigns.models import ShareState
from campaigns.post_replies import read_replies, thread_of
from campaigns.selectors.post_figures import figures_of_post, readings_of
from campaigns.selectors.times import zone_of
from integrations.networks import network


@calls_outside
@never_cache
@require_safe
@for_member()
def share_after(request: MemberRequest, public_id: str) -> HttpResponse:
    """Opening it asks the network for answers, outside of any transaction; nothing is changed."""
    with acting_in(request.organization):
        share = access.share_for(request.member, public_id)
        is_out = share.state == ShareState.PUBLISHED
        thread = thread_of(share)
    answers = read_replies(thread) if thread else None
    with acting_in(request.organization), timezone.override(zone_of(request.member)):
        readings = readings_of(share)
        context = {
            "share": share,
            "is_out": is_out,
            "text": text_of(share),
            "figures": figures_of_post(share, readings) if is_out else None,
            "readings": readings,
            "answers": answers,
            "shows_answers": is_out and not share.by_hand and network(share.network).shows_replies,
        }
        return render(request, "campaigns/after_post.html", context)
