"""How a Bluesky post or deed looks as a record: its key, its facets by UTF-8 bytes, its card or files, whom it names.

Pure: the same post and the same blobs give the same bytes, which is what makes a repeat harmless.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import regex

from integrations.networks.base import Deed, Post, Uploaded, Video
from integrations.networks.replies import links_in

COLLECTION = "app.bsky.feed.post"
COLLECTIONS = {
    Deed.LIKE: "app.bsky.feed.like",
    Deed.REPOST: "app.bsky.feed.repost",
    Deed.FOLLOW: "app.bsky.graph.follow",
}
QUOTED_WITH: dict[str, Any] = {"$type": "app.bsky.embed.recordWithMedia"}
TID_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
HASHTAG = regex.compile(r"(?<!\S)[#＃]([^\s#＃]+)")
LONGEST_TAG = 64


def tid(now_microseconds: int, random: int) -> str:
    """A record key: 53 bits of microseconds and 10 random bits, in letters that sort as the time does."""
    number = (now_microseconds & (1 << 53) - 1) << 10 | random & 0x3FF
    return "".join(TID_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))


def tid_time(key: str) -> datetime | None:
    """The moment a key of that kind was made; None where it is none."""
    if len(key) != 13 or not set(key) <= set(TID_LETTERS):
        return None
    number = 0
    for letter in key:
        number = number << 5 | TID_LETTERS.index(letter)
    return datetime.fromtimestamp((number >> 10 & (1 << 53) - 1) / 1_000_000, UTC)


def collection_of(post: Post) -> str:
    """A comment is a post, and so is a repost with words: a quotation."""
    quotes = post.deed is Deed.REPOST and bool(post.text.strip())
    return COLLECTION if quotes else COLLECTIONS.get(post.deed, COLLECTION)


def record(post: Post, uploaded: Uploaded) -> dict[str, Any]:
    collection = collection_of(post)
    if collection == COLLECTION:
        return _post(post, uploaded)
    named = json.loads(uploaded.target)
    subject = named["did"] if post.deed is Deed.FOLLOW else named["parent"]
    return {"$type": collection, "subject": subject, "createdAt": post.created_at}


def _post(post: Post, uploaded: Uploaded) -> dict[str, Any]:
    body: dict[str, Any] = {
        "$type": COLLECTION,
        "text": post.text,
        "createdAt": post.created_at,
        "langs": [post.language],
    }
    if marks := facets(post.text):
        body["facets"] = marks
    if embed := _embed(post, uploaded):
        body["embed"] = embed
    if post.deed is Deed.COMMENT:
        body["reply"] = json.loads(uploaded.target)
    elif post.deed is Deed.REPOST:
        quoted = {"$type": "app.bsky.embed.record", "record": json.loads(uploaded.target)["parent"]}
        media = body.get("embed")
        body["embed"] = QUOTED_WITH | {"record": quoted, "media": media} if media else quoted
    return body


def facets(text: str) -> list[dict[str, Any]]:
    """Links and hashtags are plain text unless a facet marks them, by byte offsets."""
    links = links_in(text)
    marks = [(start, end, {"$type": "app.bsky.richtext.facet#link", "uri": address}) for start, end, address in links]
    for match in HASHTAG.finditer(text):
        tag = regex.sub(r"\p{P}+$", "", match[1])
        if not tag or tag.isdigit() or len(regex.findall(r"\X", tag)) > LONGEST_TAG:
            continue
        marks.append((match.start(), match.start(1) + len(tag), {"$type": "app.bsky.richtext.facet#tag", "tag": tag}))
    marks.sort(key=lambda mark: mark[:2])
    return [
        {"index": {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:end])}, "features": [feature]}
        for start, end, feature in marks
    ]


def _video(video: Video, uploaded: Uploaded) -> dict[str, Any]:
    body = {"$type": "app.bsky.embed.video", "video": json.loads(uploaded.ids[video.sha256]), "alt": video.alt_text}
    if video.width and video.height:
        body["aspectRatio"] = {"width": video.width, "height": video.height}
    return body


def _bytes(text: str) -> int:
    return len(text.encode())


def _embed(post: Post, uploaded: Uploaded) -> dict[str, Any] | None:
    """Blobs come back from the upload as JSON, kept as text beside the picture's hash."""
    if post.media and isinstance(post.media[0], Video):
        return _video(post.media[0], uploaded)
    if post.media:
        images: list[dict[str, Any]] = []
        for picture in post.media:
            image: dict[str, Any] = {"image": json.loads(uploaded.ids[picture.sha256]), "alt": picture.alt_text}
            if picture.width and picture.height:
                image["aspectRatio"] = {"width": picture.width, "height": picture.height}
            images.append(image)
        return {"$type": "app.bsky.embed.images", "images": images}
    if not post.link:
        return None
    card = post.link
    external: dict[str, Any] = {"uri": card.url, "title": card.title, "description": card.description}
    if card.picture:
        external["thumb"] = json.loads(uploaded.ids[card.picture.sha256])
    return {"$type": "app.bsky.embed.external", "external": external}
