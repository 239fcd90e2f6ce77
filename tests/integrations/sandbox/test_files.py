"""A GIF, a video and a document that was approved, as it stands at the sandbox, wherever a network takes one."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from integrations.networks import NETWORKS, network
from integrations.networks.base import Animation, Document, Medium, Published, TryLater, Video
from tests.integrations.sandbox.rig import SandboxProcess
from tests.integrations.sandbox.test_with_connectors import grant_of, post_for

MOVING = b"\x00\x00\x00\x18ftypmp42 a video " * 210_000  # longer than one piece
FILES = {"video": MOVING, "animation": b"GIF89a a moving picture", "document": b"%PDF-1.7 four pages"}
BYTES = {hashlib.sha256(content).hexdigest(): content for content in FILES.values()}
MADE: dict[str, type[Any]] = {"video": Video, "animation": Animation, "document": Document}
TYPES = {"video": "video/mp4", "animation": "image/gif", "document": "application/pdf"}
WANTED = {("facebook_pages", "video"): ("publish_video",)}  # permissions beyond those that a connection asks for
TAKEN = [
    pytest.param(one.key, kind, id=f"{one.key}-{kind}", marks=[pytest.mark.proves("video")] if kind == "video" else [])
    for one in NETWORKS
    for kind in FILES
    if one.posts_publicly and getattr(one.limits, kind) is not None
]


def file_of(key: str, kind: str) -> Medium:
    content, described = FILES[kind], getattr(getattr(network(key).limits, kind), "alt_text", 0)
    more = {"pages": 4, "title": "Our year"} if kind == "document" else {"seconds": 3}
    made: Medium = MADE[kind](
        hashlib.sha256(content).hexdigest(),
        TYPES[kind],
        "What it shows" if described else "",
        640,
        360,
        bytes=len(content),
        **more,
    )
    return made


@pytest.mark.parametrize(("key", "kind"), TAKEN)
def test_the_file_that_was_approved_stands_there(there: SandboxProcess, key: str, kind: str) -> None:
    narrow, file = there.account(key, "writer"), file_of(key, kind)
    account = there.account(key, "writer", scopes=[*narrow["scopes"], *WANTED.get((key, kind), ())])
    grant, post = grant_of(account), post_for(key, account, media=(file,))
    assert not [problem for problem in network(key).problems(post) if problem.blocks]
    for _attempt in range(8):  # the network may work on it for longer than one attempt waits
        uploaded = network(key).upload(post, grant, BYTES.__getitem__)
        if not isinstance(uploaded, TryLater):
            break
    outcome: Any = network(key).publish(post, grant, "attempt-1", uploaded)  # type: ignore[arg-type]
    assert isinstance(outcome, Published), (uploaded, outcome)
    (line,) = there.acceptances()
    assert [sha256 for sha256, _alt in line["media"]] == [file.sha256]
