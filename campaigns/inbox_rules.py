"""What comes into the inbox and how much of it: when two addresses are one page, and which entries of a feed are new.

Pure. The figures are ours: a curator who reads for ten minutes a week gets through some thirty entries, and an inbox
that fills faster than it is read is read by nobody (field.md §3, complaint 10).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

SUGGESTIONS_A_DAY = 10  # of one person
FEEDS = 50  # of one company
FIRST_ENTRIES = 3  # a new feed shows its newest ones; what is older was never news here
A_DAY_EACH, LEAST_A_DAY, MOST_A_DAY = 5, 1, 20  # of one feed; a curator chooses
A_DAY_TOGETHER = 30  # of all feeds of a company
FRESH = timedelta(days=14)  # older entries are no news, however long a full day kept them out
ENTRIES_WAIT = timedelta(days=30)  # an entry nobody took up in that time goes by itself

# What mailings and networks hang on an address to follow the reader; the page is the same without.
FOLLOWERS = ("utm_", "mc_", "pk_", "mtm_", "hsa_", "_hs", "vero_", "oly_")
FOLLOWER_NAMES = frozenset(
    {"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "igshid", "igsh", "ttclid"}
)


def without_followers(address: str) -> str:
    """The address as its publisher would say it: no tracking, everything else as it stands."""
    try:
        parts = urlsplit(address)
        kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _follows(name)]
    except ValueError:
        return address
    if len(kept) == len(parse_qsl(parts.query, keep_blank_values=True)):
        return address
    return urlunsplit(parts._replace(query=urlencode(kept)))


def _follows(name: str) -> bool:
    name = name.lower()
    return name in FOLLOWER_NAMES or name.startswith(FOLLOWERS)


def same_page(address: str) -> str:
    """The mark of the page at an address, alike for all the ways it is written; '' without one."""
    if not address:
        return ""
    parts = urlsplit(without_followers(address))
    host = (parts.hostname or "").lower().removeprefix("www.").rstrip(".")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return mark_of(f"{host}{port}{parts.path.rstrip('/')}?{query}")


def mark_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- which entries of a feed are new ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offered:
    """An entry as far as the rule looks: its mark in its feed, the mark of its page, when it says it came out."""

    mark: str
    page: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is known already, and how much room today has left."""

    seen: Collection[str]  # marks that the last reading settled
    pages: Collection[str]  # pages of the library and of the inbox
    room: int
    is_first: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """Places of the entries to take, newest first, and the marks that need no second look."""

    places: list[int]
    settled: list[str]


def taken_from(offered: Sequence[Offered], shelf: Shelf, *, now: datetime) -> Taken:
    """Newest first. What finds no room today is looked at again tomorrow, while it is fresh."""
    room = min(shelf.room, FIRST_ENTRIES) if shelf.is_first else shelf.room
    pages = set(shelf.pages)
    places: list[int] = []
    settled: list[str] = []
    for place in _newest_first(offered):
        one = offered[place]
        news = one.mark not in shelf.seen and not (one.page and one.page in pages)
        news = news and (shelf.is_first or _is_fresh(one, now))
        if news and len(places) < room:
            places.append(place)
            pages.add(one.page)
        elif news and not shelf.is_first:
            continue  # not settled: it may come in tomorrow
        settled.append(one.mark)
    return Taken(places, settled)


def _newest_first(offered: Sequence[Offered]) -> list[int]:
    """By their dates where every entry has one; else as the feed lists them, which is newest first by custom."""
    places = range(len(offered))
    dates = [one.published_at for one in offered if one.published_at is not None]
    if len(dates) < len(offered):
        return list(places)
    return sorted(places, key=lambda place: dates[place], reverse=True)


def _is_fresh(one: Offered, now: datetime) -> bool:
    return one.published_at is None or now - one.published_at <= FRESH
