"""Pictures, GIFs and videos on their way to a Mastodon server, which may work on them for a while.

Facts: docs.joinmastodon.org/methods/media, July 2026.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from integrations import http
from integrations.networks.base import Grant, Medium, Picture, ReadPicture, Refused, SurelyNotPosted, TryLater, opened
from integrations.networks.file_bodies import file_form, long_call, within_a_lease
from integrations.networks.mastodon_answers import KEY, surely_not, token
from integrations.networks.replies import SOON, UNCLEAR, file_name, repeatable
from integrations.networks.waiting_uploads import keep_waiting, no_longer_waiting, waiting_upload

LOOKS_AT_PICTURE, LOOKS_AT_FILE = 8, 12
PAUSE, LONGEST_PAUSE = 0.25, 3.0  # seconds

PICTURE_REFUSED = gettext_noop("The server does not take this picture.")
PICTURE_WAITING = gettext_noop("The server is still working on the picture.")
FILE_REFUSED = gettext_noop("The server does not take this file. It may be too large for it.")
FILE_WAITING = gettext_noop("The server is still working on the file.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The server has it under this id, and is not ready with it."""

    id: str


def upload_one(file: Medium, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    return _picture(file, grant, read) if isinstance(file, Picture) else _large(file, grant, read)


def _picture(picture: Medium, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    files = {"file": (file_name(picture), read(picture.sha256), picture.content_type)}
    form = {"description": picture.alt_text}
    reply = repeatable("POST", _all_media(grant), data=form, files=files, headers=token(grant))
    made = _ready(reply, grant, LOOKS_AT_PICTURE)
    if isinstance(made, Waiting):
        return TryLater(SOON, PICTURE_WAITING)
    return Refused(PICTURE_REFUSED) if isinstance(made, Refused) else made


def _large(file: Medium, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    """A video may be worked on for minutes: the next attempt finds it there."""
    with within_a_lease():
        known = waiting_upload(KEY, grant, file)
        reply = _look(known, grant) if known else _brought(file, grant, read)
        made = _ready(reply, grant, LOOKS_AT_FILE)
    if isinstance(made, Waiting):
        keep_waiting(KEY, grant, file, made.id)
        return TryLater(SOON, FILE_WAITING)
    if known and isinstance(reply, http.Reply) and reply.status >= 400:
        no_longer_waiting(KEY, grant, file)
        return TryLater(SOON, FILE_WAITING)
    if known and isinstance(made, str):
        no_longer_waiting(KEY, grant, file)  # a post takes it along; another post brings its own
    return Refused(FILE_REFUSED) if isinstance(made, Refused) else made


def _brought(file: Medium, grant: Grant, read: ReadPicture) -> http.Reply | TryLater:
    with opened(read, file.sha256) as content:
        size = content.seek(0, 2)
        form = file_form(
            {"description": file.alt_text}, content, size, name=file_name(file), content_type=file.content_type
        )
        headers = token(grant) | form.headers
        return repeatable("POST", _all_media(grant), data=form.body, headers=headers, timeout=long_call())


def _look(media_id: str, grant: Grant) -> http.Reply | TryLater:
    return repeatable("GET", f"{grant.server}/api/v1/media/{media_id}", headers=token(grant))


def _ready(reply: http.Reply | TryLater, grant: Grant, looks: int) -> str | Waiting | SurelyNotPosted:
    """Its id once the server is done: 200, while 202 and 206 say that it works on it."""
    for look in range(1, looks + 2):
        if isinstance(reply, TryLater):
            return reply
        made = str(reply.document().get("id") or "")
        if reply.status == 200 and made:
            return made
        if reply.status in (413, 422):  # 413 comes from the web server before it, without a body of Mastodon's
            return Refused(FILE_REFUSED)
        if reply.status not in (202, 206) or not made:
            return surely_not(reply) or TryLater(SOON, UNCLEAR)
        if look > looks:
            break
        time.sleep(min(PAUSE * look, LONGEST_PAUSE))
        reply = _look(made, grant)
    return Waiting(made)


def _all_media(grant: Grant) -> str:
    return f"{grant.server}/api/v2/media"
