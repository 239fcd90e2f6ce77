"""Bluesky's sessions by sign-in at its own page: tokens bound to a key, renewed once each, taken back at their issuer.

Here a spent refresh token that comes again ends the whole session (token-manager.ts of the reference server,
`consumeRefreshToken`), so a renewal whose answer is lost is never sent again for sure.
Facts: atproto.com/specs/oauth, August 2026.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.utils.translation import gettext_noop

from integrations import http
from integrations.dpop import Send, send_bound
from integrations.networks.base import (
    AuthorizationServer,
    Grant,
    NeedsReconnect,
    Refresh,
    Refreshed,
    Revocation,
    RevokeByHand,
    Revoked,
    TryLater,
    Unknown,
)
from integrations.networks.bluesky_identity import describe
from integrations.networks.bound_tokens import Session, bound_grant, is_bound_grant, send_form
from integrations.networks.replies import UNAVAILABLE, bearer, repeatable, send_once, slow_down
from integrations.our_client import first_key, holds_key

T = TypeVar("T")

# One collection, pictures and videos, and nothing else of the account. An older server may want "transition:generic".
SCOPES = ("atproto", "repo:app.bsky.feed.post", "blob:image/*", "blob:video/*")
EVERYTHING = "transition:generic"
RESET = "RateLimit-Reset"
QUARTER = timedelta(minutes=15)

SIGNED_OUT = gettext_noop("Bluesky no longer accepts the connection. Connect the account again.")
UNCLEAR_RENEWAL = gettext_noop("Bluesky did not say whether it renewed the connection.")
OUR_APP = gettext_noop("The server does not accept our app right now. The people who run this site must look at it.")
OUR_KEY_GONE = gettext_noop("This site gave up the key that this connection was made with. Connect the account again.")
TAKE_BACK = gettext_noop("You can also remove our access on the server's own page.")


def call(send: Send[T], method: str, url: str, grant: Grant, **request: Any) -> T:
    """A call in the person's name, as their grant wants it: with a proof of its key, or as whoever bears the token."""
    if grant.proof_key:
        return send_bound(send, method, url, key=grant.proof_key, token=grant.access_token, **request)
    headers = bearer(grant.access_token.reveal()) | request.pop("headers", {})
    return send(method, url, headers=headers, **request)


def renew(grant: Grant) -> Refresh:
    """Half a call's time is for asking where, so that what spends the token has a whole one's."""
    if not holds_key(grant.client_key):
        return NeedsReconnect(OUR_KEY_GONE)
    if grant.refresh_token is None:
        return NeedsReconnect(SIGNED_OUT)
    form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token.reveal()}
    with http.all_within(http.engine_timeout().total / 2):
        server = describe(grant.issuer)
    if not isinstance(server, AuthorizationServer):
        return server if isinstance(server, TryLater) else TryLater(QUARTER, UNAVAILABLE)
    # From here on the grant names its key, also where an earlier release made it: another one is refused there.
    grant = replace(grant, client_key=grant.client_key or first_key(grant.client_id))
    reply = _ask(send_once, server.token_url, form, grant)
    return reply if isinstance(reply, TryLater | Unknown) else _renewed(reply, grant)


def _renewed(reply: http.Reply, grant: Grant) -> Refresh:
    made, error = reply.document(), str(reply.document().get("error", ""))
    if reply.status == 200 and is_bound_grant(made):
        if made["sub"] != grant.account_id:
            return NeedsReconnect(SIGNED_OUT)
        return Refreshed(bound_grant(made, grant, now=datetime.now(UTC)))
    if reply.status == 400 and error == "invalid_grant":
        return NeedsReconnect(SIGNED_OUT)
    if reply.status >= 500 or reply.status == 200:
        return Unknown(UNCLEAR_RENEWAL)
    return slow_down(reply, RESET, QUARTER, UNAVAILABLE if reply.status == 429 else OUR_APP)


def take_back(grant: Grant) -> Revocation:
    """The renewing token names the whole session. The page by hand is the issuer's own."""
    by_hand = RevokeByHand(f"{grant.issuer}/account", TAKE_BACK)
    if not holds_key(grant.client_key):
        return by_hand
    server = describe(grant.issuer)
    if not isinstance(server, AuthorizationServer) or not server.revoke_url:
        return server if isinstance(server, TryLater) else by_hand
    held = grant.refresh_token or grant.access_token
    reply = _ask(repeatable, server.revoke_url, {"token": held.reveal()}, grant)
    if isinstance(reply, TryLater):
        return reply
    if reply.status == 429 or reply.status >= 500:
        return slow_down(reply, RESET, QUARTER, UNAVAILABLE)
    return Revoked() if reply.status == 200 else by_hand


def _ask(send: Send[T], url: str, form: dict[str, str], grant: Grant) -> T:
    assert grant.proof_key is not None
    return send_form(send, url, form, Session(grant.client_id, grant.issuer, grant.proof_key, grant.client_key))
