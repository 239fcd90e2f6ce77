"""How each network says "published", and where its request holds what readers will see. Used by the contract test."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from integrations.networks.base import Deed, Grant, Picture, Post, Secret, Uploaded
from tests.integrations.peer import Answer, Asked, Peer

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
RKEY, CREATED_AT = "3m5z7qk2abc2d", "2026-11-20T09:30:00.000Z"
DID = "did:plc:canary"
URN = "urn:li:share:7000000000000000001"
TRACKED = "https://go.acme.example/s/Ab3xY"


@dataclass(frozen=True, slots=True)
class Spoken:
    account_id: str
    path: str
    success: Answer
    external_id: str
    url: str
    read_back: Callable[[Asked], str]
    # Where a post waits before it is published: what is asked first, with the answers, and which of it holds the text.
    before: tuple[tuple[str, Answer], ...] = ()
    text_path: str = ""
    media: tuple[Picture, ...] = ()


def unescaped(asked: Asked) -> str:
    """LinkedIn's reading of a commentary: a backslash makes the next character plain."""
    read, rest = "", str(asked.json()["commentary"])
    while rest:
        rest = rest[1:] if rest[0] == "\\" else rest
        read, rest = read + rest[0], rest[1:]
    return read


SPOKEN = {
    "linkedin": Spoken(
        "canary",
        "/linkedin/rest/posts",
        Answer(201, b"", {"x-restli-id": URN}),
        URN,
        f"/linkedin/feed/update/{URN}/",
        unescaped,
    ),
    "x": Spoken(
        "12",
        "/x/2/tweets",
        Answer(201, {"data": {"id": "1900000000000000001", "text": "…"}}),
        "1900000000000000001",
        "/x/i/web/status/1900000000000000001",
        lambda asked: str(asked.json()["text"]),
    ),
    "mastodon": Spoken(
        "34",
        "/mastodon/api/v1/statuses",
        Answer(200, {"id": "113", "url": "https://m.example/@ann/113"}),
        "113",
        "https://m.example/@ann/113",
        lambda asked: str(asked.json()["status"]),
    ),
    "bluesky": Spoken(
        DID,
        "/bluesky/xrpc/com.atproto.repo.putRecord",
        Answer(200, {"uri": f"at://{DID}/app.bsky.feed.post/{RKEY}", "cid": "bafy"}),
        f"at://{DID}/app.bsky.feed.post/{RKEY}",
        f"/bluesky/profile/{DID}/post/{RKEY}",
        lambda asked: str(asked.json()["record"]["text"]),
    ),
    "threads": Spoken(
        "56",
        "/threads/v1.0/56/threads_publish",
        Answer(200, {"id": "1790"}),
        "1790",
        "https://www.threads.com/@ann/post/D1",
        lambda asked: asked.form()["text"],
        before=(
            ("/threads/v1.0/56/threads", Answer(200, {"id": "1789"})),
            ("/threads/v1.0/1789", Answer(200, {"id": "1789", "status": "FINISHED"})),
            ("/threads/v1.0/1790", Answer(200, {"id": "1790", "permalink": "https://www.threads.com/@ann/post/D1"})),
        ),
        text_path="/threads/v1.0/56/threads",
    ),
    "facebook_pages": Spoken(
        "78",
        "/facebook_pages/v23.0/78/feed",
        Answer(200, {"id": "78_9"}),
        "78_9",
        "https://www.facebook.com/ann/posts/9",
        lambda asked: asked.form()["message"],
        before=(
            ("/facebook_pages/v23.0/78_9", Answer(200, {"permalink_url": "https://www.facebook.com/ann/posts/9"})),
        ),
    ),
    "instagram": Spoken(
        "90",
        "/instagram/v23.0/90/media_publish",
        Answer(200, {"id": "1790"}),
        "1790",
        "https://www.instagram.com/p/D1/",
        lambda asked: asked.form()["caption"],
        before=(
            ("/instagram/v23.0/90/media", Answer(200, {"id": "1789"})),
            ("/instagram/v23.0/1789", Answer(200, {"id": "1789", "status_code": "FINISHED"})),
            ("/instagram/v23.0/1790", Answer(200, {"id": "1790", "permalink": "https://www.instagram.com/p/D1/"})),
        ),
        text_path="/instagram/v23.0/90/media",
        media=(Picture("ab" * 32, "image/jpeg", "A chart", 1200, 900),),
    ),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a deed is done to: pages as a browser opens them, and what `upload` makes of each."""

    post: str
    account: str
    named_post: str
    named_account: str


STRONG = {"uri": f"at://{DID}/app.bsky.feed.post/{RKEY}", "cid": "bafyreib"}
TARGETS = {
    "mastodon": Target("https://m.example/@ben/113", "https://m.example/@ben", "113", "34"),
    "bluesky": Target(
        f"https://bsky.app/profile/{DID}/post/{RKEY}",
        f"https://bsky.app/profile/{DID}",
        json.dumps({"parent": STRONG, "root": STRONG}),
        json.dumps({"did": DID}),
    ),
}


UNDONE = {
    "mastodon": {Deed.LIKE: "like:113", Deed.REPOST: "repost:113", Deed.FOLLOW: "follow:34", Deed.COMMENT: "114"},
    "bluesky": {
        Deed.LIKE: f"at://{DID}/app.bsky.feed.like/{RKEY}",
        Deed.REPOST: f"at://{DID}/app.bsky.feed.repost/{RKEY}",
        Deed.FOLLOW: f"at://{DID}/app.bsky.graph.follow/{RKEY}",
        Deed.COMMENT: f"at://{DID}/app.bsky.feed.post/{RKEY}",
    },
}


def deed_for(key: str, deed: Deed) -> tuple[Post, Uploaded]:
    """The deed, and what its `upload` found."""
    target, follows = TARGETS[key], deed is Deed.FOLLOW
    words = "Well said." if deed is Deed.COMMENT else ""
    post = replace(post_for(key), text=words, media=(), deed=deed, target=target.account if follows else target.post)
    return post, Uploaded(target=target.named_account if follows else target.named_post)


def grant_for(key: str, peer: Peer) -> Grant:
    return Grant(
        access_token=Secret("canary-access"),
        refresh_token=Secret("canary-refresh"),
        expires_at=NOW + timedelta(hours=2),
        server=f"{peer.url}/{key}",
        account_id=SPOKEN[key].account_id if key in SPOKEN else "practice",
        client_id="us",
        client_secret=Secret("canary-client"),
    )


def waiting(post: Post) -> Uploaded:
    """As `upload` leaves it where a post is prepared; the others do not look."""
    return Uploaded({post.digest(): "1789"})


def post_for(key: str, text: str = "") -> Post:
    return Post(
        network=key,
        connection="c1",
        account_id=SPOKEN[key].account_id if key in SPOKEN else "practice",
        media=SPOKEN[key].media if key in SPOKEN else (),
        text=text or f"What surprised me 🎉 (really): C# & snake_case_names *stay* #Team\n{TRACKED} #ad",
        rkey=RKEY,
        created_at=CREATED_AT,
    )
