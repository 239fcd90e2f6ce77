"""What a Mastodon server's refusals mean, and how it is called in a person's name."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_noop

from integrations import http
from integrations.networks.base import Grant, NeedsReconnect, Refused, SurelyNotPosted
from integrations.networks.replies import bearer, slow_down

KEY = "mastodon"
RESET = "X-RateLimit-Reset"
FIVE_MINUTES = timedelta(minutes=5)

SIGNED_OUT = gettext_noop("The server no longer accepts the connection. Connect the account again.")
NOT_PERMITTED = gettext_noop("The server says that this connection may not post. Connect the account again.")
NOT_TAKEN = gettext_noop("The server does not take this post as it is. Please change it.")
NOT_SHOWN = gettext_noop("The server did not show your recent posts.")

# Mastodon documents its refusals by status; its errors carry no code. `surely_not` asks for its error body as well, but
# for a token: whoever says that none was accepted has not handed the post on, and small servers say it without one.
SURELY_NOT: dict[int, SurelyNotPosted] = {
    401: NeedsReconnect(SIGNED_OUT),
    403: NeedsReconnect(NOT_PERMITTED),
    422: Refused(NOT_TAKEN),
}


def token(grant: Grant) -> dict[str, str]:
    return bearer(grant.access_token.reveal())


def surely_not(reply: http.Reply) -> SurelyNotPosted | None:
    if not reply.document().get("error") and reply.status != 401:
        return None
    return slow_down(reply, RESET, FIVE_MINUTES) if reply.status == 429 else SURELY_NOT.get(reply.status)
