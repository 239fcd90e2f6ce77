"""How LinkedIn is addressed and what its replies mean, whatever was asked: posts and files share it.

Facts: learn.microsoft.com/en-us/linkedin (Posts API, error handling), read in autumn 2026.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_noop

from integrations import http
from integrations.network_settings import network_settings
from integrations.networks.base import Grant, NeedsReconnect, Refused, SurelyNotPosted, TryLater
from integrations.networks.replies import bearer, slow_down

KEY = "linkedin"

SIGNED_OUT = gettext_noop("LinkedIn no longer accepts the connection. Connect the account again.")
NOT_PERMITTED = gettext_noop("LinkedIn says that this connection may not post. Connect the account again.")
RESTRICTED = gettext_noop("LinkedIn has restricted this account. Look at your account there.")
TOO_LONG = gettext_noop("LinkedIn says that the text is too long.")
FILE_WAITING = gettext_noop("LinkedIn is still working on the file.")
FILE_BROKEN = gettext_noop("LinkedIn could not read the file.")
OLD_VERSION = gettext_noop("LinkedIn no longer takes posts in the form we send. Your operator must update the version.")

# Only what is documented by status and code; everything else stays unknown.
SURELY_NOT: dict[tuple[int, str | int], SurelyNotPosted] = {
    (401, 65600): NeedsReconnect(SIGNED_OUT),
    (401, 65601): NeedsReconnect(SIGNED_OUT),
    (401, 65602): NeedsReconnect(SIGNED_OUT),
    (401, 65608): Refused(RESTRICTED),
    (403, 100): NeedsReconnect(NOT_PERMITTED),
    (403, "ACCESS_DENIED"): NeedsReconnect(NOT_PERMITTED),
    (400, "FIELD_LENGTH_TOO_LONG"): Refused(TOO_LONG),
    (400, "MEDIA_ASSET_WAITING_UPLOAD"): TryLater(timedelta(seconds=30), FILE_WAITING),
    (400, "MEDIA_ASSET_PROCESSING_FAILED"): Refused(FILE_BROKEN),
    (400, "VERSION_MISSING"): TryLater(timedelta(minutes=30), OLD_VERSION, whole_app=True),
    (426, "NONEXISTENT_VERSION"): TryLater(timedelta(minutes=30), OLD_VERSION, whole_app=True),
}


def token(grant: Grant) -> dict[str, str]:
    return bearer(grant.access_token.reveal())


def headers(grant: Grant) -> dict[str, str]:
    version = network_settings(KEY).version
    return token(grant) | {"Linkedin-Version": version, "X-Restli-Protocol-Version": "2.0.0"}


def permalink(urn: str) -> str:
    return f"{network_settings(KEY).web_url}/feed/update/{urn}/"


def surely_not(reply: http.Reply) -> SurelyNotPosted | None:
    if reply.status == 429:
        now = datetime.now(UTC)
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        wait = slow_down(reply, "", midnight - now)  # quotas are per UTC day, mostly without a Retry-After
        # Only the words tell the app's quota from the member's; read wrongly, they slow us down and do nothing else.
        return replace(wait, whole_app="APPLICATION" in str(reply.document().get("message", "")))
    error = reply.document()
    for code in (error.get("serviceErrorCode"), error.get("code")):
        if isinstance(code, str | int) and (reply.status, code) in SURELY_NOT:
            return SURELY_NOT[reply.status, code]
    return None
