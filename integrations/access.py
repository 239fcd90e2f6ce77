"""Fetch connections and networks *for a person*. What is missing and what is forbidden are both 404."""

from __future__ import annotations

from django.http import Http404

from accounts.models import Member
from integrations.models import Connection, ConnectionState, PushDevice
from integrations.networks import NoSuchNetwork, network
from integrations.networks.base import Network


def device_for(member: Member, public_id: str) -> PushDevice:
    """One of the person's own devices."""
    device = PushDevice.objects.select_related("member").filter(member=member, public_id=public_id).first()
    if device is None:
        raise Http404("There is nothing here.")
    return device


def connection_for(member: Member, public_id: str) -> Connection:
    """The person's own connection that is not let go of yet."""
    rows = Connection.objects.select_related("member").filter(member=member, public_id=public_id)
    found = rows.exclude(state=ConnectionState.DISCONNECTED).first()
    if found is None:
        raise Http404("There is nothing here.")
    return found


def network_named(key: str) -> Network:
    try:
        return network(key)
    except NoSuchNetwork:
        raise Http404("There is no such network.") from None
