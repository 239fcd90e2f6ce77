"""What all networks' files share about calling: lost answers, waiting times, addresses people type.

It knows no network and no error code; what a code means stands in that network's file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from integrations import http
from integrations.addresses import ForbiddenAddress, target_of
from integrations.networks.base import (
    CannotTell,
    Medium,
    NoSuchServer,
    SurelyNotPosted,
    TryLater,
    Unknown,
    Uploaded,
)

SOON = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=24)
LONGEST_LIFE = timedelta(days=3650)
NOT_REACHED = gettext_noop("The network could not be reached.")
LOST = gettext_noop("The network's answer got lost, so the post may be there or not.")
BUSY = gettext_noop("The network asks us to slow down.")
UNCLEAR = gettext_noop("The network answered in a way that does not say whether the post is there.")
NOT_PREPARED = gettext_noop("What this is done to was not looked up yet.")
UNAVAILABLE = gettext_noop("The network is not available right now.")

# Chinese and Japanese follow an address without a space, so they end it; Latin and Cyrillic letters may belong to it.
URL = re.compile(r"https?://[^\s<>\"\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]+", re.IGNORECASE)
CLOSING = ".,;:!?'\"”’»…。，、；：！？"


def send_once(method: str, url: str, **request: Any) -> http.Reply | TryLater | Unknown:
    """A call that changes something there: what surely never left may be tried again, all else is unknown."""
    try:
        return http.send(method, url, **request)
    except http.NotSent:
        return TryLater(SOON, NOT_REACHED)
    except http.NoReply:
        return Unknown(LOST)


def repeatable(method: str, url: str, **request: Any) -> http.Reply | TryLater:
    """A call that may be made again whatever became of it: reading, uploading, refreshing."""
    try:
        return http.send(method, url, **request)
    except (http.NotSent, http.NoReply):
        return TryLater(SOON, NOT_REACHED)


def look_up(url: str, **request: Any) -> http.Reply | CannotTell:
    """A read that decides about a repeat: only an answer counts."""
    try:
        return http.send("GET", url, **request)
    except (http.NotSent, http.NoReply):
        return CannotTell(NOT_REACHED)


def slow_down(reply: http.Reply, reset_header: str, default: timedelta, reason: str = BUSY) -> TryLater:
    """Wait as long as the network says: Retry-After first, then its own header, at most a day."""
    now = datetime.now(UTC)
    until = _moment(reply.headers.get("Retry-After", ""), now) or _moment(reply.headers.get(reset_header, ""), now)
    wait = until - now if until else default
    return TryLater(min(max(wait, timedelta(seconds=1)), LONGEST_WAIT), reason)


def lifetime(said: object) -> timedelta | None:
    """How long a token lasts, of which a server says so many seconds; None where it says nothing sensible."""
    try:
        seconds = float(str(said))
    except ValueError:
        return None
    return timedelta(seconds=seconds) if 0 < seconds <= LONGEST_LIFE.total_seconds() else None


def _moment(value: str, now: datetime) -> datetime | None:
    """Seconds from now, seconds since 1970, an ISO time or an HTTP date."""
    try:
        if re.fullmatch(r"\d{1,11}", value):
            return now + timedelta(seconds=int(value)) if len(value) < 9 else datetime.fromtimestamp(int(value), UTC)
        moment = datetime.fromisoformat(value) if "T" in value else parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def upload_each(
    files: Iterable[Medium], upload: Callable[[Medium], str | SurelyNotPosted]
) -> Uploaded | SurelyNotPosted:
    """Bring every file there once, in order; the first one that fails ends it."""
    ids: dict[str, str] = {}
    for one in files:
        made = ids.get(one.sha256) or upload(one)
        if not isinstance(made, str):
            return made
        ids[one.sha256] = made
    return Uploaded(ids)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def file_name(file: Medium) -> str:
    return f"{file.sha256[:16]}.{file.content_type.rpartition('/')[2] or 'bin'}"


def links_in(text: str) -> list[tuple[int, int, str]]:
    """The addresses in a text with their places, without the punctuation that closes a sentence."""
    found = []
    for match in URL.finditer(text):
        address = match.group().rstrip(CLOSING)
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(CLOSING)
        found.append((match.start(), match.start() + len(address), address))
    return found


def web_address(value: object) -> str:
    """An address the network names, if a browser may be sent there; else nothing."""
    address = value if isinstance(value, str) else ""
    return address if urlsplit(address).scheme in ("http", "https") else ""


def server_address(typed: str) -> str:
    """The base address of a server from what a person types: a host, an address, or their whole handle."""
    text = typed.strip().removeprefix("@")
    if "://" not in text:
        text = "https://" + text.rpartition("@")[2]
    try:
        target = target_of(text, settings.OUTBOUND_ALLOWED_HOSTS)
    except ForbiddenAddress:
        raise NoSuchServer(gettext("We cannot open that server. Type its name, such as mastodon.social.")) from None
    if not target.trusted:
        if not re.fullmatch(r"(?i)[\w-]+(\.[\w-]+)*\.[a-z][a-z0-9-]+", target.host):
            raise NoSuchServer(gettext("We cannot open that server. Type its name, such as mastodon.social."))
        return f"https://{target.host}" + ("" if target.port == 443 else f":{target.port}")
    # Only the sandbox and servers an operator allowed by name live below a path.
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
