"""What a person allowed us at a network beyond posting, for that person."""

from __future__ import annotations

from accounts.models import Member
from integrations.networks.base import Deed, Network
from integrations.selectors.connections import standing_connections
from integrations.tokens import GrantUnreadable, open_grant


def allowed_deeds(member: Member, network: Network, server: str = "") -> frozenset[Deed]:
    """By their accounts there, so that connecting again takes nothing away.

    A grant that knows no scopes (an app password) was never asked for any.
    """
    found: set[Deed] = set()
    for connection in standing_connections(member) if network.deed_scopes else ():
        if connection.network != network.key or server not in ("", connection.server):
            continue
        try:
            grant = open_grant(connection)
        except GrantUnreadable:
            continue
        found |= {deed for deed in network.deed_scopes if grant.scopes and network.may(deed, grant)}
    return frozenset(found)
