"""Who keeps a Bluesky account, and who may let its person in: servers' own descriptions, held against each other.

Every address here comes from a stranger and goes through the one outbound door. A handle leads to an account only if
the account names the handle, and an authorization server speaks for an account only if the account's server names it.
Facts: atproto.com/specs/oauth and /specs/did, August 2026.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop

from integrations.addresses import ForbiddenAddress, target_of
from integrations.network_settings import network_settings
from integrations.networks.base import AuthorizationServer, NotConnected, TryLater
from integrations.networks.bluesky_sessions import home_server
from integrations.networks.replies import SOON, UNAVAILABLE, repeatable

KEY = "bluesky"
HANDLE = re.compile(r"(?i)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
DID = re.compile(r"did:(plc:[a-z2-7]{24}|plc:[a-z0-9.-]{1,64}|web:[a-zA-Z0-9.-]+)")

NO_SERVER = gettext_noop("This server does not let us sign in. Is it a Bluesky server?")
NO_ACCOUNT = gettext_noop("We found no Bluesky server and no Bluesky account of that name.")
NOT_ITS_SERVER = gettext_noop("The server that let you in does not keep this account, so nothing was connected.")

Described = AuthorizationServer | NotConnected | TryLater


def find_authorization_server(server: str) -> Described:
    """From what a person typed: the server of their account, the one that lets people in, or their handle."""
    issuer = issuer_named_by(server)
    if isinstance(issuer, str):
        return describe(issuer)
    described = describe(server)
    if isinstance(described, AuthorizationServer):
        return described
    handle = urlsplit(server).hostname or ""
    found = _by_handle(handle) if HANDLE.fullmatch(handle) else NotConnected(NO_SERVER)
    if isinstance(found, NotConnected) and isinstance(described, TryLater):
        return described
    return found


def home_of(did: str, issuer: str) -> str | NotConnected | TryLater:
    """The server that keeps an account, if it leaves signing in to that issuer."""
    document = did_document(did)
    if isinstance(document, NotConnected | TryLater):
        return document
    home = home_server({"didDoc": document})
    named = issuer_named_by(home) if home else NotConnected(NOT_ITS_SERVER)
    if isinstance(named, TryLater):
        return named
    return home if named == issuer else NotConnected(NOT_ITS_SERVER)


def issuer_named_by(server: str) -> str | NotConnected | TryLater:
    """Whom a server of accounts leaves signing in to (RFC 9728)."""
    said = _described_at(f"{server}/.well-known/oauth-protected-resource")
    if isinstance(said, NotConnected | TryLater):
        return said
    named = said.get("authorization_servers")
    first = named[0] if isinstance(named, list) and named else None
    return first.rstrip("/") if isinstance(first, str) and _may_call(first) else NotConnected(NO_SERVER)


def describe(issuer: str) -> Described:
    """A server that lets people in, in its own words (RFC 8414); one that cannot do what we need is none."""
    said = _described_at(f"{issuer}/.well-known/oauth-authorization-server")
    if isinstance(said, NotConnected | TryLater):
        return said
    pages = [said.get(name) for name in ("pushed_authorization_request_endpoint", "authorization_endpoint")]
    token_url, revoke_url = said.get("token_endpoint"), said.get("revocation_endpoint") or ""
    signs = _list(said, "dpop_signing_alg_values_supported")
    able = said.get("client_id_metadata_document_supported") and "ES256" in signs
    if said.get("issuer") != issuer or not able or not all(_may_call(page) for page in (*pages, token_url)):
        return NotConnected(NO_SERVER)
    return AuthorizationServer(
        issuer=issuer,
        pushed_url=str(pages[0]),
        authorize_url=str(pages[1]),
        token_url=str(token_url),
        revoke_url=str(revoke_url) if _may_call(revoke_url) else "",
    )


def did_document(did: str) -> dict[str, Any] | NotConnected | TryLater:
    """What an account says about itself: in the directory, or at its own domain."""
    if not DID.fullmatch(did):
        return NotConnected(NO_ACCOUNT)
    kind, _, name = did.removeprefix("did:").partition(":")
    own = f"https://{name}/.well-known/did.json"
    said = _described_at(own if kind == "web" else f"{network_settings(KEY).directory_url}/{did}")
    if isinstance(said, dict) and said.get("id") != did:
        return NotConnected(NO_ACCOUNT)
    return said


def _by_handle(handle: str) -> Described:
    """Both ways: the handle names the account, and the account names the handle."""
    url = f"{network_settings(KEY).default_server}/xrpc/com.atproto.identity.resolveHandle"
    said = _described_at(url, handle=handle)
    if isinstance(said, NotConnected | TryLater):
        return NotConnected(NO_ACCOUNT) if isinstance(said, NotConnected) else said
    did = str(said.get("did", ""))
    document = did_document(did)
    if isinstance(document, NotConnected | TryLater):
        return document
    if f"at://{handle.lower()}" not in [str(name).lower() for name in _list(document, "alsoKnownAs")]:
        return NotConnected(NO_ACCOUNT)
    issuer = issuer_named_by(home_server({"didDoc": document}))
    described = describe(issuer) if isinstance(issuer, str) else issuer
    if isinstance(described, AuthorizationServer):
        return replace(described, login_hint=handle, account_id=did)
    return described


def _described_at(url: str, **asked: str) -> dict[str, Any] | NotConnected | TryLater:
    reply = repeatable("GET", url, params=asked or None)
    if isinstance(reply, TryLater):
        return reply
    if reply.status == 429 or reply.status >= 500:
        return TryLater(SOON, UNAVAILABLE)
    said = reply.document()
    return said if reply.status == 200 and said else NotConnected(NO_SERVER)


def _list(said: dict[str, Any], name: str) -> list[object]:
    found = said.get(name)
    return found if isinstance(found, list) else []


def _may_call(address: object) -> bool:
    """Also for the page that a browser is sent to: never one that our own door would refuse."""
    try:
        return isinstance(address, str) and bool(target_of(address, settings.OUTBOUND_ALLOWED_HOSTS))
    except ForbiddenAddress:
        return False
