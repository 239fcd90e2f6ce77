"""The page of those who run the programme: which networks people may connect here, and what is missing for each.

It shows settings alone. How many people connected what is nobody's business (design.md, promises 2 and 3).
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, for_member
from accounts.actions.settings import end_setup_step
from accounts.middleware import calls_outside
from accounts.refusals import Refusal
from accounts.roles import Right
from integrations.access import network_named
from integrations.actions.network_check import try_network
from integrations.actions.networks import offer_networks
from integrations.selectors.networks import networks_here


@require_http_methods(["GET", "POST"])
@for_member(Right.RUN_PROGRAMME)
def networks(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            offer_networks(request.POST.getlist("networks"), by=request.member)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            end_setup_step("networks", by=request.member, how="done")
            messages.success(request, _("Saved. Accounts that are connected already stay as they are."))
        return redirect("networks", request.organization.slug)
    return render(request, "integrations/networks.html", {"networks": networks_here()})


@calls_outside
@require_POST
@for_member(Right.RUN_PROGRAMME)
def network_test(request: MemberRequest, network: str) -> HttpResponse:
    """*Test it*: ask the network whether it knows our app. Nothing is posted and nobody is signed in."""
    chosen = network_named(network)
    try:
        sentence = try_network(chosen, organization_id=request.organization.pk, by=request.member)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, sentence)
    return redirect("networks", request.organization.slug)
