"""A video in a container at one of Meta's networks: lent while it is fetched, and worked on for minutes.

Its container is remembered for an hour: an attempt that had to give up waiting goes on with it. Nobody sees one.
"""

from __future__ import annotations

import time

from integrations.lent_pictures import lent
from integrations.networks import graph_api
from integrations.networks.base import (
    Grant,
    Medium,
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
    """A container of the whole post, whatever is in it."""
    videos = [one for one in post.media if isinstance(one, Video)]
    if not videos:
        return graph_api.prepare(post, at, read)
    whole = Medium(post.digest(), "container")
    until = time.monotonic() + graph_api.PREPARED_WITHIN
    if known := waiting_upload(post.network, grant, whole):
        refused = graph_api.wait_for(at, [known], until, Refused(graph_api.VIDEO_BROKEN))
        if isinstance(refused, Refused):
            no_longer_waiting(post.network, grant, whole)
            refused = TryLater(SOON, graph_api.PICTURE_WAITING)  # perhaps it came for the file too late
        return refused or Uploaded({post.digest(): known})
    with opened(read, videos[0].sha256) as content, lent(content, videos[0].content_type) as address:
        made = graph_api.made_of(at, _fields(post, videos[0], at, address))
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
