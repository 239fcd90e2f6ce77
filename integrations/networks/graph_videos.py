"""Containers at Meta's networks that outlive an attempt, and videos in them: lent while fetched, worked on for minutes.

A video's container is remembered for an hour: an attempt that had to give up waiting goes on with it. So is one whose
publishing was never answered and that is not out (`graph_api.became_of`). Nobody sees a container.
"""

from __future__ import annotations

import time

from integrations.lent_pictures import lent
from integrations.networks import graph_api
from integrations.networks.base import (
    Grant,
    Post,
    ReadPicture,
    Refused,
    SurelyNotPosted,
    TryLater,
    Uploaded,
    Video,
    opened,
)
from integrations.networks.graph_api import Workshop
from integrations.networks.replies import SOON
from integrations.networks.waiting_uploads import keep_waiting, no_longer_waiting, waiting_upload


def prepare(post: Post, at: Workshop, grant: Grant, read: ReadPicture) -> Uploaded | SurelyNotPosted:
    """A container of the whole post, whatever is in it: the one that an earlier attempt left there, or a new one."""
    until = time.monotonic() + graph_api.PREPARED_WITHIN
    if known := waiting_upload(post.network, grant, graph_api.whole_of(post)):
        return _known(post, at, grant, known, until)
    videos = [one for one in post.media if isinstance(one, Video)]
    return _new(post, videos[0], at, grant, read, until) if videos else graph_api.prepare(post, at, read)


def _known(post: Post, at: Workshop, grant: Grant, known: str, until: float) -> Uploaded | SurelyNotPosted:
    """One that was published meanwhile is not ready: it is sent no more, and no other is made in its place."""
    refused = graph_api.wait_for(at, [known], until, Refused(graph_api.VIDEO_BROKEN))
    if isinstance(refused, Refused):
        no_longer_waiting(post.network, grant, graph_api.whole_of(post))
        refused = TryLater(SOON, graph_api.PICTURE_WAITING)  # perhaps it came for the file too late
    return refused or Uploaded({post.digest(): known})


def _new(
    post: Post, video: Video, at: Workshop, grant: Grant, read: ReadPicture, until: float
) -> Uploaded | SurelyNotPosted:
    whole = graph_api.whole_of(post)
    with opened(read, video.sha256) as content, lent(content, video.content_type) as address:
        made = graph_api.made_of(at, _fields(post, video, at, address))
        if not isinstance(made, str):
            return made
        keep_waiting(post.network, grant, whole, made)
        refused = graph_api.wait_for(at, [made], until, Refused(graph_api.VIDEO_BROKEN))
    if isinstance(refused, Refused):
        no_longer_waiting(post.network, grant, whole)
    return refused or Uploaded({post.digest(): made})


def _fields(post: Post, video: Video, at: Workshop, address: str) -> dict[str, str]:
    words = {at.words: post.text} if post.text else {}
    described = {"alt_text": video.alt_text} if at.describes_videos and video.alt_text else {}
    return {**words, "video_url": address, **described, **graph_api.kind_of(at, "video"), **at.more}
