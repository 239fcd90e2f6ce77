"""`manage.py make_push_keys`: the key for telling people on their devices. Another one ends every subscription."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from integrations.channels.web_push import new_private_key


class Command(BaseCommand):
    help = "Print a line for the environment that switches telling people on their devices on."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"PUSH_PRIVATE_KEY={new_private_key()}")
