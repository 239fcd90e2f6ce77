"""Signing in by a mailed link: ask for one, open it, press the button. The answer to asking is always the same."""

from __future__ import annotations

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions.sign_in import LinkOver, MailNotSent, mail_sign_in_link, use_sign_in_link
from accounts.own_addresses import own_address
from accounts.person_forms import AskLinkForm
from accounts.selectors.sign_in import sign_in_link_of, why_over

ASKING = "request_login_code"  # allauth's own limit for mails that sign in: 20 a minute per place, 3 per address


@require_http_methods(["GET", "HEAD", "POST"])
def ask_sign_in_link(request: HttpRequest) -> HttpResponse:
    """The form, and what happens after it."""
    next_address = own_address(request, (request.POST or request.GET).get("next", ""))
    form = AskLinkForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, next_address)
    return answer_alike(request, form.cleaned_data["email"], next_address=next_address)


@require_safe
def sign_in_link_sent(request: HttpRequest) -> HttpResponse:
    """The one answer, whoever asked."""
    return render(request, "accounts/sign_in_link_sent.html", {"minutes": settings.SIGN_IN_LINK_MINUTES})


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: a page with a button. Only the button uses it up."""
    link = sign_in_link_of(token)
    if request.method != "POST":
        sentence = why_over(link, now=timezone.now(), minutes=settings.SIGN_IN_LINK_MINUTES)
        if sentence:
            return _over(request, sentence, next_address=link.next_address if link else "")
        return render(request, "accounts/sign_in_link.html", {"link": link})
    try:
        used = use_sign_in_link(link, by=None)
    except LinkOver as refusal:
        return _over(request, refusal.sentence, next_address=link.next_address if link else "")
    answer: HttpResponse = perform_login(request, used.user, redirect_url=used.next_address or None)
    return answer


def answer_alike(request: HttpRequest, email: str, *, next_address: str) -> HttpResponse:
    """Mail whoever owns the address, within the limits, and tell the visitor nothing about who that is."""
    email = email.strip().lower()
    if not ratelimit.consume(request, action=ASKING, key=email):
        sentence = _("A mail was asked for several times. Please look there, or try again in a minute.")
        return _form_page(request, _again(email), next_address, sentence=sentence, status=429)
    language = translation.get_language() or settings.LANGUAGE_CODE
    try:
        mail_sign_in_link(email, by=None, language=language, next_address=next_address)
    except MailNotSent as refusal:
        return _form_page(request, _again(email), next_address, sentence=refusal.sentence, status=refusal.status)
    return redirect("sign_in_link_sent")


def _again(email: str) -> AskLinkForm:
    return AskLinkForm({"email": email})


def _form_page(
    request: HttpRequest, form: AskLinkForm, next_address: str, *, sentence: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "next_address": next_address, "sentence": sentence}
    return render(request, "accounts/sign_in_link_ask.html", context, status=status)


def _over(request: HttpRequest, sentence: str, *, next_address: str) -> HttpResponse:
    """What happened, that nothing is lost, and the form for a new link."""
    context = {"sentence": sentence, "form": AskLinkForm(), "next_address": next_address}
    return render(request, "accounts/sign_in_link_over.html", context, status=410)
