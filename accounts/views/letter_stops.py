"""The address in a mail that stops mails of its kind. A GET shows; a POST acts, from the page or a mail program.

No sign-in: whoever holds the address got the mail. It can do nothing but switch mails off, and on again.
"""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.actions.letters import stop_letters, want_letters_again
from accounts.letter_stops import person_of_stop_link, wants
from accounts.models import LetterKind, Member, Organization
from accounts.refusals import Refusal
from accounts.selectors.invitations import organization_of_token
from accounts.tenancy import acting_in

ONE_CLICK = ("List-Unsubscribe", "One-Click")  # RFC 8058, section 3.1


@csrf_exempt  # a mail program's button posts without a page of ours; the token is what lets it
@require_http_methods(["GET", "HEAD", "POST"])
def stop_letters_page(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """Stops one kind of mail to one person."""
    organization = organization_of_token(token)
    if organization is None or kind not in LetterKind.values:
        return _unknown(request)
    with acting_in(organization):
        member = person_of_stop_link(token)
        if member is None:
            return _unknown(request)
        if request.method == "POST":
            return _act(request, token, member, kind)
        return _page(request, organization, member, kind)


def _act(request: HttpRequest, token: str, member: Member, kind: str) -> HttpResponse:
    name, value = ONE_CLICK
    if request.POST.get(name) == value:
        stop_letters(member, by=member, kind=kind)
        return HttpResponse("", content_type="text/plain")
    if request.POST.get("answer") == "again":
        with suppress(Refusal):  # somebody who left: the page says how it stands
            want_letters_again(member, by=member, kind=kind)
    else:
        stop_letters(member, by=member, kind=kind)
    return redirect("stop_letters", token, kind)


def _page(request: HttpRequest, organization: Organization, member: Member, kind: str) -> HttpResponse:
    language = member.language or (member.user.language if member.user else "") or translation.get_language()
    context = {
        "company": organization.name,
        "organization_slug": organization.slug,
        "kind": kind,
        "comes": member.is_active and wants(member, kind),
        "is_gone": not member.is_active,
        "email": member.email,
    }
    with translation.override(language or settings.LANGUAGE_CODE):
        return render(request, "accounts/stop_letters.html", context)


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/stop_letters_unknown.html", status=404)
