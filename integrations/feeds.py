"""Reads a feed (RSS, Atom, JSON Feed) through the outbound door: conditionally, within caps, parsed apart.

Owns what may be read, how it is asked for and why it could not be; `feed_parser.py` reads the document, in a process
of its own. It stores nothing and decides nothing about entries. Call it outside any transaction.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from integrations import http
from integrations.previews import PreviewRefused, as_https

PROGRAM = Path(__file__).with_name("feed_parser.py")
MEMORY_BYTES = 512_000_000
SECONDS = 5  # of computing; twice that by the clock
TIMEOUT = http.Timeout(connect=3, total=10)
MOST_BYTES = 2_000_000
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.5"
KINDS = ("application/", "text/")
NO_DOCUMENTS = ("application/pdf", "application/zip", "application/octet-stream", "text/css", "text/javascript")
LONGEST_ETAG, LONGEST_DATE = 300, 100


class Trouble(StrEnum):
    """Why a feed could not be read; kept with its source, so that each curator reads it in their own language."""

    FORBIDDEN = "forbidden"
    NOT_THERE = "not_there"
    NO_ANSWER = "no_answer"
    GONE = "gone"
    LOCKED = "locked"
    ERROR = "error"
    TOO_LARGE = "too_large"
    NO_FEED = "no_feed"
    ENTITIES = "entities"
    UNREADABLE = "unreadable"


def sentence_of(trouble: str) -> str:
    """What happened, for the curator."""
    sentences = {
        Trouble.FORBIDDEN: _("We cannot open this address. Use a public one that begins with https://."),
        Trouble.NOT_THERE: _("Nothing answers at this address. Is it spelt right?"),
        Trouble.NO_ANSWER: _("The feed did not answer in time."),
        Trouble.GONE: _("There is no feed at this address any more."),
        Trouble.LOCKED: _("The feed does not let us in."),
        Trouble.ERROR: _("The feed answered with an error."),
        Trouble.TOO_LARGE: _("The feed is larger than 2 MB."),
        Trouble.NO_FEED: _("There is no feed at this address, and the page names none."),
        Trouble.ENTITIES: _("The feed defines entities of its own. We do not read such documents."),
        Trouble.UNREADABLE: _("What stands at this address could not be read as a feed."),
    }
    return sentences.get(Trouble(trouble), "") if trouble in set(Trouble) else ""


class FeedRefused(Exception):
    """It could not be read."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble

    @property
    def sentence(self) -> str:
        return sentence_of(self.trouble)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """Plain text and addresses of the web. `mark` is what its feed knows it by, as a hash."""

    mark: str
    address: str
    title: str
    words: str
    picture_url: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says now. `etag` and `last_modified` go with the next question."""

    address: str
    title: str
    language: str
    entries: tuple[FeedEntry, ...]
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing new since the answer that brought the etag and the date we asked with."""


def find_feed(typed: str) -> Feed:
    """The feed at an address a person typed; of a page, the first feed that it names."""
    try:
        address = as_https(typed.strip())
    except PreviewRefused:
        raise FeedRefused(Trouble.FORBIDDEN) from None
    told = _told(_asked(address, {}))
    if "named" in told:
        named = told["named"]
        if not named:
            raise FeedRefused(Trouble.NO_FEED)
        address = str(named[0])
        told = _told(_asked(address, {}))
    return _feed(told, address)


def read_feed(address: str, *, etag: str = "", last_modified: str = "") -> Feed | Unchanged:
    """The feed as it stands, or that it has not changed."""
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    reply = _asked(address, {name: value for name, value in conditions.items() if value})
    if reply.status == 304:
        return Unchanged()
    return _feed(_told(reply), address)


def _asked(address: str, conditions: dict[str, str]) -> http.Reply:
    headers = {"Accept": ACCEPT, **conditions}
    try:
        reply = http.send("GET", address, headers=headers, timeout=TIMEOUT, follow=True, max_bytes=MOST_BYTES)
    except http.Forbidden:
        raise FeedRefused(Trouble.FORBIDDEN) from None
    except http.NotSent:
        raise FeedRefused(Trouble.NOT_THERE) from None
    except http.TooLarge:
        raise FeedRefused(Trouble.TOO_LARGE) from None
    except http.OutboundError:
        raise FeedRefused(Trouble.NO_ANSWER) from None
    if reply.status in (404, 410):
        raise FeedRefused(Trouble.GONE)
    if reply.status in (401, 402, 403, 407, 429, 451):
        raise FeedRefused(Trouble.LOCKED)
    if reply.status != 200 and not (reply.status == 304 and conditions):
        raise FeedRefused(Trouble.ERROR)
    return reply


def _told(reply: http.Reply) -> dict[str, Any]:
    """What the program read in the document; the answer's headers ride along."""
    content_type = reply.headers.get("Content-Type", "text/xml")
    kind = content_type.partition(";")[0].strip().lower()
    if not kind.startswith(KINDS) or kind in NO_DOCUMENTS:
        raise FeedRefused(Trouble.NO_FEED)
    told = _parsed(reply.body, content_type[:200], reply.url)
    if "trouble" in told:
        raise FeedRefused(Trouble(told["trouble"]))
    headers = {name: reply.headers.get(name, "") for name in ("ETag", "Last-Modified")}
    return {**told, **headers}


def _parsed(content: bytes, content_type: str, address: str) -> dict[str, Any]:
    command = [sys.executable, "-I", str(PROGRAM), str(MEMORY_BYTES), str(SECONDS)]
    about = json.dumps({"type": content_type, "address": address}).encode() + b"\n"
    try:
        done = subprocess.run(  # noqa: S603  # our own program, with numbers of our own
            command, input=about + content, capture_output=True, timeout=SECONDS * 2, check=False, env={}
        )
        told = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):  # a program that died told nothing
        raise FeedRefused(Trouble.UNREADABLE) from None
    return told if isinstance(told, dict) else {"trouble": Trouble.UNREADABLE}


def _feed(told: dict[str, Any], address: str) -> Feed:
    if "entries" not in told:
        raise FeedRefused(Trouble.NO_FEED)
    etag, last_modified = str(told["ETag"]), str(told["Last-Modified"])
    return Feed(
        address=address,
        title=told["title"],
        language=told["language"],
        entries=tuple(_entry(one) for one in told["entries"]),
        etag=etag if len(etag) <= LONGEST_ETAG else "",
        last_modified=last_modified if len(last_modified) <= LONGEST_DATE else "",
    )


def _entry(one: dict[str, Any]) -> FeedEntry:
    return FeedEntry(
        mark=hashlib.sha256(str(one["id"]).encode()).hexdigest(),
        address=one["address"],
        title=one["title"],
        words=one["words"],
        picture_url=one["picture"],
        published_at=datetime.fromisoformat(one["at"]) if one["at"] else None,
    )
