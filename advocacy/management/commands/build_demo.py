"""`manage.py build_demo`: the demo's two companies, once. A second run finds them and changes nothing."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Organization
from advocacy.demo import aurora, clock, northwind
from advocacy.demo.people import new_password_hash

COMPANIES = (northwind, aurora)


class Command(BaseCommand):
    help = "Build the demo's two companies. Refuses in production; needs the sandbox networks to be running."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", choices=[one.SLUG for one in COMPANIES], help="build one of the companies")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION or not settings.SANDBOX_URL:
            raise CommandError("Demo companies are for demonstrations: their passwords are known to everybody.")
        missing = [
            one
            for one in COMPANIES
            if options["only"] in (None, one.SLUG) and not Organization.objects.filter(slug=one.SLUG).exists()
        ]
        if not missing:
            return
        logging.disable(logging.INFO)  # each call to the sandbox is a line; here they would hide the rest
        began, now, password_hash = time.monotonic(), clock.real_now(), new_password_hash()
        for company in missing:
            company.build(now, password_hash)
            self.stderr.write(f"{company.NAME} is ready ({time.monotonic() - began:.1f} s).")
