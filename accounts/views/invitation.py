"""The page behind an invitation's link. A GET only shows it; each answer is one deliberate POST."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.invitations import answer_not_now, never_invite_again
from accounts.actions.sign_in import take_up_invitation
from accounts.consent_texts import consent_text
from accounts.models import ConsentKind, Invitation, Organization
from accounts.refusals import Refusal
from accounts.selectors.invitations import invitation_of_token, invitation_page, organization_of_token
from accounts.selectors.own_page import invitation_items
from accounts.tenancy import acting_in
from accounts.views.sign_in import answer_alike


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the page, or takes the person's answer."""
    organization = organization_of_token(token)
    if organization is None:
        return _ended(request)
    if request.method == "POST" and request.POST.get("answer") == "mail_me_a_link":
        return _mail_link(request, organization, token)
    with acting_in(organization):
        found = invitation_of_token(token)
        if found is None:
            return _ended(request)
        if request.method == "POST":
            return _answer(request, organization, found)
        return _page(request, organization, found)


@require_safe
def answered_not_now(request: HttpRequest) -> HttpResponse:
    """After *Not now*. The same page for everybody, naming nobody."""
    return render(request, "accounts/invitation_not_now.html")


@require_safe
def answered_never_again(request: HttpRequest) -> HttpResponse:
    """After *Don't invite me again*."""
    return render(request, "accounts/invitation_never_again.html")


def _answer(request: HttpRequest, organization: Organization, found: Invitation) -> HttpResponse:
    """One of the three answers, inside the organization's transaction."""
    match request.POST.get("answer"):
        case "take_part" if found.used_at is None:
            return _take_part(request, organization, found)
        case "not_now":
            answer_not_now(found, by=found.member)
            return redirect("invitation_not_now")
        case "never_again":
            never_invite_again(found, by=found.member)
            return redirect("invitation_never_again")
    return _page(request, organization, found)


def _take_part(request: HttpRequest, organization: Organization, found: Invitation) -> HttpResponse:
    shown = request.POST.get("language", "")
    language = shown if shown in dict(settings.LANGUAGES) else translation.get_language()
    try:
        version = request.POST.get("text_version", "")
        user = take_up_invitation(found, by=found.member, language=language, text_version=version)
    except Refusal as refusal:
        return _page(request, organization, found, refusal=refusal)
    messages.success(request, _("You take part. Only you can see this."))
    first = reverse("this_week", args=[organization.slug])
    answer: HttpResponse = perform_login(request, user, redirect_url=first)
    return answer


def _mail_link(request: HttpRequest, organization: Organization, token: str) -> HttpResponse:
    """The link signed in once; another one goes to the same person. The mail goes out after the transaction."""
    with acting_in(organization):
        found = invitation_of_token(token)
        user = found.member.user if found and found.used_at else None
    if user is None:
        return _ended(request)
    return answer_alike(request, user.email, next_address=reverse("this_week", args=[organization.slug]))


def _page(
    request: HttpRequest, organization: Organization, found: Invitation, refusal: Refusal | None = None
) -> HttpResponse:
    """The page as it stands for this invitation: open, or used for signing in."""
    member, language = found.member, translation.get_language()
    is_me = request.user.is_authenticated and member.user_id == request.user.pk
    context = {
        "company": organization.name,
        "organization_slug": organization.slug,
        "is_me": is_me,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    if found.used_at is not None:
        return render(request, "accounts/invitation_used.html", context, status=status)
    context |= {
        "page": invitation_page(organization),
        "text": consent_text(ConsentKind.TAKE_PART, language=language),
        "items": invitation_items(member, language=language),
        "member_name": member.name,
        "someone_else": request.user.is_authenticated and not is_me and request.user.email != member.email,
    }
    return render(request, "accounts/invitation.html", context, status=status)


def _ended(request: HttpRequest) -> HttpResponse:
    """Unknown, ended, or a part of the address is missing: one answer for all of them."""
    return render(request, "accounts/invitation_ended.html", status=404)
