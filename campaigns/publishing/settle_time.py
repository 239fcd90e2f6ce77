"""How long after an unclear send a network is asked: longer than its latest late acceptance."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from integrations.network_settings import network_settings
from integrations.networks.base import Network


def settle_time(network: Network) -> timedelta:
    """The network's own time, or the installation's; the lease is added, for a worker may send until its lease ends."""
    lease = timedelta(seconds=float(settings.ENGINE["lease"]))
    if settings.ENGINE["settle"]:
        return timedelta(seconds=float(settings.ENGINE["settle"])) + lease
    if settings.NETWORKS.get(network.key, {}).get("settle_seconds"):
        return network_settings(network.key).settle + lease
    return network.settle + lease
