"""`manage.py make_operator <address>`: who may open the operator's page. There is no other way to become one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import OperatorDoor, User
from advocacy.operator.acts import end_operator, make_operator


class Command(BaseCommand):
    help = "Makes somebody with a sign-in an operator of this installation; --end takes it back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the mail address they sign in with")
        parser.add_argument("--end", action="store_true", help="they are an operator no longer")

    def handle(self, *args: Any, address: str, end: bool, **options: Any) -> None:
        user = User.objects.filter(email=address.strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError("Nobody signs in with this address. They sign up first, then you name them.")
        act = end_operator if end else make_operator
        act(user, by=None, door=OperatorDoor.COMMAND)
        self.stdout.write("They are an operator no longer." if end else "They may open /operator/ now.")
