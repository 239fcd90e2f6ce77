"""Is the record on the server the post that was approved? Judged from the approval's own bytes and the server's answer.

It uses no code of the connector: a mistake there must show here, not cancel out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

COLLECTION = "app.bsky.feed.post"
FACET = "app.bsky.richtext.facet"
KNOWN = {"$type", "text", "createdAt", "langs", "facets", "embed"}
ReadBlob = Callable[[str], bytes]


def differences(
    canonical: str, kept: dict[str, Any], *, links: list[str], tags: list[str], blob: ReadBlob
) -> list[str]:
    """What differs, in words; empty where the two are equal. `links` and `tags` are what readers must be able to click,
    in the order of the text."""
    approved, value = json.loads(canonical), kept["value"]
    pairs = {
        "key": (f"at://{approved['account_id']}/{COLLECTION}/{approved['rkey']}", kept["uri"]),
        "type": (COLLECTION, value["$type"]),
        "text": (approved["text"], value["text"]),
        "time": (approved["created_at"], value["createdAt"]),
        "language": ([approved["language"]], value["langs"]),
        "further parts": (set(), set(value) - KNOWN),
        "links": ([(link, link) for link in links], _marked(value, "link", "uri")),
        "hashtags": ([(f"#{tag}", tag) for tag in tags], _marked(value, "tag", "tag")),
        "card": (approved["link"] and _card(approved["link"]), _card_there(value.get("embed"), blob)),
    }
    return [
        f"{name}: {ours!r} was approved, {theirs!r} is there"
        for name, (ours, theirs) in pairs.items()
        if ours != theirs
    ]


def _marked(value: dict[str, Any], kind: str, name: str) -> list[tuple[str, str]]:
    """What stands under each mark of that kind, counted in bytes as readers' apps do, and where it leads."""
    content = value["text"].encode()
    return [
        (content[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(errors="replace"), feature[name])
        for facet in value.get("facets", [])
        for feature in facet["features"]
        if feature["$type"] == f"{FACET}#{kind}"
    ]


def _card(link: dict[str, Any]) -> tuple[str, str, str, str]:
    picture = link["picture"]["sha256"] if link["picture"] else ""
    return link["url"], link["title"], link["description"], picture


def _card_there(embed: dict[str, Any] | None, blob: ReadBlob) -> tuple[str, str, str, str] | None:
    if embed is None:
        return None
    if embed["$type"] != "app.bsky.embed.external":
        return embed["$type"], "", "", ""
    card = embed["external"]
    thumb = hashlib.sha256(blob(card["thumb"]["ref"]["$link"])).hexdigest() if "thumb" in card else ""
    return card["uri"], card["title"], card["description"], thumb
