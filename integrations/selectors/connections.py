"""Connections of one person, for that person: which accounts there are and what state they are in.

Never a question about another member: who connected what is nobody else's business (design.md, promise 2).
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Member
from integrations.models import Connection, ConnectionState


@dataclass(frozen=True, slots=True)
class Pause:
    """A person's own switch. `possible`: there is an account that something could go out from."""

    possible: bool
    is_on: bool


def pause_of(member: Member) -> Pause:
    """Whether this person stopped their own posting for a while."""
    standing = standing_connections(member)
    return Pause(possible=bool(standing), is_on=any(connection.frozen for connection in standing))


def live_connections(member: Member) -> list[Connection]:
    """The accounts a post can go out from now."""
    return [row for row in standing_connections(member) if row.state == ConnectionState.LIVE]


def standing_connections(member: Member) -> list[Connection]:
    """Live ones and those that ask to connect again, in a steady order."""
    rows = Connection.objects.filter(member=member).exclude(state=ConnectionState.DISCONNECTED)
    return list(rows.select_related("stored_grant").order_by("network", "handle", "pk"))


def every_connection(member: Member) -> list[Connection]:
    """Also those let go of: for the person's own record."""
    rows = Connection.objects.filter(member=member).select_related("stored_grant")
    return list(rows.order_by("connected_at", "pk"))
