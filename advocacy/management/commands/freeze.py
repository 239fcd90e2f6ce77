"""`manage.py freeze --because "…"`: stop all posting, or one network's, until `thaw`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import OperatorDoor
from accounts.refusals import Refusal
from advocacy.operator.acts import scopes, stop_posting


class Command(BaseCommand):
    help = "Stops posting. Posts wait; what waits two hours or longer asks its person first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("scope", nargs="?", default="installation", choices=scopes())
        parser.add_argument("--because", required=True, help="for whoever comes after you")

    def handle(self, *args: Any, scope: str, because: str, **options: Any) -> None:
        try:
            stop_posting(scope, because=because, by=None, door=OperatorDoor.COMMAND)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"Stopped: {scope}. Let it go on with: python manage.py thaw {scope}")
