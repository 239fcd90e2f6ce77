"""Where a person can post from here: own connected accounts, by hand, and networks to connect."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Member, OrganizationSettings
from campaigns.models import Share
from integrations.models import Connection, ConnectionState
from integrations.networks import network
from integrations.networks.base import Network
from integrations.places import Where, places
from integrations.selectors.connections import standing_connections
from integrations.selectors.networks import offered_networks

BY_HAND = "hand-"
CONNECTED = "account-"


@dataclass(frozen=True, slots=True)
class Account:
    """One choice of the composer. `value` is what its radio button sends."""

    value: str
    network: Where
    connection: Connection | None = None
    asks_again: bool = False

    @property
    def label(self) -> str:
        return f"{self.connection.handle} ({self.network.label})" if self.connection else self.network.label

    @property
    def name(self) -> str:
        return (self.connection.name or self.connection.handle) if self.connection else ""


@dataclass(frozen=True, slots=True)
class Accounts:
    mine: tuple[Account, ...]
    by_hand: tuple[Account, ...]
    to_connect: tuple[Network, ...]

    def all(self) -> list[Account]:
        return [*self.mine, *self.by_hand]

    def named(self, value: str) -> Account | None:
        return next((one for one in self.all() if one.value == value), None)


def accounts_for(member: Member, *, settings: OrganizationSettings | None = None) -> Accounts:
    """Connecting is offered for networks that the company offers and where the person has no account yet."""
    connections = standing_connections(member)
    connected = {connection.network for connection in connections}
    return Accounts(
        mine=tuple(_mine(connection) for connection in connections),
        by_hand=tuple(Account(f"{BY_HAND}{one.key}", one) for one in places()),
        to_connect=tuple(one for one in offered_networks(settings) if one.key not in connected),
    )


def chosen_value(share: Share, accounts: Accounts) -> str:
    """What the composer shows as chosen: the share's own choice, else the newest account that fits."""
    if share.by_hand and share.network:
        return f"{BY_HAND}{share.network}"
    live = _live(accounts)
    if share.connection and any(one.connection == share.connection for one in live):
        return f"{CONNECTED}{share.connection.public_id}"
    return _newest([one for one in live if share.network in ("", one.network.key)])


def preferred_value(accounts: Accounts) -> str:
    """The newest live account, for several drafts at once."""
    return _newest(_live(accounts))


def just_connected(public_id: str, accounts: Accounts) -> str:
    """The account a person comes back from connecting: they connected it for this post."""
    account = accounts.named(f"{CONNECTED}{public_id}")
    return account.value if account and not account.asks_again else ""


def _live(accounts: Accounts) -> list[Account]:
    return [one for one in accounts.mine if not one.asks_again]


def _newest(accounts: list[Account]) -> str:
    dated = [(one.connection.connected_at, one.value) for one in accounts if one.connection]
    return max(dated)[1] if dated else ""


def _mine(connection: Connection) -> Account:
    return Account(
        value=f"{CONNECTED}{connection.public_id}",
        network=network(connection.network),
        connection=connection,
        asks_again=connection.state != ConnectionState.LIVE,
    )
