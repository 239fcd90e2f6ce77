"""The models of the outside world."""

from integrations.models.connections import Connection, ConnectionState, OAuthState, ServerApp, StoredGrant
from integrations.models.engine import Breaker, Bucket, FreezeSwitch, Installation

__all__ = [
    "Breaker",
    "Bucket",
    "Connection",
    "ConnectionState",
    "FreezeSwitch",
    "Installation",
    "OAuthState",
    "ServerApp",
    "StoredGrant",
]
