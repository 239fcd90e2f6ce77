"""What a company offers and what the installation has: which networks people may connect to here, and why not."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import OrganizationSettings
from accounts.selectors.organization import settings_of
from integrations.network_settings import network_settings
from integrations.networks import NETWORKS
from integrations.networks.base import Network
from integrations.server_apps import redirect_address


@dataclass(frozen=True, slots=True)
class NetworkHere:
    """One network as this company sees it. `needs_app`: the operator registers an app there once."""

    network: Network
    offered: bool
    ready: bool
    needs_app: bool
    redirect_address: str
    client_id: str


def networks_here(settings: OrganizationSettings | None = None) -> list[NetworkHere]:
    """All networks, with what stands in the way of each. `settings` are the company's, if at hand."""
    offered = set((settings or settings_of()).networks)
    return [_here(network, network.key in offered) for network in NETWORKS]


def offered_networks(settings: OrganizationSettings | None = None) -> list[Network]:
    """Those a person can connect to in this company today."""
    return [here.network for here in networks_here(settings) if here.offered and here.ready]


def working_at_once() -> list[str]:
    """FIRST_NETWORKS: those that need no app of ours, or have it on this installation."""
    return [network.key for network in NETWORKS if network_settings(network.key).is_ready]


def is_offered(network: Network) -> bool:
    return network.key in settings_of().networks and network_settings(network.key).is_ready


def _here(network: Network, offered: bool) -> NetworkHere:
    values = network_settings(network.key)
    needs_app = bool(values.authorize_url)
    signs_in = needs_app or network.registers_app
    return NetworkHere(
        network=network,
        offered=offered,
        ready=values.is_ready,
        needs_app=needs_app,
        redirect_address=redirect_address(network) if signs_in else "",
        client_id=values.client_id if needs_app else "",
    )
