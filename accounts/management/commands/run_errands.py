"""`manage.py run_errands`: the outbox without Celery; `--once` ends when nothing is due."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.errands import run_errands


class Command(BaseCommand):
    help = "Do what we owe people: mails, revocations, imports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is due")
        parser.add_argument("--every", type=float, default=1.0, help="seconds between looks")

    def handle(self, *args: Any, **options: Any) -> None:
        through = run_errands()
        while not options["once"]:
            if not through:
                time.sleep(options["every"])
            through = run_errands()
        self.stderr.write(f"{through} errands taken in hand.")
