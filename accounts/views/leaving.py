"""Leaving: one page that says what would happen, one act, and the dated receipt that stays readable."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import MemberRequest, for_member
from accounts.actions.departures import leave as leave_company
from accounts.identifiers import sha256_of
from accounts.receipts import receipt_of_token
from accounts.refusals import Refusal
from accounts.selectors.invitations import organization_of_token
from accounts.selectors.own_page import leaving_would
from accounts.tenancy import acting_in


@require_http_methods(["GET", "HEAD", "POST"])
@for_member()
def leave(request: MemberRequest) -> HttpResponse:
    """What leaving does, with the person's own figures; a POST does it."""
    if request.method != "POST":
        return _page(request)
    try:
        _receipt, secret = leave_company(request.member, by=request.member)
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    return redirect("departure_receipt", secret)


@require_safe
def departure_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever holds the address, which only the leaver got; it needs no sign-in."""
    organization = organization_of_token(token)
    if organization is None:
        return render(request, "accounts/receipt_unknown.html", status=404)
    with acting_in(organization):
        receipt = receipt_of_token(sha256_of(token))
        if receipt is None:
            return render(request, "accounts/receipt_unknown.html", status=404)
        return render(request, "accounts/receipt.html", {"receipt": receipt, "company": organization.name})


def _page(request: MemberRequest, refusal: Refusal | None = None) -> HttpResponse:
    lines = leaving_would(request.member)
    context = {
        "planned": sum(line.count for line in lines if line.what == "planned_cancelled"),
        "networks": [line.network for line in lines if line.what == "grants_given_back"],
        "named": any(line.what == "name_off_boards" for line in lines),
        "refusal": refusal,
    }
    return render(request, "accounts/leave.html", context, status=refusal.status if refusal else 200)
