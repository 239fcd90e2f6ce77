"""What a Bluesky server's session answers become: a grant, its end, and the server that keeps the account. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.networks.base import Grant, Secret
from integrations.networks.replies import web_address

SESSION_LASTS = timedelta(minutes=100)  # a little less than the reference server's two hours


def home_server(made: dict[str, Any]) -> str:
    """The server that keeps the account: a big host signs people in for many of them."""
    document = made.get("didDoc")
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else []:
        if isinstance(service, dict) and str(service.get("id", "")).endswith("#atproto_pds"):
            return web_address(service.get("serviceEndpoint")).rstrip("/")
    return ""


def session_grant(made: dict[str, Any], server: str) -> Grant:
    return Grant(
        access_token=Secret(str(made["accessJwt"])),
        refresh_token=Secret(str(made["refreshJwt"])),
        expires_at=_expiry(str(made["accessJwt"])),
        server=server,
        account_id=str(made["did"]),
    )


def _expiry(token: str) -> datetime:
    """The token says when it ends; where it does not, the reference server's time counts."""
    body = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (binascii.Error, ValueError, KeyError, TypeError):
        return datetime.now(UTC) + SESSION_LASTS
