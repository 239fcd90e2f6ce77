"""`manage.py rotate_field_key`: put the new key first in FIELD_KEYS, restart, run this, then drop the old key.

It may be killed and run again. Exit code 1 says that some rows do not open with the keys given.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.actions.key_rotation import BATCH, rotate_field_key


class Command(BaseCommand):
    help = "Seals every stored grant and app secret anew under the first of FIELD_KEYS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help="rows in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotate_field_key(by=None, batch=options["batch"])
        self.stdout.write(f"{done.rotated} sealed anew, {done.unreadable} could not be opened.")
        if done.unreadable:
            raise CommandError("Keep the old keys: some rows need a key that is not among FIELD_KEYS.")
