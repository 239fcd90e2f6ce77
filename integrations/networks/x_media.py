"""Pictures, GIFs and videos on their way to X: a picture in one call, the others in pieces, and worked on for a while.

Facts: docs.x.com/x-api/media (initialize, append, finalize), August 2026.
"""

from __future__ import annotations

import time
from typing import Any

from django.utils.translation import gettext_noop

from integrations import http
from integrations.networks.base import (
    Animation,
    Grant,
    Medium,
    ReadPicture,
    Refused,
    SurelyNotPosted,
    TryLater,
    Video,
    opened,
)
from integrations.networks.file_bodies import piece_by_piece
from integrations.networks.replies import SOON, UNCLEAR, file_name, repeatable
from integrations.networks.waiting_uploads import keep_waiting, no_longer_waiting, waiting_upload
from integrations.networks.x_answers import KEY, api, surely_not, token

PIECE = 4_000_000  # bytes; X takes five million in one, and a thousand pieces
LOOKS = 12
LONGEST_PAUSE = 5.0  # seconds

FILE_WAITING = gettext_noop("X is still working on the file.")
FILE_REFUSED = gettext_noop("X does not take this file. Try another one, or post it by hand.")


def upload_one(file: Medium, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    made = _large(file, grant, read) if isinstance(file, Animation | Video) else _picture(file, grant, read)
    if not isinstance(made, str) or not file.alt_text or isinstance(file, Video):  # X describes no videos
        return made
    return _described(made, file, grant)


def _picture(picture: Medium, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    files = {"media": (file_name(picture), read(picture.sha256), picture.content_type)}
    form = {"media_category": "tweet_image", "media_type": picture.content_type}
    return _id_in(repeatable("POST", api("/2/media/upload"), data=form, files=files, headers=token(grant)))


def _described(media_id: str, file: Medium, grant: Grant) -> str | SurelyNotPosted:
    told = {"id": media_id, "metadata": {"alt_text": {"text": file.alt_text}}}
    reply = repeatable("POST", api("/2/media/metadata"), json=told, headers=token(grant))
    if isinstance(reply, TryLater):
        return reply
    return media_id if reply.status == 200 else surely_not(reply) or TryLater(SOON, UNCLEAR)


# --- GIFs and videos --------------------------------------------------------------------------


def _large(file: Medium, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    """X may work on it for minutes: the next attempt finds it there."""
    with piece_by_piece():
        known = waiting_upload(KEY, grant, file)
        media_id = known or _brought(file, grant, read)
        if not isinstance(media_id, str):
            return media_id
        ready = _ready(media_id, grant, first=_state(media_id, grant) if known else _finalized(media_id, grant))
    if isinstance(ready, TryLater) and ready.reason == FILE_WAITING:
        keep_waiting(KEY, grant, file, media_id)
    elif known and not isinstance(ready, str):
        no_longer_waiting(KEY, grant, file)
    return ready


def _brought(file: Medium, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    with opened(read, file.sha256) as content:
        size = content.seek(0, 2)
        content.seek(0)
        category = "tweet_gif" if isinstance(file, Animation) else "tweet_video"
        wanted = {"media_type": file.content_type, "total_bytes": size, "media_category": category}
        media_id = _id_in(repeatable("POST", api("/2/media/upload/initialize"), json=wanted, headers=token(grant)))
        number = 0
        while isinstance(media_id, str) and (piece := content.read(PIECE)):
            refused = _appended(media_id, number, piece, grant)
            if refused:
                return refused
            number += 1
    return media_id


def _appended(media_id: str, number: int, piece: bytes, grant: Grant) -> SurelyNotPosted | None:
    files = {"media": ("piece", piece, "application/octet-stream")}
    url, form = api(f"/2/media/upload/{media_id}/append"), {"segment_index": str(number)}
    reply = repeatable("POST", url, data=form, files=files, headers=token(grant))
    if isinstance(reply, TryLater):
        return reply
    return None if reply.status in (200, 204) else surely_not(reply) or TryLater(SOON, UNCLEAR)


def _finalized(media_id: str, grant: Grant) -> http.Reply | TryLater:
    return repeatable("POST", api(f"/2/media/upload/{media_id}/finalize"), headers=token(grant))


def _state(media_id: str, grant: Grant) -> http.Reply | TryLater:
    asked = {"command": "STATUS", "media_id": media_id}
    return repeatable("GET", api("/2/media/upload"), params=asked, headers=token(grant))


def _ready(media_id: str, grant: Grant, *, first: http.Reply | TryLater) -> str | SurelyNotPosted:
    """The id once X is done with it; without `processing_info` it is at once."""
    reply = first
    for _look in range(LOOKS):
        if isinstance(reply, TryLater):
            return reply
        made = reply.document().get("data")
        if reply.status not in (200, 201) or not isinstance(made, dict):
            return surely_not(reply) or TryLater(SOON, UNCLEAR)
        working: dict[str, Any] = made.get("processing_info") or {"state": "succeeded"}
        if working.get("state") == "succeeded":
            return media_id
        if working.get("state") == "failed":
            return Refused(FILE_REFUSED)
        time.sleep(min(_seconds(working.get("check_after_secs")), LONGEST_PAUSE))
        reply = _state(media_id, grant)
    return TryLater(SOON, FILE_WAITING)


def _seconds(said: object) -> float:
    return float(said) if isinstance(said, int | float) and said >= 0 else 1.0


def _id_in(reply: http.Reply | TryLater) -> str | SurelyNotPosted:
    if isinstance(reply, TryLater):
        return reply
    made = reply.document().get("data")
    if reply.status not in (200, 201) or not isinstance(made, dict) or not made.get("id"):
        return surely_not(reply) or TryLater(SOON, UNCLEAR)
    return str(made["id"])
