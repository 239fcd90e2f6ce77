"""Look after the engine from a process of its own: overdue shares, silent programs, books that do not balance."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.checks import BEFORE_WORK
from accounts.time_limits import limited_as
from advocacy.start import begin_or_refuse
from campaigns.publishing.service import survive
from campaigns.publishing.watchdog import Books, report


class Command(BaseCommand):
    help = "Reports overdue shares, silent programs and books that do not balance; --once prints one JSON line."
    requires_system_checks = (BEFORE_WORK,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once; exit code 1 where something is wrong")
        parser.add_argument("--every", type=float, default=30.0, help="seconds between two looks")
        parser.add_argument("--books-every", type=float, default=600.0, help="seconds between two looks at the books")

    @limited_as("work")  # the books are counted over every row
    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            seen = report()
            self.stdout.write(json.dumps(seen.as_dict()))
            sys.exit(0 if seen.is_well else 1)
        begin_or_refuse()
        stop, books = threading.Event(), Books()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        books_due = time.monotonic()
        while not stop.is_set():
            at_the_books = time.monotonic() >= books_due
            survive(partial(report, at_the_books=at_the_books, books=books))
            if at_the_books:
                books_due = time.monotonic() + options["books_every"]
            stop.wait(options["every"])
