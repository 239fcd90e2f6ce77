"""The demo's people at the sandbox networks: their accounts there, and what happens to those accounts elsewhere.

Asked through the outbound door like everything outside; outside transactions only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from accounts.actions.consent import agree_to_network
from accounts.consent_texts import current_version
from accounts.models import Member
from accounts.tenancy import acting_in
from integrations.actions.connections import connect_account
from integrations.actions.faces import take_face
from integrations.http import send
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Account, Grant, Secret
from integrations.server_readings import read_new_server


class SandboxTrouble(RuntimeError):
    """The sandbox did not do what the demo asked of it."""


def tell(path: str, body: Mapping[str, object]) -> dict[str, object]:
    """Use the sandbox's own door."""
    reply = send("POST", f"{settings.SANDBOX_URL}/sandbox/{path}", json=dict(body))
    if reply.status not in (200, 201):
        raise SandboxTrouble(f"The sandbox answered {reply.status} to {path}.")
    return reply.document()


def connected(member: Member, key: str, handle: str, *, server: str = "") -> Connection:
    """An account of this person there, agreed to and connected; `server` is another than the network's usual one."""
    made = tell("accounts", {"network": key, "handle": handle, "name": member.shown_name, "server": server})
    grant = _grant_of(made)
    account = network(key).profile(grant)
    if not isinstance(account, Account):
        raise SandboxTrouble(f"The sandbox does not show the account {handle}: {account.reason}")
    with acting_in(member.organization_id):
        agree_to_network(
            member, by=member, network=key, language=member.language or "en", text_version=current_version("network")
        )
        connection = connect_account(
            member, by=member, network=network(key), server=grant.server, account=account, grant=grant
        )
    take_face(connection, by=member)
    read_new_server(connection)
    return connection


def misbehave_once(key: str, fault: str) -> None:
    """The next post to that network meets this fault."""
    tell("script", {"network": key, "faults": [fault]})


def happens_elsewhere(connection: Connection, how: str) -> None:
    """What a network does to an account: revoke, restrict, release."""
    tell("revoke", {"network": connection.network, "account": connection.account_id, "how": how})


def _grant_of(made: Mapping[str, object]) -> Grant:
    refresh, ends = str(made["refresh_token"]), str(made["expires_at"])
    scopes = made["scopes"]
    assert isinstance(scopes, list)
    return Grant(
        access_token=Secret(str(made["access_token"])),
        refresh_token=Secret(refresh) if refresh else None,
        expires_at=datetime.fromisoformat(ends) if ends else None,
        scopes=frozenset(scopes),
        server=str(made["server"]),
        account_id=str(made["account_id"]),
        client_id=str(made["client_id"]),
        client_secret=Secret(str(made["client_secret"])),
    )
