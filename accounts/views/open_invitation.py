"""The page behind an open link: what it is about, and a field for one's own address at work."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.actions.open_invitations import ask_for_invitation, end_link, open_link
from accounts.forms import show_refusal
from accounts.models import OpenInvitation, Organization
from accounts.person_forms import AskLinkForm
from accounts.refusals import Refusal
from accounts.roles import Right
from accounts.selectors.invitations import (
    invitation_page,
    open_invitation_of_token,
    organization_of_token,
    standing_link,
)
from accounts.tenancy import acting_in
from accounts.views.answers import acted
from accounts.views.sign_in import ASKING


@require_http_methods(["GET", "HEAD", "POST"])
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows; a POST has an invitation mailed, and says the same to everybody."""
    organization = organization_of_token(token)
    if organization is None:
        return _over(request)
    with acting_in(organization):
        link = open_invitation_of_token(token)
        if link is None:
            return _over(request)
        form = AskLinkForm(request.POST or None)
        if request.method == "POST" and form.is_valid() and _asked(request, link, form):
            return redirect("open_invitation_sent")
        return _page(request, organization, link, form)


@require_safe
def open_invitation_sent(request: HttpRequest) -> HttpResponse:
    """The same page for everybody, naming nobody."""
    return render(request, "accounts/open_invitation_sent.html")


@require_POST
@for_member(Right.RUN_PROGRAMME)
def people_link(request: MemberRequest) -> HttpResponse:
    """*Make a link* and *End it*."""
    if request.POST.get("act") == "open":
        acted(request, lambda: open_link(by=request.member), _("Here is your link. It works for two weeks."))
    elif link := standing_link():
        end_link(link, by=request.member)
        messages.success(request, _("Ended. Whoever was invited stays invited."))
    return redirect("people_invite", request.organization.slug)


def _asked(request: HttpRequest, link: OpenInvitation, form: AskLinkForm) -> bool:
    email = form.cleaned_data["email"]
    if not ratelimit.consume(request, action=ASKING, key=email.lower()):
        form.add_error(None, _("A mail was asked for several times. Please look there, or try again in a minute."))
        return False
    try:
        ask_for_invitation(link, email=email, by=None)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return False
    return True


def _page(request: HttpRequest, organization: Organization, link: OpenInvitation, form: AskLinkForm) -> HttpResponse:
    context = {"page": invitation_page(organization), "link": link, "form": form, "company": organization.name}
    return render(request, "accounts/open_invitation.html", context)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_ended.html", status=404)
