"""`manage.py build_demo`: the demo's two companies, once. A second run finds them and changes nothing."""

from __future__ import annotations

import logging
import time
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organization
from advocacy.demo import aurora, clock, northwind
from advocacy.demo.logins import lines
from advocacy.demo.people import new_password_hash

COMPANIES = (northwind, aurora)


class Command(BaseCommand):
    help = "Build the demo's two companies. Refuses in production; needs the sandbox networks to be running."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=[one.SLUG for one in COMPANIES], help="build one of the companies")
        parser.add_argument("--logins", action="store_true", help="say afterwards who can sign in, as demo_logins does")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION or not settings.SANDBOX_URL:
            raise CommandError("Demo companies are for demonstrations: their passwords are known to everybody.")
        self._build([one for one in COMPANIES if options["only"] in (None, one.SLUG)])
        if options["logins"]:
            self.stdout.writelines(f"{line}\n" for line in lines())

    def _build(self, wanted: list[ModuleType]) -> None:
        missing = [one for one in wanted if not Organization.objects.filter(slug=one.SLUG).exists()]
        if not missing:
            return
        logging.disable(logging.INFO)  # each call to the sandbox is a line; here they would hide the rest
        began, now, password_hash = time.monotonic(), clock.real_now(), new_password_hash()
        for company in missing:
            company.build(now, password_hash)
            self.stderr.write(f"{company.NAME} is ready ({time.monotonic() - began:.1f} s).")
