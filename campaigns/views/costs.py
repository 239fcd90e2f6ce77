"""What posts at paid networks cost this company, and the most that a month may; under the networks' page."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, for_member
from accounts.refusals import BadInput, Refusal
from accounts.roles import Right
from campaigns.selectors.cost_page import paid_networks
from integrations.access import network_named
from integrations.actions.networks import set_monthly_ceiling


@require_http_methods(["GET", "POST"])
@for_member(Right.RUN_PROGRAMME)
def network_costs(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        chosen = network_named(request.POST.get("network", ""))
        try:
            set_monthly_ceiling(chosen, _dollars(request.POST.get("ceiling", "")), by=request.member)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("Saved. It counts from the next approval on, and for every planned post."))
        return redirect("network_costs", request.organization.slug)
    return render(request, "campaigns/network_costs.html", {"paid": paid_networks(now=timezone.now())})


def _dollars(typed: str) -> Decimal | None:
    """Empty: no ceiling of one's own. A comma may stand for the point."""
    written = typed.strip().removeprefix("$").strip().replace(",", ".")
    if not written:
        return None
    try:
        return Decimal(written)
    except InvalidOperation:
        raise BadInput(_("Write an amount in US dollars, such as 20 or 12.50."), field="ceiling") from None
