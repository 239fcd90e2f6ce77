"""Connections of one person, for that person: which accounts there are and what state they are in.

Never a question about another member: who connected what is nobody else's business (design.md, promise 2).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Member
from integrations.grant_clocks import WARNINGS
from integrations.models import Connection, ConnectionState, StoredGrant
from integrations.selectors.servers import limits_beside


@dataclass(frozen=True, slots=True)
class Pause:
    """A person's own switch. `possible`: there is an account that something could go out from."""

    possible: bool
    is_on: bool


def pause_of(member: Member) -> Pause:
    """Whether this person stopped their own posting for a while."""
    standing = standing_connections(member)
    return Pause(possible=bool(standing), is_on=any(connection.frozen for connection in standing))


def standing_connections(member: Member) -> list[Connection]:
    """Live ones and those that ask to connect again, in a steady order."""
    rows = Connection.objects.filter(member=member).exclude(state=ConnectionState.DISCONNECTED)
    rows = rows.select_related("stored_grant").annotate(limits_there=limits_beside())
    return list(rows.order_by("network", "handle", "pk"))


def every_connection(member: Member) -> list[Connection]:
    """Also those let go of: for the person's own record."""
    rows = Connection.objects.filter(member=member).select_related("stored_grant")
    return list(rows.order_by("connected_at", "pk"))


def ends_at(connection: Connection) -> datetime | None:
    """When only its person can renew it any more; None where we renew it ourselves, or it never ends."""
    stored: StoredGrant | None = getattr(connection, "stored_grant", None)
    return stored.expires_at if stored is not None and stored.renew_at is None else None


def ending_soon(connections: Iterable[Connection], *, now: datetime) -> set[int]:
    """The ids of live ones whose person has been warned, or will be today: a week is left, or less."""
    soon = now + WARNINGS[0]
    live = [row for row in connections if row.state == ConnectionState.LIVE]
    return {row.pk for row in live if (end := ends_at(row)) is not None and end <= soon}
