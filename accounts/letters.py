"""Mail: one letter is three templates (`<name>.subject.txt`, `.txt`, `.html`), sent as an errand.

Owns the language, rendering and sending; never decides whom to write to. A mail server's answer is read by code: a
refused address is undeliverable, anything else is tried again. A letter of a kind that can be switched off is owed by
`owe_stoppable_letter`: it carries the headers for that, and is not sent to whoever switched it off meanwhile.
"""

from __future__ import annotations

import hashlib
import smtplib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from accounts.errands import Done, ErrandResult, GiveUp, Later, outside, owe
from accounts.letter_stops import stop_address, stop_headers, wants
from accounts.models import LetterKind, Member, Organization
from accounts.selectors.organization import settings_of
from accounts.tenancy import acting_in

PERMANENT = 500  # SMTP reply codes from here on are final (RFC 5321 §4.2.1)


class Undeliverable(Exception):
    """The mail server refused this address for good."""


def language_of(member: Member) -> str:
    """The language in which a person is written to, and in which their own texts begin."""
    return member.language or (member.user.language if member.user else "") or settings_of().language


def owe_letter(
    template: str,
    *,
    to: str,
    language: str,
    cause: str,
    context: Mapping[str, Any],
    due_at: datetime | None = None,
) -> None:
    """Owe a letter, inside the caller's transaction. `context` is JSON and holds no secret."""
    payload = {"template": template, "to": to, "language": language, "cause": cause, "context": dict(context)}
    owe("letter", cause=cause, payload=payload, due_at=due_at)


def owe_stoppable_letter(
    template: str, member: Member, *, kind: LetterKind, language: str, cause: str, context: Mapping[str, Any]
) -> None:
    """Owe a letter that this person may switch off, and may have switched off by the time it goes."""
    payload = {"template": template, "to": member.email, "language": language, "cause": cause}
    owe("letter", cause=cause, payload={**payload, "context": dict(context), "of": member.public_id, "stops": kind})


def send_letter(
    template: str,
    *,
    to: str,
    language: str,
    context: Mapping[str, Any],
    message_id: str = "",
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send now; outside transactions only, since the mail server is outside. Raises `Undeliverable`."""
    with translation.override(language):
        whole = {**context, "site_address": settings.SITE_ADDRESS, "language": language}
        subject = " ".join(render_to_string(f"letters/{template}.subject.txt", whole).split())
        text = render_to_string(f"letters/{template}.txt", whole).strip() + "\n"
        html = render_to_string(f"letters/{template}.html", whole)
    every = {"Auto-Submitted": "auto-generated", **(headers or {})}
    if message_id:  # the same letter sent again after a crash is one message to a mail program
        every["Message-ID"] = f"<{message_id}@{urlsplit(settings.SITE_ADDRESS).hostname}>"
    message = EmailMultiAlternatives(subject=subject, body=text, to=[to], headers=every)
    message.attach_alternative(html, "text/html")
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _words in error.recipients.values()]
        if codes and min(codes) >= PERMANENT:
            raise Undeliverable(str(codes[0])) from error
        raise


def post(
    template: str,
    *,
    to: str,
    language: str,
    context: Mapping[str, Any],
    message_id: str,
    headers: Mapping[str, str] | None = None,
) -> ErrandResult:
    """Send now, and answer what became of it as an errand's result."""
    try:
        send_letter(template, to=to, language=language, context=context, message_id=message_id, headers=headers)
    except Undeliverable:
        return GiveUp("The mail server refused this address.")
    except (smtplib.SMTPException, OSError) as error:
        return Later(f"The mail server did not take it ({type(error).__name__}).")
    return Done()


@outside
def send_owed_letter(payload: dict[str, Any]) -> ErrandResult:
    """The errand "letter"."""
    message_id = hashlib.sha256(f"{payload['organization_id']}:{payload['cause']}".encode()).hexdigest()[:40]
    letter = {name: payload[name] for name in ("to", "language", "context")}
    if "stops" not in payload:
        return post(payload["template"], **letter, message_id=message_id)
    address = _where_it_stops(payload)
    if not address:
        return Done()
    letter["context"] = {**letter["context"], "stop_address": address}
    return post(payload["template"], **letter, message_id=message_id, headers=stop_headers(address))


def _where_it_stops(payload: dict[str, Any]) -> str:
    """The address that stops letters of this kind; '' where the person does not want, or must not get, this one."""
    organization = Organization.objects.get(pk=payload["organization_id"])
    with acting_in(organization):
        member = Member.objects.filter(public_id=payload["of"]).first()
        if member is None or not member.is_active or not wants(member, payload["stops"]):
            return ""
        return stop_address(organization, member, payload["stops"])


ERRANDS = {"letter": send_owed_letter}
