"""`manage.py release_restored_database`: say what a release would do; with `--yes`, do it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import OperatorDoor
from accounts.refusals import Refusal
from accounts.time_limits import limited_as
from advocacy.operator.acts import release_database
from campaigns.publishing.restored import Release, release_ahead
from integrations.limits import is_of_another_epoch

WORDS = """The earlier life of this database ended about {ended}.
  {looked_up} posts may be out, and their network is asked: found ones are marked as posted, the others ask their person
  {asked} posts may be out, and only their person can tell
  {confirmed} posts are planned for later: their person says whether that still stands
  {goes} posts were approved since the restore and go out as planned; {late} more are too late and ask their person
"""


class Command(BaseCommand):
    help = "Releases a restored database, after every program of its earlier life was ended. Prints one JSON line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="release it; without this, only say what would happen")
        parser.add_argument("--because", default="", help="for whoever comes after you")

    @limited_as("work")
    def handle(self, *args: Any, yes: bool, because: str, **options: Any) -> None:
        if not is_of_another_epoch():
            raise CommandError("This database is of this environment's own epoch (RESTORE_EPOCH): nothing to release.")
        ahead = release_ahead()
        self.stderr.write(WORDS.format(**_plain(ahead) | {"ended": ahead.earlier_life_ended or "at a time unknown"}))
        if yes:
            try:
                ahead = release_database(by=None, door=OperatorDoor.COMMAND, because=because)
            except Refusal as refusal:
                raise CommandError(refusal.sentence) from refusal
        self.stdout.write(json.dumps({"released": yes, **_plain(ahead)}))


def _plain(ahead: Release) -> dict[str, Any]:
    told = asdict(ahead)
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in told.items()}
