"""X's media: a picture in one call; GIFs and videos announced, in numbered pieces, ended, and worked on for a while."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from werkzeug.wrappers import Request, Response

from integrations.sandbox.store import Media
from integrations.sandbox.web import Body, Routes, Sandbox, answer, json_body
from integrations.sandbox.x_answers import invalid
from integrations.sandbox.x_signin import user

IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
LARGE = {"tweet_video": ("video/mp4", 512_000_000), "tweet_gif": ("image/gif", 15_000_000)}
LARGEST_IMAGE = LARGEST_PIECE = 5_000_000
MOVING = ("video/mp4", "image/gif")
WORKED = 0.4  # seconds


def upload(sandbox: Sandbox, request: Request) -> Response:
    token = user(sandbox, request, "media.write")
    file = request.files.get("media")
    content = file.read() if file else b""
    if file is None or not content or len(content) > LARGEST_IMAGE or file.mimetype not in IMAGE_TYPES:
        raise invalid("The media is missing, no image, or larger than 5 MB.")
    media = Media("x", sandbox.store.number(), token.account_id, content_type=file.mimetype)
    sandbox.store.keep_media(media, content)
    return answer({"data": {**_named(media), "size": media.size}})


def initialize(sandbox: Sandbox, request: Request) -> Response:
    token = user(sandbox, request, "media.write")
    body = json_body(request)
    kind, most = LARGE.get(str(body.get("media_category")), ("", 0))
    size = body.get("total_bytes")
    if body.get("media_type") != kind or not isinstance(size, int) or not 0 < size <= most:
        raise invalid("The media type, category or size is not valid.")
    media = Media("x", sandbox.store.number(), token.account_id, content_type=kind, size=size)
    sandbox.store.keep_media(media)
    _folder(sandbox, media).mkdir()
    return answer({"data": _named(media)})


def append(sandbox: Sandbox, request: Request, media_id: str) -> Response:
    media = _announced(sandbox, request, media_id)
    piece, number = request.files.get("media"), request.form.get("segment_index", "")
    content = piece.read(LARGEST_PIECE + 1) if piece else b""
    if not content or len(content) > LARGEST_PIECE or not number.isdigit() or int(number) > 999:
        raise invalid("The segment is not valid.")
    (_folder(sandbox, media) / f"{int(number):03}").write_bytes(content)
    return answer({"data": {"expires_at": 86_400}})


def finalize(sandbox: Sandbox, request: Request, media_id: str) -> Response:
    media = _announced(sandbox, request, media_id)
    content = b"".join(piece.read_bytes() for piece in sorted(_folder(sandbox, media).iterdir()))
    if len(content) != media.size:
        raise invalid("The segments do not add up to total_bytes.")
    sandbox.store.keep_media(media, content)
    return answer({"data": _named(media) | _working(media)})


def status(sandbox: Sandbox, request: Request) -> Response:
    if request.args.get("command") != "STATUS":
        raise invalid("The `command` query parameter value is not valid.")
    media = _announced(sandbox, request, request.args.get("media_id", ""))
    return answer({"data": _named(media) | _working(media)})


def metadata(sandbox: Sandbox, request: Request) -> Response:
    token = user(sandbox, request, "media.write")
    body = json_body(request)
    media = sandbox.store.media_of("x", str(body.get("id", "")), token.account_id)
    alt = str(((body.get("metadata") or {}).get("alt_text") or {}).get("text", ""))
    if media is None or len(alt) > 1000 or media.content_type.startswith("video/"):
        raise invalid("The media id or the alt text is not valid.")
    media.alt = alt
    sandbox.store.keep_media(media)
    return answer({"data": {"id": media.id, "associated_metadata": {"alt_text": {"text": alt}}}})


def is_ready(media: Media) -> bool:
    """Its id carries when it was announced."""
    return media.content_type not in MOVING or _age(media) >= WORKED


def _age(media: Media) -> float:
    return datetime.now(UTC).timestamp() - (int(media.id) >> 20) / 1000


def _announced(sandbox: Sandbox, request: Request, media_id: str) -> Media:
    token = user(sandbox, request, "media.write")
    media = sandbox.store.media.get(("x", media_id, token.account_id))
    if media is None:
        raise invalid("The media id is not valid.")
    return media


def _folder(sandbox: Sandbox, media: Media) -> Path:
    return sandbox.store.pictures / f"pieces-{media.id}"


def _named(media: Media) -> Body:
    return {"id": media.id, "media_key": f"3_{media.id}", "expires_after_secs": 86_400}


def _working(media: Media) -> Body:
    if is_ready(media):
        return {"processing_info": {"state": "succeeded", "progress_percent": 100}}
    return {"processing_info": {"state": "in_progress", "check_after_secs": 1, "progress_percent": 40}}


ROUTES: Routes = [
    ("POST", "/x/2/media/upload", upload),
    ("GET", "/x/2/media/upload", status),
    ("POST", "/x/2/media/upload/initialize", initialize),
    ("POST", "/x/2/media/upload/<media_id>/append", append),
    ("POST", "/x/2/media/upload/<media_id>/finalize", finalize),
    ("POST", "/x/2/media/metadata", metadata),
]
