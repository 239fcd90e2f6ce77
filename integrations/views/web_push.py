"""The devices on which a person is told: added by a script of ours, taken away by a button."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, for_member
from accounts.refusals import Refusal
from integrations.access import device_for
from integrations.actions.web_push import add_device, forget_device
from integrations.channels import web_push


@require_POST
@for_member()
def device_add(request: MemberRequest) -> HttpResponse:
    """What `push.js` sends once the browser said yes."""
    if not web_push.is_on():
        raise Http404("There is nothing here.")
    given = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth", "label")}
    try:
        add_device(request.member, by=request.member, **given)
    except Refusal as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=refusal.status)
    messages.success(request, _("You are told on this device from now on."))
    return JsonResponse({})


@require_POST
@for_member()
def device_forget(request: MemberRequest, public_id: str) -> HttpResponse:
    forget_device(device_for(request.member, public_id), by=request.member)
    messages.success(request, _("This device is told nothing any more."))
    return redirect("telling", request.organization.slug)
