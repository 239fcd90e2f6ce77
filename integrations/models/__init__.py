"""The models of the outside world."""

from integrations.models.connections import Connection, ConnectionState, OAuthState, Server, ServerApp, StoredGrant
from integrations.models.engine import Breaker, Bucket, FreezeSwitch, Installation
from integrations.models.feeds import FeedSource, FeedState
from integrations.models.refreshes import RefreshTally
from integrations.models.web_push import PushDevice

__all__ = [
    "Breaker",
    "Bucket",
    "Connection",
    "ConnectionState",
    "FeedSource",
    "FeedState",
    "FreezeSwitch",
    "Installation",
    "OAuthState",
    "PushDevice",
    "RefreshTally",
    "Server",
    "ServerApp",
    "StoredGrant",
]
