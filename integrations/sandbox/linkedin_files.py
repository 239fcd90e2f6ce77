"""LinkedIn's uploads: images and documents in one PUT with the token, videos in parts without it, and worked on.

How far a video is may be asked by its member; of images and documents nobody of a self-serve app learns anything.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from integrations.sandbox.linkedin_signin import check_version, denied, error, member
from integrations.sandbox.store import Media
from integrations.sandbox.web import Body, Handler, Rejected, Routes, Sandbox, answer, json_body

PART = 1_048_576  # bytes; the real ones are four times that
WORKED = 0.4  # seconds
KINDS = {"images": "image", "documents": "document", "videos": "video"}
_DAY = 86_400_000


def announce(sandbox: Sandbox, request: Request, kind: str) -> Response:
    if kind == "videos" and request.args.get("action") == "finalizeUpload":
        return finalize(sandbox, request)
    token = member(sandbox, request, "w_member_social", f"partnerApi{kind.capitalize()}.ACTION-initializeUpload")
    check_version(request)
    wanted = json_body(request).get("initializeUploadRequest", {})
    owner = f"urn:li:person:{token.account_id}"
    if request.args.get("action") != "initializeUpload" or wanted.get("owner") != owner:
        raise denied(f"{kind}.ACTION-initializeUpload")
    name = secrets.token_urlsafe(12).replace("-", "A").replace("_", "B")
    urn = f"urn:li:{KINDS[kind]}:{name}"
    media = sandbox.store.keep_media(Media("linkedin", urn, token.account_id))
    if kind == "videos":
        return answer({"value": _parts(sandbox, media, wanted.get("fileSizeBytes"))})
    expires = int(datetime.now(UTC).timestamp() * 1000) + _DAY
    url = sandbox.url(f"/linkedin/dms-uploads/{name}/uploaded-{KINDS[kind]}/0")
    return answer({"value": {"uploadUrl": url, KINDS[kind]: urn, "uploadUrlExpiresAt": expires}})


def upload(sandbox: Sandbox, request: Request, name: str, kind: str) -> Response:
    token = member(sandbox, request, "w_member_social", f"{kind}.UPLOAD")
    media = sandbox.store.upload_place("linkedin", f"urn:li:{kind}:{name}")
    if media is None or media.account_id != token.account_id:
        raise _not_found()
    content = request.get_data()
    declared = request.mimetype if request.mimetype.startswith(("image/", "application/pdf")) else ""
    media.content_type = declared or picture_type(content)
    sandbox.store.keep_media(media, content)
    return Response(status=201)


def picture_type(content: bytes) -> str:
    if content.startswith(b"\x89PNG"):
        return "image/png"
    return "image/gif" if content.startswith(b"GIF8") else "image/jpeg"


# --- videos -----------------------------------------------------------------------------------


def _parts(sandbox: Sandbox, media: Media, size: object) -> Body:
    if not isinstance(size, int) or not 0 < size <= 500_000_000:
        raise Rejected(error(400, "ILLEGAL_ARGUMENT", "fileSizeBytes is not valid"))
    media.size, media.content_type = size, "video/mp4"
    sandbox.store.keep_media(media)
    name = media.id.rpartition(":")[2]
    asked = [
        {
            "uploadUrl": sandbox.url(f"/linkedin/dms-uploads/{name}/part/{number}"),
            "firstByte": first,
            "lastByte": min(first + PART, size) - 1,
        }
        for number, first in enumerate(range(0, size, PART))
    ]
    return {"video": media.id, "uploadToken": f"token-{name}", "uploadInstructions": asked}


def part(sandbox: Sandbox, request: Request, name: str, number: str) -> Response:
    media = sandbox.store.upload_place("linkedin", f"urn:li:video:{name}")
    if media is None or request.headers.get("Authorization"):
        raise _not_found()
    content = request.get_data()
    (sandbox.store.pictures / f"part-{name}-{int(number):04}").write_bytes(content)
    return Response(status=200, headers={"ETag": f'"{hashlib.sha256(content).hexdigest()[:16]}"'})


def finalize(sandbox: Sandbox, request: Request) -> Response:
    token = member(sandbox, request, "w_member_social", "partnerApiVideos.ACTION-finalizeUpload")
    check_version(request)
    said = json_body(request).get("finalizeUploadRequest", {})
    media = sandbox.store.media.get(("linkedin", str(said.get("video")), token.account_id))
    name = str(said.get("video")).rpartition(":")[2]
    if media is None or said.get("uploadToken") != f"token-{name}":
        raise _not_found()
    pieces = [path.read_bytes() for path in sorted(sandbox.store.pictures.glob(f"part-{name}-*"))]
    marks = [hashlib.sha256(piece).hexdigest()[:16] for piece in pieces]
    if said.get("uploadedPartIds") != marks or sum(map(len, pieces)) != media.size:
        raise Rejected(error(400, "ILLEGAL_ARGUMENT", "uploadedPartIds do not add up to the video"))
    media.alt = datetime.now(UTC).isoformat()  # when it was whole; a video has no alt text
    sandbox.store.keep_media(media, b"".join(pieces))
    return Response(status=200)


def one_video(sandbox: Sandbox, request: Request, urn: str) -> Response:
    token = member(sandbox, request, "w_member_social", "partnerApiVideos.GET")
    check_version(request)
    media = sandbox.store.media.get(("linkedin", unquote(urn), token.account_id))
    if media is None:
        raise _not_found()
    return answer({"id": media.id, "owner": f"urn:li:person:{media.account_id}", "status": status_of(media)})


def status_of(media: Media) -> str:
    if not media.alt:
        return "WAITING_UPLOAD"
    worked = datetime.now(UTC) - datetime.fromisoformat(media.alt)
    return "AVAILABLE" if worked.total_seconds() >= WORKED else "PROCESSING"


def _not_found() -> Rejected:
    return Rejected(error(404, "NOT_FOUND", "Not Found"))


def _announcing(kind: str) -> Handler:
    return lambda sandbox, request: announce(sandbox, request, kind)


ROUTES: Routes = [
    *[("POST", f"/linkedin/rest/{kind}", _announcing(kind)) for kind in KINDS],
    ("GET", "/linkedin/rest/videos/<urn>", one_video),
    ("PUT", "/linkedin/dms-uploads/<name>/part/<number>", part),
    ("PUT", "/linkedin/dms-uploads/<name>/uploaded-<kind>/0", upload),
]
