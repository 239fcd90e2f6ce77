"""How X is addressed and what its replies mean, whatever was asked: posts, reposts and files share it.

Facts: docs.x.com, August 2026.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext_noop

from integrations import http
from integrations.network_settings import network_settings
from integrations.networks.base import Grant, NeedsReconnect, Refused, SurelyNotPosted, TryLater
from integrations.networks.replies import bearer, slow_down

KEY = "x"
RESET = "x-rate-limit-reset"
APP_REMAINING, APP_RESET = "x-app-limit-24hour-remaining", "x-app-limit-24hour-reset"
QUARTER = timedelta(minutes=15)
GONE = ("resource-not-found", "about:blank")  # types of a 404

SIGNED_OUT = gettext_noop("X no longer accepts the connection. Connect the account again.")
NOT_PERMITTED = gettext_noop("X says that this connection may not post. Connect the account again.")
SUSPENDED = gettext_noop("X has suspended this account. Look at your account there.")
NOT_TAKEN = gettext_noop("X does not take this post as it is. Please change the text.")
NO_CREDIT = gettext_noop("X has stopped our app for now. Your operator must look at its plan.")
NOT_SHOWN = gettext_noop("X did not show your recent posts.")
TOO_MANY = gettext_noop("There are too many recent posts to be sure.")

# By status and the last part of the documented problem type. A 403 about:blank stays unknown: a refused text and a
# duplicate of our own earlier attempt differ in their message only.
SURELY_NOT: dict[tuple[int, str], SurelyNotPosted] = {
    (400, "invalid-request"): Refused(NOT_TAKEN),
    (403, "client-forbidden"): NeedsReconnect(NOT_PERMITTED),
    (403, "unsupported-authentication"): NeedsReconnect(NOT_PERMITTED),
    (403, "user-suspended"): Refused(SUSPENDED),
    (429, "usage-capped"): TryLater(timedelta(hours=1), NO_CREDIT, whole_app=True),
}


def api(path: str) -> str:
    return network_settings(KEY).api_url + path


def token(grant: Grant) -> dict[str, str]:
    return bearer(grant.access_token.reveal())


def permalink(post_id: str) -> str:
    return f"{network_settings(KEY).web_url}/i/web/status/{post_id}"


def problem_of(reply: http.Reply) -> str:
    """The last part of the problem's type, which X moved from one host to another."""
    return str(reply.document().get("type", "")).rpartition("/")[2]


def surely_not(reply: http.Reply) -> SurelyNotPosted | None:
    if listed := SURELY_NOT.get((reply.status, problem_of(reply))):
        return listed
    if reply.status == 401:
        return NeedsReconnect(SIGNED_OUT, may_refresh=True)
    if reply.status != 429:
        return None
    if reply.headers.get(APP_REMAINING) == "0":  # the app's own quota of a day, whoever posts
        return replace(slow_down(reply, APP_RESET, QUARTER), whole_app=True)
    return slow_down(reply, RESET, QUARTER)
