"""Mastodon's media: a picture is ready at once, a GIF or a video after a while (202, then 206 until it is done)."""

from __future__ import annotations

from datetime import UTC, datetime

from werkzeug.wrappers import Request, Response

from integrations.sandbox.mastodon_signin import account_token, refuse
from integrations.sandbox.store import Media
from integrations.sandbox.web import Body, Sandbox, answer

STILL_TYPES = ("image/jpeg", "image/png", "image/webp")
MOVING_TYPES = ("image/gif", "video/mp4", "video/quicktime", "video/webm")
MEDIA_TYPES = STILL_TYPES + MOVING_TYPES
LARGEST_IMAGE, LARGEST_VIDEO = 16_777_216, 103_809_024


def kind_of(content_type: str) -> str:
    if content_type == "image/gif":
        return "gifv"
    return "video" if content_type.startswith("video/") else "image"


def is_ready(sandbox: Sandbox, media: Media) -> bool:
    """Its id carries when it came."""
    came = (int(media.id) >> 20) / 1000
    worked = datetime.now(UTC).timestamp() - came
    return media.content_type in STILL_TYPES or worked >= sandbox.settings.mastodon_media_seconds


def upload(sandbox: Sandbox, request: Request) -> Response:
    token = account_token(sandbox, request, "write", "write:media")
    file = request.files.get("file")
    if file is None or file.mimetype not in MEDIA_TYPES:
        refuse(422, "Validation failed: File content type is invalid, File is invalid")
    alt, content = request.form.get("description", ""), file.read()
    if len(alt) > 1500:
        refuse(422, "Validation failed: Description is too long (maximum is 1500 characters)")
    largest = LARGEST_VIDEO if file.mimetype.startswith("video/") else LARGEST_IMAGE
    if len(content) > largest:
        refuse(422, f"Validation failed: File file size must be less than {largest >> 20} MB")
    media = Media("mastodon", sandbox.store.number(), token.account_id, content_type=file.mimetype, alt=alt)
    return _said(sandbox, sandbox.store.keep_media(media, content), working=202)


def one_media(sandbox: Sandbox, request: Request, media_id: str) -> Response:
    token = account_token(sandbox, request, "write", "write:media")
    media = sandbox.store.media_of("mastodon", media_id, token.account_id)
    return _said(sandbox, media or refuse(404, "Record not found"), working=206)


def _said(sandbox: Sandbox, media: Media, *, working: int) -> Response:
    ready = is_ready(sandbox, media)
    url = sandbox.url(f"/sandbox/pictures/{media.sha256}") if ready else None
    named: Body = {"id": media.id, "type": kind_of(media.content_type), "url": url, "preview_url": url}
    return answer(named | {"description": media.alt or None}, 200 if ready else working)
