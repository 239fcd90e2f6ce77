"""Django's e-mail backend for the demo: mails go to the database and are read on the page *Mailbox*."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import MailboxMessage


class DatabaseBackend(BaseEmailBackend):
    """Keeps each message; never sends one."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
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


def _html_of(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    return next((str(content) for content, kind in message.alternatives if kind == "text/html"), "")
