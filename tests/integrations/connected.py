"""People with connected accounts for the tests of this folder: made through actions, at a real sandbox where one runs.

Only the account of a test without a sandbox is written by hand; its grant is sealed as every other.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from accounts.actions.consent import agree_to_network, take_part
from accounts.consent_texts import current_version
from accounts.models import Member, Organization, OrganizationSettings
from accounts.tenancy import acting_in
from integrations.actions.connections import connect_account
from integrations.models import Connection
from integrations.networks import NETWORKS, network
from integrations.networks.base import Account, Grant, Secret
from tests.accounts.companies import company, joined
from tests.integrations.sandbox.rig import Body, SandboxProcess

_numbers = count(1)


def place(name: str = "Acme", networks: Collection[str] = ()) -> tuple[Organization, Member]:
    """A company that offers these networks (all of them where none is named), and its owner."""
    organization, owner = company(f"{name}{next(_numbers)}")
    with acting_in(organization):
        keys = list(networks) or [entry.key for entry in NETWORKS]
        OrganizationSettings.objects.update(networks=keys)
    return organization, owner


def somebody(organization: Organization, owner: Member, name: str = "bob", *, takes_part: bool = True) -> Member:
    """A person with an account, who takes part unless told otherwise."""
    email = f"{name}{next(_numbers)}@example.test"
    (member,) = joined(organization, owner, email)
    if not takes_part:
        return member
    with acting_in(organization):
        take_part(member, by=member, language="en", text_version=current_version("take_part"))
    return member


def grant(token: str = "access-1", *, refresh: str = "refresh-1", minutes: float | None = 60, **more: Any) -> Grant:
    """A grant as a network gives it; `minutes` of life left, or none at all."""
    return Grant(
        access_token=Secret(token),
        refresh_token=Secret(refresh) if refresh else None,
        expires_at=None if minutes is None else datetime.now(UTC) + timedelta(minutes=minutes),
        scopes=frozenset({"write"}),
        **{"account_id": "acct-1", **more},
    )


def connected(member: Member, key: str, given: Grant, account_id: str = "acct-1") -> Connection:
    """That account, connected by its person. Inside `acting_in`."""
    agree_to_network(member, by=member, network=key, language="en", text_version=current_version("network"))
    account = Account(id=account_id, handle=f"@{account_id}", name="Bob")
    return connect_account(member, by=member, network=network(key), server=given.server, account=account, grant=given)


def grant_of(account: Body, *, expires_at: datetime | None = None) -> Grant:
    """The grant of an account the sandbox made without its sign-in page."""
    return Grant(
        access_token=Secret(account["access_token"]),
        refresh_token=Secret(account["refresh_token"]) if account["refresh_token"] else None,
        expires_at=expires_at,
        scopes=frozenset(account["scopes"]),
        server=account["server"],
        account_id=account["account_id"],
        client_id=account["client_id"],
        client_secret=Secret(account["client_secret"]),
    )


def point_at(sandbox: SandboxProcess, settings: Any) -> None:
    """This process's networks are the sandbox's from now on."""
    settings.SANDBOX_URL = sandbox.base_url
    settings.OUTBOUND_ALLOWED_HOSTS = [sandbox.base_url.partition("://")[2]]
    settings.NETWORKS = {}
