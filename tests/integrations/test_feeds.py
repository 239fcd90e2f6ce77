"""Feeds as the web writes them: formats, encodings, conditions, refusals, and documents that mean harm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.feeds import Feed, FeedRefused, Trouble, Unchanged, find_feed, read_feed, sentence_of
from tests.integrations.peer import Answer, Peer, hang, running_peer

XML = {"Content-Type": "application/rss+xml"}
RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Zażółć &amp; friends</title><language>pl-PL</language><link>https://example.com/</link>
<item><guid isPermaLink="false">one</guid><title>First &lt;b&gt;bold&lt;/b&gt; one</title>
<link>https://example.com/one?utm_source=rss&amp;id=7</link>
<description>&lt;p&gt;Some &lt;script&gt;alert(1)&lt;/script&gt;&lt;em&gt;words&lt;/em&gt; here.&lt;/p&gt;</description>
<media:thumbnail url="https://example.com/one.png"/><pubDate>Mon, 16 Nov 2026 09:00:00 +0100</pubDate></item>
<item><title>No address</title></item>
<item><title>Sly</title><link>javascript:alert(1)</link></item>
<item><title>Second</title><link>/two</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>员工分享</title><entry><id>tag:x,1</id>
<title type="html">值得一读</title><link href="https://example.com/a"/><updated>2026-11-16T08:00:00Z</updated>
<content type="html">&lt;p&gt;故事&lt;/p&gt;</content></entry></feed>"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Notes",
    "language": "it",
    "items": [
        {"id": 3, "url": "https://example.com/3", "title": "Tre", "content_html": "<p>Uno <b>due</b></p>"},
        {"id": 4, "url": "https://example.com/4", "content_text": "Senza titolo", "date_published": "2026-11-16"},
        {"id": 5, "title": "No address"},
        "nonsense",
    ],
}
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<rss version="2.0"><channel><title>&b;</title></channel></rss>'
)
FILES = '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>&f;</channel></rss>'


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as running:
        yield running


def said(peer: Peer, body: str | bytes, headers: dict[str, str] | None = None) -> Feed:
    content = body.encode() if isinstance(body, str) else body
    peer.tell("/feed", Answer(body=content, headers=headers or XML))
    feed = read_feed(f"{peer.url}/feed")
    assert isinstance(feed, Feed)
    return feed


def trouble(peer: Peer, answer: Answer) -> str:
    peer.tell("/feed", answer)
    with pytest.raises(FeedRefused) as refused:
        read_feed(f"{peer.url}/feed")
    assert refused.value.sentence
    return refused.value.trouble.value


def test_an_rss_feed_gives_plain_words_and_addresses(peer: Peer) -> None:
    feed = said(peer, RSS)
    assert (feed.title, feed.language) == ("Zażółć & friends", "pl-PL")
    first, second = feed.entries
    assert (first.title, first.words) == ("First bold one", "Some words here.")
    assert first.address == "https://example.com/one?utm_source=rss&id=7"
    assert first.picture_url == "https://example.com/one.png"
    assert first.published_at == datetime(2026, 11, 16, 8, tzinfo=UTC)
    assert (second.address, second.published_at) == (f"{peer.url}/two", None)
    assert len({first.mark, second.mark}) == 2


def test_an_atom_feed(peer: Peer) -> None:
    feed = said(peer, ATOM, {"Content-Type": "application/atom+xml; charset=utf-8"})
    assert (feed.title, feed.entries[0].title, feed.entries[0].words) == ("员工分享", "值得一读", "故事")


def test_a_json_feed(peer: Peer) -> None:
    feed = said(peer, json.dumps(JSON_FEED), {"Content-Type": "application/feed+json"})
    assert [(entry.title, entry.words) for entry in feed.entries] == [
        ("Tre", "Uno due"),
        ("Senza titolo", "Senza titolo"),
    ]
    assert feed.entries[1].published_at == datetime(2026, 11, 16, tzinfo=UTC)
    assert feed.language == "it"


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("gb18030", "gb18030", "text/xml"),
        ("windows-1251", "utf-8", "application/xml; charset=windows-1251"),
        ("utf-16", "utf-16", "application/rss+xml"),
        ("utf-8", "no-such-charset", "application/rss+xml"),
    ],
)
def test_a_feed_is_read_in_its_own_encoding(peer: Peer, encoding: str, declared: str, header: str) -> None:
    words = "值得一读" if encoding != "windows-1251" else "Стоит прочитать"
    text = (
        f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><title>{words}</title></channel></rss>'
    )
    assert said(peer, text.encode(encoding), {"Content-Type": header}).title == words


def test_a_broken_feed_is_read_as_far_as_it_goes(peer: Peer) -> None:
    broken = '<rss version="2.0"><channel><title>News & more</title><item><title>One<link>https://example.com/1</link>'
    assert said(peer, broken).title == "News & more"


def test_what_did_not_change_is_not_read_again(peer: Peer) -> None:
    marked = {**XML, "ETag": '"v1"', "Last-Modified": "Mon, 16 Nov 2026 08:00:00 GMT"}
    feed = said(peer, RSS, marked)
    assert (feed.etag, feed.last_modified) == ('"v1"', "Mon, 16 Nov 2026 08:00:00 GMT")
    peer.tell("/feed", Answer(304))
    assert read_feed(feed.address, etag=feed.etag, last_modified=feed.last_modified) == Unchanged()
    asked = peer.asked[-1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('"v1"', "Mon, 16 Nov 2026 08:00:00 GMT")
    assert trouble(peer, Answer(304)) == Trouble.ERROR  # unasked


def test_a_page_leads_to_the_feed_it_names(peer: Peer) -> None:
    page = b'<!doctype html><link rel="alternate" type="application/rss+xml" href="/feed"><title>Blog</title>'
    peer.tell("/blog", Answer(body=page, headers={"Content-Type": "text/html; charset=utf-8"}))
    peer.tell("/feed", Answer(body=RSS.encode(), headers=XML))
    assert find_feed(f"{peer.url}/blog").address == f"{peer.url}/feed"
    peer.tell("/blog", Answer(body=b"<!doctype html><title>Blog</title>", headers={"Content-Type": "text/html"}))
    with pytest.raises(FeedRefused, match="no_feed"):
        find_feed(f"{peer.url}/blog")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(404), Trouble.GONE),
        (Answer(410), Trouble.GONE),
        (Answer(403), Trouble.LOCKED),
        (Answer(500), Trouble.ERROR),
        (Answer(act=hang), Trouble.NO_ANSWER),
        (Answer(body=b"<rss>" + b"a" * 2_000_001, headers=XML), Trouble.TOO_LARGE),
        (Answer(body=b"%PDF", headers={"Content-Type": "application/pdf"}), Trouble.NO_FEED),
        (Answer(body=b"GIF89a", headers={"Content-Type": "image/gif"}), Trouble.NO_FEED),
        (Answer(body=b"plain words", headers={"Content-Type": "text/plain"}), Trouble.NO_FEED),
        (Answer(body=b'{"version": "1"}', headers={"Content-Type": "application/json"}), Trouble.NO_FEED),
        (Answer(body=b"{broken", headers={"Content-Type": "application/json"}), Trouble.UNREADABLE),
        (Answer(body=b"[" * 100_000, headers={"Content-Type": "application/json"}), Trouble.NO_FEED),
        (Answer(body=BOMB.encode(), headers=XML), Trouble.ENTITIES),
        (Answer(body=BOMB.encode("utf-16"), headers=XML), Trouble.ENTITIES),
        (Answer(body=FILES.encode(), headers=XML), Trouble.ENTITIES),
    ],
)
def test_what_cannot_be_read_says_why(peer: Peer, answer: Answer, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.feeds.TIMEOUT", None)  # the peer's short one
    assert trouble(peer, answer) == why


def test_a_reader_that_comes_to_no_end_is_given_up(peer: Peer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No document is known that takes it this long on every machine; so the reader itself is one without an end."""
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr("integrations.feeds.PROGRAM", endless)
    monkeypatch.setattr("integrations.feeds.SECONDS", 0.2)
    peer.tell("/feed", Answer(body=b"<rss version='2.0'/>", headers=XML))
    with pytest.raises(FeedRefused, match="unreadable"):
        read_feed(f"{peer.url}/feed")


@pytest.mark.parametrize(
    "address", ["https://10.0.0.1/feed", "https://127.0.0.1/feed", "ftp://example.com/f", "https://u:p@x.org/"]
)
def test_addresses_within_a_network_are_not_asked(address: str) -> None:
    with pytest.raises(FeedRefused, match="forbidden"):
        find_feed(address)


def test_every_trouble_has_a_sentence() -> None:
    assert all(sentence_of(trouble) for trouble in Trouble)
    assert sentence_of("") == ""


def test_halves_of_characters_and_controls_come_no_further(peer: Peer) -> None:
    strange = {
        "id": "\ud800",
        "url": "https://example.com/1",
        "title": "\ud800One\u0000",
        "image": "https://x.test/\u0000",
    }
    half = {"id": "2", "url": "https://example.com/\ud800", "title": "Two"}
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [strange, half]})
    entry = said(peer, body, {"Content-Type": "application/feed+json"}).entries[0]
    assert (entry.address, entry.title, entry.picture_url) == ("https://example.com/1", "One", "")
    assert len(said(peer, body, {"Content-Type": "application/feed+json"}).entries) == 1


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00"])
def test_a_date_that_no_clock_can_show_is_none(peer: Peer, at: str) -> None:
    one = {"id": "1", "url": "https://example.com/1", "title": "One", "date_published": at}
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [one]})
    assert said(peer, body, {"Content-Type": "application/feed+json"}).entries[0].published_at is None
    atom = ATOM.replace("2026-11-16T08:00:00Z", at)
    assert said(peer, atom).entries[0].published_at is None
