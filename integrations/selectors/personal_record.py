"""What a person's own record holds about their connections. Never a token, open or sealed."""

from __future__ import annotations

from accounts.models import Member
from integrations.models import Connection
from integrations.selectors.connections import every_connection


def own_record(member: Member) -> dict[str, object]:
    """PERSONAL_RECORD: every account that was ever connected, and what is kept of it."""
    return {"connections": [_entry(connection) for connection in every_connection(member)]}


def _entry(connection: Connection) -> dict[str, object]:
    stored = getattr(connection, "stored_grant", None)
    ended = connection.ended_at
    return {
        "network": connection.network,
        "server": connection.server,
        "account": connection.account_id,
        "handle": connection.handle,
        "name": connection.name,
        "profile": connection.profile_url,
        "picture_kept": bool(connection.avatar_sha256),
        "state": connection.state,
        "connected_at": connection.connected_at.isoformat(),
        "ended_at": ended.isoformat() if ended else None,
        "sealed_key_kept": stored is not None,
        "key_expires_at": stored.expires_at.isoformat() if stored and stored.expires_at else None,
    }
