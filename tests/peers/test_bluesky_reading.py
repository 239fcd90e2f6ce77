"""The judge of `make peers` must bite: it finds each way in which a record can differ from what was approved."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest

from tests.peers.bluesky_reading import differences

PICTURE = b"a chart that falls"
LINK = "https://share.example.com/l/7kq2"
TEXT = f"Faster 🚀 builds #BuildTimes\n\n{LINK}"
APPROVED = {
    "account_id": "did:plc:bob",
    "rkey": "3n2v27bsoo7ud",
    "text": TEXT,
    "created_at": "2026-11-22T06:54:59.123Z",
    "language": "en",
    "link": {
        "url": LINK,
        "title": "How we cut build times",
        "description": "A story",
        "picture": {"sha256": hashlib.sha256(PICTURE).hexdigest()},
    },
}


def facet(words: str, kind: str, **leads: str) -> dict[str, Any]:
    start = len(TEXT[: TEXT.index(words)].encode())
    feature = {"$type": f"app.bsky.richtext.facet#{kind}", **leads}
    return {"index": {"byteStart": start, "byteEnd": start + len(words.encode())}, "features": [feature]}


KEPT: dict[str, Any] = {
    "uri": "at://did:plc:bob/app.bsky.feed.post/3n2v27bsoo7ud",
    "value": {
        "$type": "app.bsky.feed.post",
        "text": TEXT,
        "createdAt": "2026-11-22T06:54:59.123Z",
        "langs": ["en"],
        "facets": [facet("#BuildTimes", "tag", tag="BuildTimes"), facet(LINK, "link", uri=LINK)],
        "embed": {
            "$type": "app.bsky.embed.external",
            "external": {
                "uri": LINK,
                "title": "How we cut build times",
                "description": "A story",
                "thumb": {"ref": {"$link": "bafy"}},
            },
        },
    },
}


def found(kept: dict[str, Any], picture: bytes = PICTURE) -> list[str]:
    """The names of what differs."""
    canonical = json.dumps(APPROVED)
    said = differences(canonical, kept, links=[LINK], tags=["BuildTimes"], blob=lambda _cid: picture)
    return [line.partition(":")[0] for line in said]


def changed(*path: str | int, to: object) -> dict[str, Any]:
    kept = copy.deepcopy(KEPT)
    place: Any = kept
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return kept


def test_the_same_post_has_no_difference() -> None:
    assert found(KEPT) == []


@pytest.mark.parametrize(
    ("kept", "differs"),
    [
        (changed("uri", to="at://did:plc:eve/app.bsky.feed.post/3n2v27bsoo7ud"), ["key"]),
        (changed("value", "$type", to="app.bsky.feed.like"), ["type"]),
        (changed("value", "text", to=TEXT + " "), ["text"]),
        (changed("value", "createdAt", to="2026-11-22T06:54:59Z"), ["time"]),
        (changed("value", "langs", to=["pl"]), ["language"]),
        (changed("value", "reply", to={}), ["further parts"]),
        (changed("value", "facets", 0, "index", "byteStart", to=8), ["hashtags"]),
        (changed("value", "facets", 1, "features", 0, "uri", to="https://evil.example"), ["links"]),
        (changed("value", "facets", to=[]), ["links", "hashtags"]),
        (changed("value", "embed", to=None), ["card"]),
        (changed("value", "embed", "external", "title", to="Other"), ["card"]),
        (changed("value", "embed", to={"$type": "app.bsky.embed.images", "images": []}), ["card"]),
    ],
)
def test_each_difference_is_found(kept: dict[str, Any], differs: list[str]) -> None:
    assert found(kept) == differs


def test_another_picture_under_the_same_card_is_found() -> None:
    assert found(KEPT, picture=b"another chart") == ["card"]
