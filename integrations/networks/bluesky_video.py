"""Bluesky's video service: it works on a video before its post is written, so that readers never see a missing one.

It is for accounts on Bluesky's own servers, and keeps the video there by itself, with a token that the account's server
signs for that alone (docs.bsky.app/docs/tutorials/video, "recommended method"). Any other server gets the file as it
gets pictures. Facts: that page, and app.bsky.video.* of the reference code, autumn 2026.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop

from integrations import http
from integrations.network_settings import network_settings
from integrations.networks.base import Grant, Medium, ReadPicture, Refused, SurelyNotPosted, TryLater, opened
from integrations.networks.bluesky_answers import xrpc
from integrations.networks.bluesky_oauth import EVERYTHING, call
from integrations.networks.file_bodies import FileBody, long_call, within_a_lease
from integrations.networks.replies import SOON, UNCLEAR, bearer, repeatable
from integrations.networks.waiting_uploads import keep_waiting, no_longer_waiting, waiting_upload

KEY = "bluesky"
OWN_SERVERS = ".host.bsky.network"
KEEP = "com.atproto.repo.uploadBlob"
LIMITS = "app.bsky.video.getUploadLimits"
# What a connection made at Bluesky's own page needs for it. Nobody is asked for it by default; an installation may, by
# NETWORK_BLUESKY_SCOPES. An app password needs nothing more.
SCOPE = f"rpc:{KEEP}?aud=*"
LASTS = timedelta(minutes=30)
LOOKS, PAUSE = 12, 2.0  # seconds between two
AN_HOUR = timedelta(hours=1)

FILE_WAITING = gettext_noop("Bluesky is still working on the video.")
FILE_REFUSED = gettext_noop("Bluesky could not make this video ready. Try another one, or post it by hand.")
NOT_TODAY = gettext_noop("Bluesky takes no more videos from this account today.")
NO_VIDEOS = gettext_noop(
    "Bluesky takes no videos from this account yet. Confirm your address of mail there, then try again."
)


def goes_by_service(grant: Grant) -> bool:
    """By what is declared: whose server it is, and how far the grant reaches."""
    host = urlsplit(grant.server).hostname or ""
    at_sandbox = bool(settings.SANDBOX_URL) and grant.server.startswith(settings.SANDBOX_URL)
    allowed = not grant.scopes or bool({SCOPE, EVERYTHING} & grant.scopes)
    return allowed and (host.endswith(OWN_SERVERS) or at_sandbox)


def upload_video(file: Medium, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted | None:
    """The blob as JSON once the service is done with it; None where the service is not to be had for this account."""
    with within_a_lease():
        known = waiting_upload(KEY, grant, file)
        job = {"jobId": known} if known else _brought(file, grant, read)
        if not isinstance(job, dict):
            return job
        ready = _ready(job)
    if isinstance(ready, TryLater) and ready.reason == FILE_WAITING:
        keep_waiting(KEY, grant, file, str(job["jobId"]))
    elif known:
        no_longer_waiting(KEY, grant, file)
    return ready


def _brought(file: Medium, grant: Grant, read: ReadPicture) -> dict[str, Any] | SurelyNotPosted | None:
    refused = _over_the_limits(grant)
    if refused:
        return refused
    token = _token(grant, f"did:web:{urlsplit(grant.server).netloc}", KEEP)
    if not isinstance(token, str):
        return token
    named = {"did": grant.account_id, "name": f"{file.sha256[:16]}.mp4"}
    headers = {**bearer(token), "Content-Type": file.content_type}
    with opened(read, file.sha256) as content:
        body = FileBody(content, content.seek(0, 2))
        url = xrpc(_service(), "app.bsky.video.uploadVideo")
        reply = repeatable("POST", url, params=named, data=body, headers=headers, timeout=long_call())
    if isinstance(reply, TryLater):
        return reply
    job = _job(reply)  # one that is there already is named, too, beside the error
    if job.get("jobId") or job.get("blob"):
        return job
    return None if 400 <= reply.status < 500 and reply.status != 429 else TryLater(SOON, UNCLEAR)


def _over_the_limits(grant: Grant) -> SurelyNotPosted | None:
    """Asked where the grant may ask. Why it takes none it says in words alone: a confirmed address is the person's to
    give, everything else ("not old enough", "exceeded daily upload videos limit") may pass by itself."""
    token = _token(grant, f"did:web:{urlsplit(_service()).netloc}", LIMITS)
    if not isinstance(token, str):
        return token
    reply = repeatable("GET", xrpc(_service(), LIMITS), headers=bearer(token))
    if isinstance(reply, TryLater) or reply.status != 200 or reply.document().get("canUpload") is not False:
        return None
    said = reply.document()
    why = f"{said.get('error')} {said.get('message')}".lower()
    return Refused(NO_VIDEOS) if "email" in why else TryLater(AN_HOUR, NOT_TODAY)


def _token(grant: Grant, audience: str, method: str) -> str | TryLater | None:
    """Signed by the account's server for that method at that service; None where it signs none for us."""
    asked = {"aud": audience, "lxm": method, "exp": str(int((datetime.now(UTC) + LASTS).timestamp()))}
    reply = call(repeatable, "GET", xrpc(grant.server, "com.atproto.server.getServiceAuth"), grant, params=asked)
    if isinstance(reply, TryLater):
        return reply
    return str(reply.document().get("token") or "") or None


def _ready(job: dict[str, Any]) -> str | SurelyNotPosted:
    for _look in range(LOOKS):
        if isinstance(job.get("blob"), dict):
            return json.dumps(job["blob"], sort_keys=True)
        if job.get("state") == "JOB_STATE_FAILED":
            return Refused(FILE_REFUSED)
        if job.get("state"):
            time.sleep(PAUSE)
        reply = repeatable("GET", xrpc(_service(), "app.bsky.video.getJobStatus"), params={"jobId": job["jobId"]})
        if isinstance(reply, TryLater):
            return reply
        asked = _job(reply)
        if reply.status >= 400 or not asked:  # one that it no longer knows is brought again
            return TryLater(SOON, UNCLEAR)
        job = {"jobId": job["jobId"], **asked}
    return TryLater(SOON, FILE_WAITING)


def _job(reply: http.Reply) -> dict[str, Any]:
    """Its upload answers with the job itself, its other methods with one inside."""
    said = reply.document()
    inside = said.get("jobStatus")
    return inside if isinstance(inside, dict) else said


def _service() -> str:
    return network_settings(KEY).video_url
