"""Which keys leaving would give back (hook of `settings.DEPARTURE_PREVIEW`)."""

from __future__ import annotations

from collections import Counter

from accounts.models import Member
from accounts.receipts import ReceiptLine
from integrations.selectors.connections import standing_connections


def would_give_back(member: Member) -> list[ReceiptLine]:
    """A line for each network the person has a connection to."""
    count = Counter(connection.network for connection in standing_connections(member))
    return [ReceiptLine(what="grants_given_back", network=key, count=count[key]) for key in sorted(count)]
