"""Pictures, GIFs, PDFs and videos on their way to LinkedIn: announced, brought to the place it names, and waited for.

A member's token may ask how far a video is, and nothing about pictures and documents. What is large is remembered for
an hour, so that an attempt that comes too early does not bring it twice.
Facts: learn.microsoft.com/en-us/linkedin (Images, Videos and Documents API), read in autumn 2026.
"""

from __future__ import annotations

import time
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

from integrations import http
from integrations.network_settings import network_settings
from integrations.networks.base import (
    Document,
    Grant,
    Medium,
    Post,
    ReadPicture,
    Refused,
    SurelyNotPosted,
    TryLater,
    Video,
    opened,
)
from integrations.networks.file_bodies import FileBody, long_call, piece_by_piece
from integrations.networks.linkedin_answers import FILE_BROKEN, FILE_WAITING, KEY, headers, surely_not, token
from integrations.networks.replies import SOON, UNCLEAR, repeatable
from integrations.networks.waiting_uploads import keep_waiting, no_longer_waiting, waiting_upload

LOOKS = 12
PAUSE, LONGEST_PAUSE = 0.25, 3.0  # seconds
LARGEST_PART = 32_000_000  # bytes; LinkedIn asks for parts of four million


def upload_one(file: Medium, post: Post, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    """What LinkedIn calls the file."""
    if not isinstance(file, Document | Video):
        return _picture(file, post, grant, read)
    with piece_by_piece():
        if known := waiting_upload(KEY, grant, file):
            return _ready(known, file, grant) if isinstance(file, Video) else known
        made = _video(file, post, grant, read) if isinstance(file, Video) else _document(file, post, grant, read)
        if not isinstance(made, str):
            return made
        keep_waiting(KEY, grant, file, made)
        return _ready(made, file, grant) if isinstance(file, Video) else made


def forget_documents(post: Post, grant: Grant) -> None:
    """LinkedIn did not take the post, perhaps for a PDF that nobody may ask about: another attempt brings it anew."""
    for file in post.files():
        if isinstance(file, Document):
            no_longer_waiting(KEY, grant, file)


def _picture(picture: Medium, post: Post, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    value = _announced("images", {}, post, grant)
    if not isinstance(value, dict):
        return value
    place, urn = str(value.get("uploadUrl", "")), str(value.get("image", ""))
    if not _is_linkedin(place):
        return TryLater(SOON, UNCLEAR)  # the token goes to LinkedIn and nobody else
    said = token(grant) | {"Content-Type": picture.content_type}
    return _brought(repeatable("PUT", place, data=read(picture.sha256), headers=said), urn)


def _document(document: Document, post: Post, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    value = _announced("documents", {}, post, grant)
    if not isinstance(value, dict):
        return value
    place, urn = str(value.get("uploadUrl", "")), str(value.get("document", ""))
    if not _is_linkedin(place):
        return TryLater(SOON, UNCLEAR)
    with opened(read, document.sha256) as content:
        body = FileBody(content, content.seek(0, 2))
        said = token(grant) | {"Content-Type": document.content_type}
        return _brought(repeatable("PUT", place, data=body, headers=said, timeout=long_call()), urn)


# --- videos -----------------------------------------------------------------------------------


def _video(video: Video, post: Post, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    with opened(read, video.sha256) as content:
        size = content.seek(0, 2)
        wanted = {"fileSizeBytes": size, "uploadCaptions": False, "uploadThumbnail": False}
        value = _announced("videos", wanted, post, grant)
        if not isinstance(value, dict):
            return value
        parts = _parts(content, value.get("uploadInstructions"), size)
    if not isinstance(parts, list):
        return parts
    urn = str(value.get("video", ""))
    said = {"video": urn, "uploadToken": str(value.get("uploadToken", "")), "uploadedPartIds": parts}
    reply = _asked("videos", "finalizeUpload", {"finalizeUploadRequest": said}, grant)
    return _brought(reply, urn)


def _parts(content: BinaryIO, asked: object, size: int) -> list[str] | SurelyNotPosted:
    """Every part where LinkedIn wants it, by the mark it gave for each; these places take no token."""
    marks: list[str] = []
    for one in asked if isinstance(asked, list) else []:
        place, first, last = str(one.get("uploadUrl", "")), one.get("firstByte"), one.get("lastByte")
        if not (isinstance(first, int) and isinstance(last, int) and 0 <= first <= last < size) or not (
            _is_linkedin(place) and last - first < LARGEST_PART
        ):
            return TryLater(SOON, UNCLEAR)
        content.seek(first)
        piece = content.read(last - first + 1)
        reply = repeatable("PUT", place, data=piece, headers={"Content-Type": "application/octet-stream"})
        if isinstance(reply, TryLater):
            return reply
        mark = reply.headers.get("ETag", "").strip('"')
        if reply.status not in (200, 201) or not mark:
            return surely_not(reply) or TryLater(SOON, UNCLEAR)
        marks.append(mark)
    return marks or TryLater(SOON, UNCLEAR)


def _ready(urn: str, video: Video, grant: Grant) -> str | SurelyNotPosted:
    """The same name once LinkedIn is done with it."""
    url = f"{network_settings(KEY).api_url}/rest/videos/{quote(urn, safe='')}"
    for look in range(1, LOOKS + 1):
        reply = repeatable("GET", url, headers=headers(grant))
        if isinstance(reply, TryLater):
            return reply
        status = reply.document().get("status")
        if reply.status == 200 and status == "AVAILABLE":
            return urn
        if reply.status == 404 or status == "PROCESSING_FAILED":
            no_longer_waiting(KEY, grant, video)
            return Refused(FILE_BROKEN) if reply.status == 200 else TryLater(SOON, FILE_WAITING)
        if reply.status != 200:
            return surely_not(reply) or TryLater(SOON, UNCLEAR)
        time.sleep(min(PAUSE * look, LONGEST_PAUSE))
    return TryLater(SOON, FILE_WAITING)


# --- the calls --------------------------------------------------------------------------------


def _announced(kind: str, more: dict[str, Any], post: Post, grant: Grant) -> dict[str, Any] | SurelyNotPosted:
    wanted = {"owner": f"urn:li:person:{post.account_id}", **more}
    reply = _asked(kind, "initializeUpload", {"initializeUploadRequest": wanted}, grant)
    if isinstance(reply, TryLater):
        return reply
    value = reply.document().get("value")
    if reply.status != 200 or not isinstance(value, dict):
        return surely_not(reply) or TryLater(SOON, UNCLEAR)
    return value


def _asked(kind: str, action: str, wanted: dict[str, Any], grant: Grant) -> http.Reply | TryLater:
    url = f"{network_settings(KEY).api_url}/rest/{kind}"
    return repeatable("POST", url, params={"action": action}, json=wanted, headers=headers(grant))


def _brought(reply: http.Reply | TryLater, urn: str) -> str | SurelyNotPosted:
    if isinstance(reply, TryLater):
        return reply
    return urn if reply.status in (200, 201) else surely_not(reply) or TryLater(SOON, UNCLEAR)


def _is_linkedin(url: str) -> bool:
    host = urlsplit(url).netloc
    return host == urlsplit(network_settings(KEY).api_url).netloc or (
        url.startswith("https://") and host.endswith(".linkedin.com")
    )
