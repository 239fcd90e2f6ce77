"""`manage.py demo_logins`: who can sign in to the demo, as what, and how."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from advocacy.demo.logins import lines


class Command(BaseCommand):
    help = "Print the demo's logins. Refuses in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("There are no demo logins in production.")
        for line in lines():
            self.stdout.write(line)
