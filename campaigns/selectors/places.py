"""Where a share goes: the network that we post to, as its account's server limits it, or the place where its person
does."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from campaigns.models import Share
from integrations.places import Place, Where, place, where
from integrations.selectors.servers import limits_beside, network_there, remember_limits


def where_to(share: Share) -> Where:
    return where(share.network, by_hand=share.by_hand)


def limits_where(share: Share) -> Where:
    """The same, for whoever counts or checks the post: with the limits of its account's own server. May ask a row."""
    if share.connection is not None and not share.by_hand:
        return network_there(share.connection)
    return where_to(share)


def with_limits(rows: QuerySet[Share]) -> QuerySet[Share]:
    """Read beside many shares, for `remember_limits_of`."""
    return rows.annotate(limits_there=limits_beside("connection__")).select_related("connection")


def remember_limits_of(shares: Iterable[Share]) -> None:
    """Of rows `with_limits`: what their servers take, asked once for all."""
    for share in shares:
        if share.connection is not None:
            remember_limits(share.connection, vars(share)["limits_there"])


def hand_place(share: Share) -> Place:
    """Of a share by hand."""
    return place(share.network)


def only_chosen_people_see(share: Share) -> bool:
    """Nobody meets two such posts at once, and a time kept free would tell that a colleague planned one."""
    return share.by_hand and bool(share.network) and hand_place(share).is_private
