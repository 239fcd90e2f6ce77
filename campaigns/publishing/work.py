"""One share on its way through a worker, and the calls that threads make for it.

`PublishingWork` is read and written by the loop's one owner thread; `upload` and `send` run in other threads, call the
network and never touch the database.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import BinaryIO

from django.conf import settings

from campaigns.media_store import MediaDamaged
from campaigns.publishing.claim import Claimed
from integrations.breakers import watched
from integrations.networks import network
from integrations.networks.base import (
    Grant,
    Outcome,
    Post,
    ReadMedia,
    Secret,
    SurelyNotPosted,
    TryLater,
    Uploaded,
    opened,
)

ReadBytes = Callable[[str], bytes]
LONGEST_NAME = 300  # as an attempt keeps it
TOO_SLOW = "The worker was too slow to send in time."


class PictureChanged(Exception):
    """The stored bytes are not those that were approved, or they are gone."""


@dataclass(slots=True)
class PublishingWork:
    claimed: Claimed
    post: Post
    began: float = field(default_factory=time.monotonic)
    grant: Grant | None = None
    uploaded: Uploaded = field(default_factory=Uploaded)
    sent: bool = False  # the intent is committed
    renewed: bool = False  # its grant was refreshed once after the network declined it

    @property
    def known_grant(self) -> Grant:
        if self.grant is None:
            raise RuntimeError("A share was about to be sent before its grant was taken.")
        return self.grant

    @property
    def token(self) -> Secret | None:
        """Of the newest grant this worker had in hand: what a network declines is this one, and no newer."""
        return self.grant.access_token if self.grant else None

    @property
    def waiting(self) -> str:
        """What waits at the network to be published; a name that is too long to be kept is none."""
        called = self.uploaded.waiting(self.post.digest())
        return called if len(called) <= LONGEST_NAME else ""

    @property
    def picture_hashes(self) -> frozenset[str]:
        """Of the bytes that were brought there: each was hashed as it was read."""
        return frozenset(file.sha256 for file in self.post.files())


def upload(post: Post, grant: Grant, read: ReadBytes) -> Uploaded | SurelyNotPosted | PictureChanged:
    """Bring its files there, look up what a deed is done to; seen by nobody."""
    where = network(post.network)
    try:
        with watched(post.network, post.server):
            return where.refusal(post, grant) or where.upload(post, grant, _checking(read))
    except PictureChanged as changed:
        return changed


def _checking(read: ReadBytes) -> ReadMedia:
    """What is handed to a network's file: every byte it gets is of the hash that was approved."""
    return ReadMedia(partial(_checked, read), partial(_checked_stream, read))


@contextmanager
def _checked_stream(read: ReadBytes, sha256: str) -> Iterator[BinaryIO]:
    with ExitStack() as held:
        try:
            file = held.enter_context(opened(read, sha256) if isinstance(read, ReadMedia) else _in_memory(read, sha256))
        except (MediaDamaged, FileNotFoundError) as error:
            raise PictureChanged(sha256) from error
        yield file


def _in_memory(read: ReadBytes, sha256: str) -> BytesIO:
    return BytesIO(_checked(read, sha256))


def _checked(read: ReadBytes, sha256: str) -> bytes:
    try:
        content = read(sha256)
    except (MediaDamaged, FileNotFoundError) as error:
        raise PictureChanged(sha256) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise PictureChanged(sha256)
    return content


def last_moment(intent_began: float) -> float:
    """The latest monotonic instant at which a send may begin and surely end within the lease."""
    return intent_began + float(settings.ENGINE["lease"]) - float(settings.ENGINE["call_timeout"])


def send(post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded, *, not_after: float) -> Outcome:
    """The one call that can publish. A worker that was paused past `not_after` sends nothing."""
    if time.monotonic() > not_after:
        return TryLater(timedelta(), TOO_SLOW)
    where = network(post.network)
    with watched(post.network, post.server):
        return where.refusal(post, grant) or where.publish(post, grant, attempt_key, uploaded)
