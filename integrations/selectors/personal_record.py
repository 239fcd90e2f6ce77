"""What a person's own record and page hold about their connections and devices. Never a token, open or sealed."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Member
from accounts.personal_data import KeptAccount
from integrations.models import Connection, OAuthState, PushDevice
from integrations.selectors.connections import every_connection


def own_record(member: Member) -> dict[str, object]:
    """PERSONAL_RECORD: every account that was ever connected, and what is kept of it."""
    signing_in = OAuthState.objects.filter(organization=member.organization_id, member_public_id=member.public_id)
    return {
        "connections": [_entry(connection) for connection in every_connection(member)],
        "sign_ins_under_way": [
            {
                "network": one.network,
                "server": one.server,
                "at": one.created_at.isoformat(),
                "used_at": _iso(one.used_at),
            }
            for one in signing_in.order_by("id")
        ],
        "devices": [
            {"name": device.label, "since": device.created_at.isoformat()}
            for device in PushDevice.objects.filter(member=member).order_by("id")
        ],
    }


def kept_accounts(member: Member) -> list[KeptAccount]:
    """KEPT_BY_NETWORK: what is kept of each account, those let go of included."""
    return [_kept(connection) for connection in every_connection(member)]


def _kept(connection: Connection) -> KeptAccount:
    stored = getattr(connection, "stored_grant", None)
    return KeptAccount(
        network=connection.network,
        handle=connection.handle,
        since=connection.connected_at,
        ended_at=connection.ended_at,
        keeps_key=stored is not None,
        key_ends_at=stored.expires_at if stored is not None and stored.renew_at is None else None,
        keeps_picture=bool(connection.avatar_sha256),
    )


def _entry(connection: Connection) -> dict[str, object]:
    stored = getattr(connection, "stored_grant", None)
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
        "ended_at": _iso(connection.ended_at),
        "sealed_key_kept": stored is not None,
        "key_expires_at": _iso(stored.expires_at) if stored else None,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
