"""A story's video on its whole road: sent by its curator, made ready, approved by an author, brought to the network."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from accounts.errands import run_errands
from accounts.tenancy import acting_in
from campaigns.actions.media_uploads import begin_upload, take_whole
from campaigns.models import Item
from campaigns.publishing.balance import differences
from campaigns.publishing.service import tick
from integrations.networks.base import Post, Video
from tests.campaigns import moving
from tests.campaigns.publishing.posting import Desk, account, again, due, let_time_pass, publish
from tests.integrations.sandbox.rig import SandboxProcess


def test_the_approved_video_stands_at_the_network_byte_for_byte(
    at: Desk, sandbox: SandboxProcess, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    path = tmp_path / "a.mov"
    original = moving.video(path, "mov")
    with acting_in(at.organization):
        begun = begin_upload(
            at.story, by=at.owner, file_name=path.name, size=len(original), alt_text="A stand at the fair"
        )
    with path.open("rb") as file:
        take_whole(begun, by=at.owner, file=file)
    run_errands(mail=False)
    with acting_in(at.organization):
        at.story.refresh_from_db()
        assert Item.objects.get(pk=at.story.pk).file is not None
    share = due(at, account(at, sandbox, "mastodon"))
    for _ in range(8):  # the network may work on a video for longer than one claim waits
        publish()
        if again(at, share).state == "published":
            break
        let_time_pass(at, share, timedelta(hours=1))
        tick()
    share = again(at, share)
    (accepted,) = sandbox.acceptances()
    assert share.state == "published"
    assert share.approval is not None
    (video,) = Post.from_canonical(share.approval.canonical).media
    assert isinstance(video, Video)
    assert [(sha256, words) for sha256, words in accepted["media"]] == [(video.sha256, "A stand at the fair")]
    assert moving.SECRET.encode() in original
    assert differences() == []
