"""What a Bluesky server's refusals mean, by status and by the name of the error."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_noop

from integrations import http
from integrations.networks.base import NeedsReconnect, Refused, SurelyNotPosted, TryLater
from integrations.networks.bluesky_oauth import SIGNED_OUT
from integrations.networks.replies import SOON, UNAVAILABLE, slow_down

RESET = "RateLimit-Reset"
FIVE_MINUTES = timedelta(minutes=5)

NOT_PERMITTED = gettext_noop("Bluesky says that this connection may not post. Connect the account again.")
CLOSED = gettext_noop("Bluesky has closed or paused this account. Look at your account there.")
NOT_TAKEN = gettext_noop("Bluesky does not take this post as it is. Please change it.")

SURELY_NOT: dict[tuple[int, str], SurelyNotPosted] = {
    (400, "ExpiredToken"): NeedsReconnect(SIGNED_OUT, may_refresh=True),
    (400, "InvalidToken"): NeedsReconnect(SIGNED_OUT),
    (401, "ExpiredToken"): NeedsReconnect(SIGNED_OUT, may_refresh=True),
    (401, "InvalidToken"): NeedsReconnect(SIGNED_OUT),
    (401, "AuthMissing"): NeedsReconnect(SIGNED_OUT),
    (401, "AuthenticationRequired"): NeedsReconnect(SIGNED_OUT),
    # Of tokens bound to a key: over, taken back, or meant for something else; and a nonce that is over twice in a row.
    (401, "invalid_token"): NeedsReconnect(SIGNED_OUT, may_refresh=True),
    (401, "use_dpop_nonce"): TryLater(SOON, UNAVAILABLE),
    (403, "ScopeMissingError"): NeedsReconnect(NOT_PERMITTED),
    (400, "InvalidRequest"): Refused(NOT_TAKEN),
    (400, "AccountTakedown"): Refused(CLOSED),
    (401, "AccountTakedown"): Refused(CLOSED),
    (400, "AccountDeactivated"): Refused(CLOSED),
    (401, "AccountDeactivated"): Refused(CLOSED),
}


def xrpc(server: str, method: str) -> str:
    return f"{server}/xrpc/{method}"


def error_of(reply: http.Reply) -> str:
    return str(reply.document().get("error", ""))


def surely_not(reply: http.Reply) -> SurelyNotPosted | None:
    if reply.status == 429:
        return slow_down(reply, RESET, FIVE_MINUTES)
    return SURELY_NOT.get((reply.status, error_of(reply)))
