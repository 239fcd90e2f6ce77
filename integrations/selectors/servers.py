"""A network as one of its servers limits it, by what that server last said (`integrations/server_readings.py`)."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery

from integrations.models import Connection, Server
from integrations.networks import network
from integrations.networks.base import Network
from integrations.networks.server_limits import told_by


def limits_beside(path: str = "") -> Subquery:
    """Annotated as `limits_there` to connections that are read for a page (or, with the `path` to them, to what has
    one), it saves `network_there` a question."""
    there = Server.objects.filter(network=OuterRef(f"{path}network"), server=OuterRef(f"{path}server"))
    return Subquery(there.values("limits")[:1])


def remember_limits(connection: Connection, limits: dict[str, Any] | None) -> None:
    """Read beside what has this connection."""
    vars(connection)["limits_there"] = limits


def network_there(connection: Connection) -> Network:
    """For whoever counts, shows or checks a post of this account: as its server does, where that is known."""
    chosen = network(connection.network)
    if not chosen.servers_have_limits:
        return chosen
    limits = _limits_there(connection)
    return chosen.at(told_by(connection.server, limits)) if limits else chosen


def _limits_there(connection: Connection) -> dict[str, Any] | None:
    if "limits_there" in vars(connection):
        annotated: dict[str, Any] | None = vars(connection)["limits_there"]
        return annotated
    known = Server.objects.filter(network=connection.network, server=connection.server)
    return known.values_list("limits", flat=True).first()
