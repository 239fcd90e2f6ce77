"""`manage.py receive_mail`: the listener for answers to our mails, until it is asked to end."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from advocacy.start import begin_or_refuse
from campaigns.mail_door import door


class Command(BaseCommand):
    help = "Take in answers to mails: SMTP on RECEIVE_MAIL_HOST and RECEIVE_MAIL_PORT, for addresses at REPLY_DOMAIN."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.REPLY_DOMAIN:
            raise CommandError("Set REPLY_DOMAIN to the domain that answers go to; without it no mail offers them.")
        begin_or_refuse()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        listening = door(settings.RECEIVE_MAIL_HOST, settings.RECEIVE_MAIL_PORT)
        listening.start()
        try:
            stop.wait()
        finally:
            listening.stop()
