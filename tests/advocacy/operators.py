"""An operator of the installation, and somebody who is not."""

from __future__ import annotations

from django.test import Client

from accounts.models import OperatorDoor, User
from advocacy.operator.acts import make_operator


def operator(address: str = "op@host.test") -> tuple[User, Client]:
    user = User.objects.create_user(address, name="Olga")
    make_operator(user, by=None, door=OperatorDoor.COMMAND)
    user.refresh_from_db()
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user, client
