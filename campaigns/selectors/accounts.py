"""Where a person can post from here: own connected accounts, by hand, and networks to connect."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Member, OrganizationSettings
from campaigns.activity_rules import deed_of, is_at_a_network
from campaigns.models import Item, Share
from integrations.models import Connection, ConnectionState
from integrations.networks import network
from integrations.networks.base import Deed, Network
from integrations.places import Where, is_network, place, places
from integrations.selectors.connections import standing_connections
from integrations.selectors.networks import offered_networks
from integrations.tokens import GrantUnreadable, open_grant

BY_HAND = "hand-"
CONNECTED = "account-"


@dataclass(frozen=True, slots=True)
class Account:
    """One choice of the composer. `value` is what its radio button sends."""

    value: str
    network: Where
    connection: Connection | None = None
    asks_again: bool = False
    is_too_narrow: bool = False  # connected, and not allowed to do this

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


def accounts_for(
    member: Member, *, settings: OrganizationSettings | None = None, story: Item | None = None
) -> Accounts:
    """Connecting is offered for networks that the company offers and where the person has no account yet.

    A `story` that asks for an activity has one network: its accounts, where our app may do it there, and the hand.
    """
    if story is not None and is_at_a_network(story.asks):
        return _accounts_at(story.target_at, deed_of(story.asks), member, settings)
    connections = standing_connections(member)
    connected = {connection.network for connection in connections}
    return Accounts(
        mine=tuple(_mine(connection) for connection in connections),
        by_hand=tuple(Account(f"{BY_HAND}{one.key}", one) for one in places()),
        to_connect=tuple(one for one in offered_networks(settings) if one.key not in connected),
    )


def may_do(connection: Connection, deed: Deed) -> bool:
    """Did the person allow that much when they connected it? What a network lets an app do, its file says."""
    if deed is Deed.POST:
        return True
    try:
        return network(connection.network).may(deed, open_grant(connection))
    except GrantUnreadable:
        return False


def _accounts_at(key: str, deed: Deed, member: Member, settings: OrganizationSettings | None) -> Accounts:
    by_app = is_network(key) and deed in network(key).deeds
    connections = [one for one in standing_connections(member) if one.network == key] if by_app else []
    offered = [one for one in offered_networks(settings) if one.key == key] if by_app and not connections else []
    return Accounts(
        mine=tuple(_mine(connection, deed) for connection in connections),
        by_hand=(Account(f"{BY_HAND}{key}", place(key)),),
        to_connect=tuple(offered),
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
    return [one for one in accounts.mine if not (one.asks_again or one.is_too_narrow)]


def _newest(accounts: list[Account]) -> str:
    dated = [(one.connection.connected_at, one.value) for one in accounts if one.connection]
    return max(dated)[1] if dated else ""


def _mine(connection: Connection, deed: Deed = Deed.POST) -> Account:
    return Account(
        value=f"{CONNECTED}{connection.public_id}",
        network=network(connection.network),
        connection=connection,
        asks_again=connection.state != ConnectionState.LIVE,
        is_too_narrow=connection.state == ConnectionState.LIVE and not may_do(connection, deed),
    )
