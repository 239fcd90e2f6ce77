"""Bluesky's video service: takes a video with a token that the account's server signed, works on it, keeps it there."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from integrations.sandbox.bluesky_signin import caller, refuse
from integrations.sandbox.store import Media
from integrations.sandbox.web import Body, Routes, Sandbox, answer, bearer

KEEP = "com.atproto.repo.uploadBlob"
LARGEST = 100_000_000
DAILY = {"remainingDailyVideos": 24, "remainingDailyBytes": 10_000_000_000}


def service_auth(sandbox: Sandbox, request: Request) -> Response:
    """Not signed here: who made it is seen from the account in it."""
    token = caller(sandbox, request)
    if not request.args.get("aud", "").startswith("did:"):
        refuse("InvalidRequest", "Error: Params must have the property aud")
    claims = {"iss": token.account_id, **{name: request.args.get(name, "") for name in ("aud", "lxm", "exp")}}
    body = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return answer({"token": f"e30.{body}.sandbox"})


def _claims(request: Request, method: str) -> dict[str, Any]:
    parts = bearer(request).split(".")
    claims = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))) if len(parts) == 3 else {}
    if claims.get("lxm") != method:
        refuse("AuthenticationRequired", f"bad jwt lexicon method: must be {method}", 401)
    return dict(claims)


def uploader(cid_of: Callable[[bytes, int], str]) -> Callable[[Sandbox, Request], Response]:
    def upload_video(sandbox: Sandbox, request: Request) -> Response:
        did = str(_claims(request, KEEP)["iss"])
        content = request.get_data()
        if did != request.args.get("did") or not content or len(content) > LARGEST:
            refuse("InvalidRequest", "The video is another account's, empty, or larger than this service takes")
        cid = cid_of(content, 0x55)
        if sandbox.store.media_of("bluesky", cid, did):
            said = {"error": "already_exists", "message": "Video already processed"}
            return answer({"jobId": cid, "did": did, "state": "JOB_STATE_COMPLETED", **said}, 409)
        sandbox.store.keep_media(Media("bluesky", cid, did, content_type=request.mimetype), content)
        return answer({"jobId": cid, "did": did, "state": "JOB_STATE_CREATED"})

    return upload_video


def job_status(sandbox: Sandbox, request: Request) -> Response:
    cid = request.args.get("jobId", "")
    kept = sandbox.store.upload_place("bluesky", cid)
    if kept is None:
        refuse("InvalidRequest", "job not found")
    blob: Body = {"$type": "blob", "ref": {"$link": cid}, "mimeType": kept.content_type, "size": kept.size}
    done = {"jobId": cid, "did": kept.account_id, "state": "JOB_STATE_COMPLETED", "blob": blob}
    return answer({"jobStatus": done})


def upload_limits(_sandbox: Sandbox, request: Request) -> Response:
    _claims(request, "app.bsky.video.getUploadLimits")
    return answer({"canUpload": True, **DAILY})


def routes(cid_of: Callable[[bytes, int], str]) -> Routes:
    return [
        ("GET", "/bluesky/xrpc/com.atproto.server.getServiceAuth", service_auth),
        ("POST", "/bluesky/xrpc/app.bsky.video.uploadVideo", uploader(cid_of)),
        ("GET", "/bluesky/xrpc/app.bsky.video.getJobStatus", job_status),
        ("GET", "/bluesky/xrpc/app.bsky.video.getUploadLimits", upload_limits),
    ]
