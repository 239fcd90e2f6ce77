"""Publish what is due, without Celery: the same loop as the workers'. TERM ends it after the calls in flight."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.checks import BEFORE_WORK
from advocacy.start import begin_or_refuse
from campaigns.publishing.loop import drain
from campaigns.publishing.service import serve, tick


class Command(BaseCommand):
    help = "Publishes approved shares when they are due, until it is told to stop."
    requires_system_checks = (BEFORE_WORK,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="publish what is due now, look at the clocks, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        begin_or_refuse()
        if options["once"]:
            tick()
            drain(stop, linger=0)
        else:
            serve(stop)
