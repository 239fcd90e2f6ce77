"""The program that reads one stranger's feed, in a process of its own that may use little and can be killed.

Run by `feeds.py` with the caps as arguments; on stdin come a line of JSON about the document and its bytes (an address
may hold a secret, and arguments are for all to see). It answers one JSON object.
It imports no Django, opens no connection and no file, expands no entity, and lets nothing but plain text, addresses of
the web and moments through: markup of entries is read for its words and dropped.
"""

from __future__ import annotations

import calendar
import codecs
import io
import json
import re
import resource
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from bs4 import BeautifulSoup

MOST_ENTRIES = 100
LONGEST_TITLE, LONGEST_WORDS, LONGEST_NAME = 300, 1_000, 200
LONGEST_ADDRESS, LONGEST_MARKUP = 2_000, 50_000
YEARS = range(1970, 2200)  # what says it came out in others has no date: no database and no clock need bear them
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}encoding=["']([A-Za-z0-9._-]{1,40})""")
BEGINS_HTML = re.compile(r"^\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)


class NoFeed(Exception):
    """The document is something else; the text is the trouble's name."""


def main() -> None:
    memory, seconds = (int(word) for word in sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        about = json.loads(sys.stdin.buffer.readline())
        told = read(sys.stdin.buffer.read(), about["type"], about["address"])
    except NoFeed as other:
        told = {"trouble": str(other)}
    except Exception:  # whatever a broken document makes a parser raise, it is no feed that we can read
        told = {"trouble": "unreadable"}
    sys.stdout.buffer.write(json.dumps(told).encode())


def read(content: bytes, content_type: str, address: str) -> dict[str, Any]:
    """The feed's title, language and entries; or, of a page, the addresses of the feeds it names."""
    text = _decoded(content, content_type)
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return _json_feed(text, address)
    if BEGINS_HTML.match(text):
        return {"named": _named_by(text, address)}
    # A feed needs no entities of its own; those that define some mean to fill our memory or to read our files.
    if "<!DOCTYPE" in text and "<!ENTITY" in text:
        raise NoFeed("entities")
    return _xml_feed(text, address)


def _decoded(content: bytes, content_type: str) -> str:
    """By its first bytes, by what the server says, by what the document says; else UTF-8."""
    declared = DECLARED.match(content)
    said = content_type.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    by_mark = [name for mark, name in MARKS if content.startswith(mark)]
    for name in (*by_mark, said, declared[1].decode() if declared else "", "utf-8"):
        try:
            if name:
                return content.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("utf-8", errors="replace")


# --- XML --------------------------------------------------------------------------------------


def _xml_feed(text: str, address: str) -> dict[str, Any]:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": address}
    document = io.BytesIO(text.encode())
    read = feedparser.parse(document, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not read.version:
        raise NoFeed("no_feed")
    feed = read.feed
    entries = (_entry(one, address) for one in read.entries[:MOST_ENTRIES])
    return {
        "title": _line(_words(feed.get("title", "")), LONGEST_NAME),
        "language": _language(feed.get("language", "")),
        "entries": [entry for entry in entries if entry["address"]],
    }


def _entry(one: Mapping[str, Any], address: str) -> dict[str, Any]:
    link = _address(one.get("link", ""), address)
    bodies = [body.get("value", "") for body in one.get("content", [])]
    words = _words(next(filter(None, [one.get("summary", ""), *bodies]), ""))
    title = _line(_words(one.get("title", "")), LONGEST_TITLE)
    return {
        "id": _whole(str(one.get("id") or link or title)[:LONGEST_ADDRESS]),
        "address": link,
        "title": title,
        "words": _line(words, LONGEST_WORDS),
        "picture": _picture(one, address),
        "at": _moment(one.get("published_parsed") or one.get("updated_parsed")),
    }


def _picture(one: Mapping[str, Any], address: str) -> str:
    offered = [
        *one.get("media_content", []),
        *one.get("media_thumbnail", []),
        *one.get("enclosures", []),
    ]
    for media in offered:
        kind = str(media.get("type") or media.get("medium") or "image")
        found = _address(media.get("url") or media.get("href") or "", address)
        if kind.startswith("image") and found:
            return found
    return ""


def _moment(parsed: Any) -> str:
    try:
        return _dated(datetime.fromtimestamp(calendar.timegm(parsed), UTC)) if parsed else ""
    except (OverflowError, ValueError, OSError):
        return ""


def _dated(moment: datetime) -> str:
    return moment.isoformat() if moment.year in YEARS else ""


# --- JSON Feed (https://www.jsonfeed.org/version/1.1/) ------------------------------------------


def _json_feed(text: str, address: str) -> dict[str, Any]:
    document = json.loads(text)
    if not str(document.get("version", "")).startswith("https://jsonfeed.org/version/"):
        raise NoFeed("no_feed")
    items = [one for one in document.get("items", []) if isinstance(one, dict)]
    entries = (_json_entry(one, address) for one in items[:MOST_ENTRIES])
    return {
        "title": _line(str(document.get("title", "")), LONGEST_NAME),
        "language": _language(str(document.get("language", ""))),
        "entries": [entry for entry in entries if entry["address"]],
    }


def _json_entry(one: Mapping[str, Any], address: str) -> dict[str, Any]:
    def said(*names: str) -> str:
        return next((str(one[name]) for name in names if one.get(name)), "")

    link = _address(said("url", "external_url"), address)
    words = said("summary", "content_text") or _words(said("content_html"))
    title = _line(said("title"), LONGEST_TITLE) or _line(words, 100)
    return {
        "id": _whole((said("id") or link)[:LONGEST_ADDRESS]),
        "address": link,
        "title": title,
        "words": _line(words, LONGEST_WORDS),
        "picture": _address(said("image", "banner_image"), address),
        "at": _json_moment(said("date_published", "date_modified")),
    }


def _json_moment(said: str) -> str:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return ""
    return _dated(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


# --- pages and words --------------------------------------------------------------------------


def _named_by(page: str, address: str) -> list[str]:
    soup = BeautifulSoup(page, "html.parser")
    named: Iterable[Any] = soup.find_all("link", rel="alternate", href=True)
    found = [_address(str(link["href"]), address) for link in named if str(link.get("type", "")).lower() in FEED_TYPES]
    return [one for one in dict.fromkeys(found) if one][:5]


def _words(markup: str) -> str:
    """What a reader would read, without scripts, styles and tags."""
    if "<" not in markup and "&" not in markup:
        return markup
    soup = BeautifulSoup(markup[:LONGEST_MARKUP], "html.parser")
    for unread in soup(["script", "style", "template", "noscript"]):
        unread.decompose()
    return soup.get_text(" ")


def _line(text: str, most: int) -> str:
    whole = " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"


def _address(said: str, base: str) -> str:
    try:
        address = urljoin(base, said.strip()) if said else ""
        fits = urlsplit(address).scheme in ("http", "https") and len(address) <= LONGEST_ADDRESS
    except ValueError:
        return ""
    return address if fits and address.isprintable() and not re.search(r"\s", address) else ""


def _whole(mark: str) -> str:
    """Without halves of characters, which JSON can hold and nothing else."""
    return mark.encode(errors="replace").decode()


def _language(said: str) -> str:
    language = str(said).replace("_", "-").strip()
    return language if language.replace("-", "").isalnum() and len(language) <= 10 else ""


if __name__ == "__main__":
    main()
