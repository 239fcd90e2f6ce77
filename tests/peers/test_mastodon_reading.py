"""The judge of `make peers` must bite: it finds each way in which a status can differ from what was approved."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest

from tests.peers.mastodon_reading import differences

PICTURE = b"a chart that falls"
LINK = "https://share.example.com/l/7kq2"
APPROVED = {
    "account_id": "109",
    "text": f"Faster 🚀 builds #BuildTimes\n\n{LINK}",
    "warning": "Numbers · I work at Acme.",
    "visibility": "unlisted",
    "language": "en",
    "media": [{"sha256": hashlib.sha256(PICTURE).hexdigest(), "alt_text": "A chart that falls"}],
}
TAG = '<a href="https://m.example/tags/buildtimes" rel="tag">#<span>BuildTimes</span></a>'
# The address in three parts, as Mastodon writes it: the first and the last are hidden from the eye.
ADDRESS = f'<a href="{LINK}"><span>https://</span><span>share.example.com/</span><span>l/7kq2</span></a>'
CONTENT = f"<p>Faster 🚀 builds {TAG}<br><br>{ADDRESS}</p>"
KEPT: dict[str, Any] = {
    "account": {"id": "109"},
    "content": CONTENT,
    "spoiler_text": "Numbers · I work at Acme.",
    "visibility": "unlisted",
    "language": "en",
    "tags": [{"name": "buildtimes"}],
    "media_attachments": [{"url": "https://m.example/f/1.png", "description": "A chart that falls"}],
}


def found(kept: dict[str, Any], picture: bytes = PICTURE) -> list[str]:
    """The names of what differs."""
    said = differences(json.dumps(APPROVED), kept, links=[LINK], tags=["BuildTimes"], file=lambda _url: picture)
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
        (changed("account", "id", to="110"), ["author"]),
        (changed("content", to=CONTENT.replace("Faster", "Slower")), ["text"]),
        (changed("content", to=CONTENT.replace("</p>", "<br>More</p>")), ["text"]),
        (changed("spoiler_text", to=""), ["warning"]),
        (changed("visibility", to="public"), ["visibility"]),
        (changed("language", to="pl"), ["language"]),
        (changed("content", to=CONTENT.replace(f'href="{LINK}"', 'href="https://evil.example"')), ["links"]),
        (changed("content", to=CONTENT.replace(ADDRESS, LINK)), ["links"]),
        (changed("tags", to=[]), ["hashtags"]),
        (changed("tags", 0, "name", to="build"), ["hashtags"]),
        (changed("media_attachments", to=[]), ["files"]),
        (changed("media_attachments", 0, "description", to="A chart"), ["files"]),
        (changed("media_attachments", to=KEPT["media_attachments"] * 2), ["files"]),
    ],
)
def test_each_difference_is_found(kept: dict[str, Any], differs: list[str]) -> None:
    assert found(kept) == differs


def test_other_bytes_behind_the_same_attachment_are_found() -> None:
    assert found(KEPT, picture=b"another chart") == ["files"]
