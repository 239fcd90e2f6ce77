"""Mail: one letter is three templates (`<name>.subject.txt`, `.txt`, `.html`), sent as an errand.

Owns rendering and sending; never decides whom to write to. A mail server's answer is read by code: a
refused address is undeliverable, anything else is tried again.
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

PERMANENT = 500  # SMTP reply codes from here on are final (RFC 5321 §4.2.1)


class Undeliverable(Exception):
    """The mail server refused this address for good."""


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


def send_letter(template: str, *, to: str, language: str, context: Mapping[str, Any], message_id: str = "") -> None:
    """Send now; outside transactions only, since the mail server is outside. Raises `Undeliverable`."""
    with translation.override(language):
        whole = {**context, "site_address": settings.SITE_ADDRESS, "language": language}
        subject = " ".join(render_to_string(f"letters/{template}.subject.txt", whole).split())
        text = render_to_string(f"letters/{template}.txt", whole).strip() + "\n"
        html = render_to_string(f"letters/{template}.html", whole)
    headers = {"Auto-Submitted": "auto-generated"}
    if message_id:  # the same letter sent again after a crash is one message to a mail program
        headers["Message-ID"] = f"<{message_id}@{urlsplit(settings.SITE_ADDRESS).hostname}>"
    message = EmailMultiAlternatives(subject=subject, body=text, to=[to], headers=headers)
    message.attach_alternative(html, "text/html")
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _words in error.recipients.values()]
        if codes and min(codes) >= PERMANENT:
            raise Undeliverable(str(codes[0])) from error
        raise


def post(template: str, *, to: str, language: str, context: Mapping[str, Any], message_id: str) -> ErrandResult:
    """Send now, and answer what became of it as an errand's result."""
    try:
        send_letter(template, to=to, language=language, context=context, message_id=message_id)
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
    return post(payload["template"], **letter, message_id=message_id)


ERRANDS = {"letter": send_owed_letter}
