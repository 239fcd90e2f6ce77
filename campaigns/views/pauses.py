"""The switch of *Pause everything*: two buttons of the queue, each a deliberate POST."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, for_member
from campaigns.actions.pauses import pause_posting, resume_posting


@require_POST
@for_member()
def pause(request: MemberRequest) -> HttpResponse:
    if pause_posting(request.member, by=request.member):
        messages.success(request, _("Paused. Nothing goes out from your accounts until you go on. Nobody is told."))
    return redirect("queue", request.organization.slug)


@require_POST
@for_member()
def resume(request: MemberRequest) -> HttpResponse:
    if resume_posting(request.member, by=request.member):
        messages.success(request, _("You go on. What is still in time goes out; what is too late asks you first."))
    return redirect("queue", request.organization.slug)
