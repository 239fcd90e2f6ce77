"""Django's e-mail backend for the demo: mails go to the database and are read on the page *Mailbox*."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage as Letter
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import MailboxMessage


class DatabaseBackend(BaseEmailBackend):
    """Keeps each message; never sends one."""

    def send_messages(self, email_messages: Sequence[Letter]) -> int:
        for message in email_messages:
            MailboxMessage.objects.create(
                to=", ".join(message.recipients()),
                sender=message.from_email,
                subject=str(message.subject),
                text=str(message.body),
                html=_html_of(message),
                headers=message.extra_headers,
            )
        return len(email_messages)


def answer(message: MailboxMessage, words: str) -> None:
    """Send what somebody would answer to this mail, over SMTP as their mail program would, to where it asks for."""
    reply = EmailMessage(policy=SMTP)
    reply["From"], reply["To"] = message.to, message.headers["Reply-To"]
    reply["Subject"] = f"Re: {message.subject}"
    reply["Message-ID"] = make_msgid(domain="mailbox.localhost")
    quoted = "\n".join(f"> {line}" for line in message.text.splitlines())
    reply.set_content(f"{words}\n\n{message.at:%Y-%m-%d %H:%M}, {message.headers['Reply-To']}:\n{quoted}\n")
    with smtplib.SMTP(settings.RECEIVE_MAIL_HOST, settings.RECEIVE_MAIL_PORT, timeout=settings.EMAIL_TIMEOUT) as door:
        door.send_message(reply)


def may_be_answered(message: MailboxMessage) -> bool:
    """Does it ask for an answer at an address where this installation takes mail in?"""
    asks_at = str(message.headers.get("Reply-To", "")).rpartition("@")[2]
    return bool(settings.REPLY_DOMAIN) and asks_at == settings.REPLY_DOMAIN


def _html_of(message: Letter) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    return next((str(content) for content, kind in message.alternatives if kind == "text/html"), "")
