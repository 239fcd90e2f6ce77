"""The models of the outside world."""

from integrations.models.connections import Connection, ConnectionState, OAuthState, ServerApp, StoredGrant
from integrations.models.engine import Bucket, FreezeSwitch, Installation

__all__ = [
    "Bucket",
    "Connection",
    "ConnectionState",
    "FreezeSwitch",
    "Installation",
    "OAuthState",
    "ServerApp",
    "StoredGrant",
]
