"""Videos and GIFs by our connectors to the sandbox: described, byte by byte the same, and never whole in our memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, BinaryIO

import pytest

from integrations.networks import network
from integrations.networks.base import (
    Animation,
    Medium,
    Published,
    ReadMedia,
    Refused,
    TryLater,
    Uploaded,
    Video,
)
from integrations.networks.mastodon_media import FILE_WAITING
from integrations.networks.replies import SOON
from tests.integrations.sandbox.rig import SandboxProcess
from tests.integrations.sandbox.test_with_connectors import grant_of, post_for

CONTENT = b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 4_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
VIDEO = Video(SHA256, "video/mp4", "A machine at work", 640, 360, bytes=len(CONTENT), seconds=4)
GIF = Animation(SHA256, "image/gif", "A wheel turns", 64, 64, bytes=len(CONTENT), seconds=2)


class Pieces(io.BytesIO):
    """A file that will not be read whole."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert 0 < size <= 1_000_000
        return super().read(size)


def whole(_sha256: str) -> bytes:
    raise AssertionError("A large file was read whole.")


def in_pieces(opened: Callable[[], BinaryIO] = lambda: Pieces(CONTENT)) -> ReadMedia:
    def stream(_sha256: str) -> AbstractContextManager[BinaryIO]:
        return opened()

    return ReadMedia(whole, stream)


@pytest.mark.parametrize(
    ("key", "file"),
    [("mastodon", VIDEO), ("bluesky", VIDEO), ("mastodon", GIF)],
    ids=["mastodon-video", "bluesky-video", "gif"],
)
def test_a_large_file_stands_there_as_it_was_approved(there: SandboxProcess, key: str, file: Medium) -> None:
    account = there.account(key, "writer")
    post, grant = post_for(key, account, media=(file,)), grant_of(account)
    assert not [problem for problem in network(key).problems(post) if problem.blocks]
    uploaded = network(key).upload(post, grant, in_pieces())
    assert isinstance(uploaded, Uploaded), uploaded
    assert isinstance(network(key).publish(post, grant, "attempt-1", uploaded), Published)
    (line,) = there.acceptances()
    assert line["media"] == [[SHA256, file.alt_text]]
    assert (there.folder / "media" / SHA256).read_bytes() == CONTENT


def test_a_server_that_works_on_a_video_for_long_is_asked_again_and_not_sent_it_again(
    there: SandboxProcess, monkeypatch: Any
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    account = there.account("mastodon", "writer")
    post, grant = post_for("mastodon", account, media=(VIDEO,)), grant_of(account)
    there.settings(mastodon_media_seconds=60)
    assert network("mastodon").upload(post, grant, in_pieces()) == TryLater(SOON, FILE_WAITING)
    there.settings(mastodon_media_seconds=0)
    again = network("mastodon").upload(post, grant, in_pieces(_never))
    assert isinstance(again, Uploaded)
    assert there.get("/sandbox/health")["uploads"]["mastodon"] == 1
    there.settings(mastodon_media_seconds=0.2)


def _never() -> BinaryIO:
    raise AssertionError("The file was brought a second time.")


def test_a_file_that_a_server_does_not_take_is_refused(there: SandboxProcess) -> None:
    for key, kind in (("mastodon", "video/x-odd"), ("bluesky", "video/mp4")):
        account = there.account(key, "writer")
        odd = Video(SHA256, kind, "A machine", bytes=len(CONTENT), seconds=4)
        post = post_for(key, account, media=(odd,))
        empty = in_pieces(lambda: Pieces(b""))
        assert isinstance(network(key).upload(post, grant_of(account), empty), Refused)
