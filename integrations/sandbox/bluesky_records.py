"""What a Bluesky server checks of a post record before it takes it: key, lengths, facets, embeds.

It only reads uploaded blobs; `bluesky.py` writes.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from integrations.sandbox.bluesky_signin import refuse
from integrations.sandbox.counting import graphemes
from integrations.sandbox.store import Draft
from integrations.sandbox.web import Body, Rejected, Sandbox, answer

POSTS = "app.bsky.feed.post"
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LARGEST_THUMB, LARGEST_IMAGE, LARGEST_VIDEO = 1_000_000, 2_000_000, 100_000_000
DEEDS = {"app.bsky.feed.like": "like", "app.bsky.feed.repost": "repost", "app.bsky.graph.follow": "follow"}
COLLECTIONS = (POSTS, *DEEDS)


def _invalid(sentence: str) -> Rejected:
    return Rejected(answer({"error": "InvalidRequest", "message": f"Invalid {POSTS} record: {sentence}"}, 400))


def checked_draft(sandbox: Sandbox, account_id: str, body: Body, rkey: str) -> Draft:
    if not TID.fullmatch(rkey):
        refuse("InvalidRequest", "Input/rkey must be a valid TID")
    record: Body = body.get("record") or {}
    if body.get("collection") in DEEDS:
        return _checked_deed(account_id, str(body["collection"]), rkey, record)
    text = record.get("text")
    if record.get("$type") != POSTS or not isinstance(text, str):
        raise _invalid("Record must have $type and text")
    if graphemes(text) > 300:
        raise _invalid("Record/text must not be longer than 300 graphemes")
    if len(text.encode()) > 3000:
        raise _invalid("Record/text must not be longer than 3000 characters")
    _check_date(str(record.get("createdAt", "")))
    languages = record.get("langs", [])
    if len(languages) > 3 or len(record.get("tags", [])) > 8:
        raise _invalid("Record/langs or Record/tags holds too many values")
    embed: Body = record.get("embed") or {}
    media, card = _embed(sandbox, account_id, embed)
    deed, target = _answered_or_quoted(record, embed)
    return Draft(
        network="bluesky",
        account_id=account_id,
        text=text,
        external_id=f"at://{account_id}/{POSTS}/{rkey}",
        attempt_key=rkey,
        links=_facet_links(text, record.get("facets", [])),
        media=media,
        card=card,
        language=str(languages[0]) if languages else "",
        rkey=rkey,
        created_at=str(record["createdAt"]),
        record=record,
        deed=deed,
        target=target,
    )


def _checked_deed(account_id: str, collection: str, rkey: str, record: Body) -> Draft:
    """A like, repost or follow. Whether what it names exists is nothing to the server that keeps it."""
    if record.get("$type") != collection:
        refuse("InvalidRequest", f"Invalid $type: expected {collection}, got {record.get('$type')}")
    _check_date(str(record.get("createdAt", "")))
    subject = record.get("subject")
    if DEEDS[collection] == "follow":
        if not isinstance(subject, str) or not subject.startswith("did:"):
            raise _invalid("Record/subject must be a valid did")
    else:
        subject = _reference(subject, "Record/subject")
    return Draft(
        network="bluesky",
        account_id=account_id,
        text="",
        external_id=f"at://{account_id}/{collection}/{rkey}",
        attempt_key=rkey,
        rkey=rkey,
        created_at=str(record["createdAt"]),
        record=record,
        deed=DEEDS[collection],
        target=subject,
    )


def _reference(value: Any, place: str) -> str:
    """A strong reference: the address of a record and the hash of its content."""
    named = value if isinstance(value, dict) else {}
    if not str(named.get("uri", "")).startswith("at://") or not str(named.get("cid", "")).startswith("b"):
        raise _invalid(f'{place} must have the properties "uri" and "cid"')
    return str(named["uri"])


def _answered_or_quoted(record: Body, embed: Body) -> tuple[str, str]:
    if "reply" in record:
        reply = record["reply"] if isinstance(record["reply"], dict) else {}
        _reference(reply.get("root"), "Record/reply/root")
        return "comment", _reference(reply.get("parent"), "Record/reply/parent")
    kind, quoted = embed.get("$type", ""), embed.get("record")
    if kind == "app.bsky.embed.recordWithMedia":
        quoted = (quoted or {}).get("record")
    return ("repost", _reference(quoted, "Record/embed/record")) if quoted else ("post", "")


def _check_date(value: str) -> None:
    try:
        valid = bool(DATE.fullmatch(value)) and datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        valid = False
    if not valid:
        raise _invalid("Record/createdAt must be a valid atproto datetime")


def _facet_links(text: str, facets: list[Body]) -> list[str]:
    """Check every facet's UTF-8 byte range; return where its links lead."""
    content, taken, links = text.encode(), 0, []
    for facet in sorted(facets, key=lambda facet: int(facet.get("index", {}).get("byteStart", -1))):
        start, end = (int(facet.get("index", {}).get(name, -1)) for name in ("byteStart", "byteEnd"))
        if not taken <= start < end <= len(content):
            raise _invalid("Record/facets overlap or lie outside the text")
        try:
            content[start:end].decode()
            content[:start].decode()
        except UnicodeDecodeError as error:
            raise _invalid("Record/facets cut a character in two") from error
        taken = end
        links += [str(feature["uri"]) for feature in facet.get("features", []) if feature.get("uri")]
    return links


def _blob(sandbox: Sandbox, account_id: str, blob: Any, largest: int) -> str:
    """The SHA-256 of an uploaded blob that a record points to."""
    cid = ((blob or {}).get("ref") or {}).get("$link", "")
    media = sandbox.store.media_of("bluesky", cid, account_id)
    if media is None:
        refuse("InvalidRequest", f"Could not find blob: {cid}")
    if media.size > largest:
        raise _invalid(f"This file is too large. It is {media.size} bytes but the maximum size is {largest}.")
    return media.sha256


def _embed(sandbox: Sandbox, account_id: str, embed: Body) -> tuple[list[list[str]], dict[str, str] | None]:
    kind = embed.get("$type", "")
    if kind == "app.bsky.embed.external":
        return [], _card(sandbox, account_id, embed.get("external") or {})
    if kind == "app.bsky.embed.recordWithMedia":
        return _embed(sandbox, account_id, embed.get("media") or {})
    if kind == "app.bsky.embed.record":
        return [], None
    if kind == "app.bsky.embed.video":
        return [[_video(sandbox, account_id, embed.get("video")), str(embed.get("alt", ""))]], None
    if kind == "app.bsky.embed.images":
        images = embed.get("images") or []
        if not 1 <= len(images) <= 4 or not all(isinstance(image.get("alt"), str) for image in images):
            raise _invalid("Record/embed/images takes up to 4 images, each with alt")
        return [[_blob(sandbox, account_id, image.get("image"), LARGEST_IMAGE), image["alt"]] for image in images], None
    if kind:
        raise _invalid(f"this sandbox does not take {kind}")
    return [], None


def _video(sandbox: Sandbox, account_id: str, blob: Any) -> str:
    if not isinstance(blob, dict) or blob.get("mimeType") != "video/mp4":
        raise _invalid('Wrong type of file. It is not a "video/mp4" at Record/embed/video')
    return _blob(sandbox, account_id, blob, LARGEST_VIDEO)


def _card(sandbox: Sandbox, account_id: str, external: Body) -> dict[str, str]:
    if not external.get("uri") or not all(isinstance(external.get(name), str) for name in ("title", "description")):
        raise _invalid("Record/embed/external must have uri, title and description")
    picture = _blob(sandbox, account_id, external["thumb"], LARGEST_THUMB) if external.get("thumb") else ""
    named = {"url": external["uri"], "title": external["title"], "description": external["description"]}
    return {**named, "picture": picture}
