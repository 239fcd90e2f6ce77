"""All networks, in the order in which they are offered. Nothing outside a network's own file knows its name."""

from __future__ import annotations

from integrations.networks.base import Network
from integrations.networks.bluesky import Bluesky
from integrations.networks.facebook_pages import FacebookPages
from integrations.networks.instagram import Instagram
from integrations.networks.linkedin import LinkedIn
from integrations.networks.mastodon import Mastodon
from integrations.networks.practice import Practice
from integrations.networks.threads import Threads
from integrations.networks.x import X

NETWORKS: tuple[Network, ...] = (
    LinkedIn(),
    X(),
    Mastodon(),
    Bluesky(),
    Threads(),
    FacebookPages(),
    Instagram(),
    Practice(),
)
_BY_KEY = {network.key: network for network in NETWORKS}


class NoSuchNetwork(KeyError):
    """No network has this key."""


def network(key: str) -> Network:
    try:
        return _BY_KEY[key]
    except KeyError:
        raise NoSuchNetwork(key) from None
