"""`manage.py thaw`: let posting go on that `freeze` stopped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import OperatorDoor
from advocacy.operator.acts import let_posting_go_on, scopes


class Command(BaseCommand):
    help = "Lets posting go on. It does not release a restored database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("scope", nargs="?", default="installation", choices=scopes())
        parser.add_argument("--because", default="", help="for whoever comes after you")

    def handle(self, *args: Any, scope: str, because: str, **options: Any) -> None:
        let_posting_go_on(scope, because=because, by=None, door=OperatorDoor.COMMAND)
        self.stdout.write(f"Goes on: {scope}.")
