"""The door for mail that comes in: a small SMTP listener that takes answers to our mails and nothing else.

It refuses every address that is none of ours before it reads a byte, says yes only once the draft is committed, and
asks for another try where the database does not answer. What becomes of a mail is `actions/replies.py`'s; this module
never writes a mail itself.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection

from accounts.selectors.invitations import organization_of_token
from accounts.tenancy import acting_in
from accounts.time_limits import limited_as
from campaigns.actions.replies import take_in_reply
from campaigns.received_mail import read_mail, token_in

logger = logging.getLogger(__name__)
# The package writes every line it hears, addresses with their secrets among them.
logging.getLogger("mail.log").setLevel(logging.WARNING)

TAKEN = "250 2.0.0 Taken in"
NOT_OURS = "550 5.1.1 There is no such address here"
LATER = "451 4.3.0 Please try again later"
TOO_MANY = "452 4.5.3 One address at a time, please"
MOST_ADDRESSES = 5
PATIENCE = 60.0  # seconds of silence


@limited_as("work")
def receive(content: bytes, *, token: str, envelope_from: str) -> bool:
    """Take in one mail for one address; whether a draft was made. In its own transaction."""
    organization = organization_of_token(token)
    if organization is None:  # before anything of the mail is read: anybody can guess how our addresses look
        return False
    mail = read_mail(content, token=token, envelope_from=envelope_from, domain=settings.REPLY_DOMAIN)
    with acting_in(organization):
        share = take_in_reply(mail, by=None)
    place = {"event": "mail_received", "organization": organization.pk, "task": "receive_mail"}
    logger.info("A mail came in%s.", "" if share else ", and nothing was made of it", extra=place)
    return share is not None


class Door:
    """What aiosmtpd asks. The database's work is done beside its loop, one mail after another."""

    def __init__(self) -> None:
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="receive-mail")

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not token_in(address, domain=settings.REPLY_DOMAIN):
            return NOT_OURS
        if len(envelope.rcpt_tos) >= MOST_ADDRESSES:
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        loop = asyncio.get_running_loop()
        for address in envelope.rcpt_tos:
            token = token_in(address, domain=settings.REPLY_DOMAIN)
            await loop.run_in_executor(self.worker, self._receive, envelope, token)
        return TAKEN

    async def handle_exception(self, error: Exception) -> str:
        """Whatever went wrong, the mail was not lost: its server tries again. Nothing of the error is told."""
        logger.error("A mail could not be taken in now.", exc_info=error, extra={"event": "mail_not_received"})
        return LATER

    def _receive(self, envelope: Envelope, token: str) -> None:
        content = envelope.original_content or b""
        try:
            receive(content, token=token, envelope_from=envelope.mail_from or "")
        finally:
            connection.close()  # few mails come in, and an idle connection is somebody else's


def door(host: str, port: int) -> Controller:
    """Not yet open; `start()` and `stop()` are its own."""
    return Controller(
        Door(),
        hostname=host,
        port=port,
        data_size_limit=settings.RECEIVED_MAIL_LIMIT_BYTES,
        timeout=PATIENCE,
        ident="mail",
        enable_SMTPUTF8=True,
    )
