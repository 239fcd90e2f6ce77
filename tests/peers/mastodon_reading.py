"""Is the post on the server the one that was approved? Judged from the approval's own bytes and the server's answer.

It uses no code of the connector: a mistake there must show here, not cancel out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from bs4 import BeautifulSoup

ReadFile = Callable[[str], bytes]


def differences(
    canonical: str, kept: dict[str, Any], *, links: list[str], tags: list[str], file: ReadFile
) -> list[str]:
    """What differs, in words; empty where the two are equal. `links` and `tags` are what readers must be able to click,
    in the order of the text."""
    approved = json.loads(canonical)
    page = BeautifulSoup(kept["content"], "html.parser")
    pairs = {
        "author": (approved["account_id"], kept["account"]["id"]),
        "text": (approved["text"].split(), _plain(page).split()),
        "warning": (approved.get("warning", ""), kept.get("spoiler_text", "")),
        "visibility": (approved["visibility"], kept["visibility"]),
        "language": (approved["language"], kept["language"]),
        "links": (links, _links(page)),
        "hashtags": ([tag.lower() for tag in tags], [tag["name"].lstrip("#").lower() for tag in kept["tags"]]),
        "files": (_files(approved), _files_there(kept, file)),
    }
    return [
        f"{name}: {ours!r} was approved, {theirs!r} is there"
        for name, (ours, theirs) in pairs.items()
        if ours != theirs
    ]


def _plain(page: BeautifulSoup) -> str:
    for line in page.find_all("br"):
        line.replace_with("\n")
    return page.get_text()


def _links(page: BeautifulSoup) -> list[str]:
    """What leads away from the server; a hashtag leads to its own page there."""
    return [str(link["href"]) for link in page.find_all("a", href=True) if not link.get_text().startswith("#")]


def _files(approved: dict[str, Any]) -> list[tuple[str, str]]:
    return [(file["sha256"], file["alt_text"]) for file in approved["media"]]


def _files_there(kept: dict[str, Any], file: ReadFile) -> list[tuple[str, str]]:
    there = kept["media_attachments"]
    return [(hashlib.sha256(file(one["url"])).hexdigest(), one["description"]) for one in there]
