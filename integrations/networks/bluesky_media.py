"""Pictures and videos on their way to a Bluesky server, which keeps each under the hash of its content.

Where Bluesky's video service serves an account, a video is worked on there first (`bluesky_video.py`). Elsewhere it
goes to the person's own server as a picture does, and Bluesky makes it ready to be watched when it first sees the post
(docs.bsky.app/docs/tutorials/video, "simple method"): until then a reader sees that it is on its way.
"""

from __future__ import annotations

import json

from django.utils.translation import gettext_noop

from integrations import http
from integrations.networks.base import (
    Grant,
    Medium,
    Picture,
    ReadPicture,
    Refused,
    SurelyNotPosted,
    TryLater,
    Video,
    opened,
)
from integrations.networks.bluesky_answers import surely_not, xrpc
from integrations.networks.bluesky_oauth import call
from integrations.networks.bluesky_video import goes_by_service, upload_video
from integrations.networks.file_bodies import FileBody, long_call, within_a_lease
from integrations.networks.replies import SOON, UNCLEAR, repeatable

PICTURE_REFUSED = gettext_noop("Bluesky does not take this picture.")
FILE_REFUSED = gettext_noop("Bluesky does not take this video. It may be too large for the server.")
TOO_LARGE = 413


def upload_one(file: Medium, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    """The blob as the server names it, as JSON, for the record."""
    if isinstance(file, Video) and goes_by_service(grant):
        made = upload_video(file, grant, read)
        if made is not None:
            return made
    reply = _brought(file, grant, read)
    if isinstance(reply, TryLater):
        return reply
    blob = reply.document().get("blob")
    if reply.status == 200 and isinstance(blob, dict):
        return json.dumps(blob, sort_keys=True)
    refused = surely_not(reply)
    if isinstance(refused, Refused) or reply.status == TOO_LARGE:
        return Refused(PICTURE_REFUSED if isinstance(file, Picture) else FILE_REFUSED)
    return refused or TryLater(SOON, UNCLEAR)


def _brought(file: Medium, grant: Grant, read: ReadPicture) -> http.Reply | TryLater:
    url, headers = xrpc(grant.server, "com.atproto.repo.uploadBlob"), {"Content-Type": file.content_type}
    if isinstance(file, Picture):
        return call(repeatable, "POST", url, grant, data=read(file.sha256), headers=headers)
    with opened(read, file.sha256) as content, within_a_lease():
        # A token that is over, or a nonce, shows before anything large is on its way: a server may hang up on that.
        asked = call(repeatable, "GET", xrpc(grant.server, "com.atproto.server.getSession"), grant)
        if isinstance(asked, TryLater) or asked.status != 200:
            return asked
        body = FileBody(content, content.seek(0, 2))
        return call(repeatable, "POST", url, grant, data=body, headers=headers, timeout=long_call())
