"""The demo's mailbox: every mail that would have gone out, opened as a person would. Absent in production."""

from __future__ import annotations

import smtplib

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.mailbox import answer, may_be_answered
from accounts.models import MailboxMessage

PAGE_SIZE = 50


def mailbox(request: HttpRequest) -> HttpResponse:
    """Newest first; `to` narrows it to one address."""
    to = request.GET.get("to", "").strip()
    before = request.GET.get("before", "")
    found = MailboxMessage.objects.order_by("-id")
    if to:
        found = found.filter(to__icontains=to)
    if before.isdigit():
        found = found.filter(id__lt=int(before))
    mails = list(found.defer("text", "html")[: PAGE_SIZE + 1])
    older = mails[PAGE_SIZE - 1].pk if len(mails) > PAGE_SIZE else None
    context = {"mails": mails[:PAGE_SIZE], "to": to, "older": older}
    return TemplateResponse(request, "accounts/mailbox.html", context)


# Mails carry their styles inside; this page is never in production.
@csp_replace({"style-src": [SELF, UNSAFE_INLINE]})  # type: ignore[arg-type]  # knows views without arguments only
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """One mail. Its HTML stands in a frame of its own that may run nothing; its links open this window."""
    opened = get_object_or_404(MailboxMessage, pk=number)
    context = {"mail": opened, "may_be_answered": may_be_answered(opened)}
    return TemplateResponse(request, "accounts/mailbox_mail.html", context)


@require_POST
def answer_mail(request: HttpRequest, number: int) -> HttpResponse:
    """What the person would answer from their own mail program; it goes the whole way, over SMTP."""
    opened = get_object_or_404(MailboxMessage, pk=number)
    words = request.POST.get("words", "").strip()
    if not may_be_answered(opened) or not words:
        messages.error(request, _("Write your answer first."))
        return redirect("mailbox_mail", number)
    try:
        answer(opened, words)
    except (smtplib.SMTPException, OSError):
        messages.error(request, _("The program that takes in mail does not answer. Nothing was sent."))
        return redirect("mailbox_mail", number)
    messages.success(request, _("Sent. What became of it comes back by mail in a moment."))
    return redirect("mailbox")
