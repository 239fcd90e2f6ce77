"""A story's file in the form that a network takes: made once by a worker, approved in that form, refused where it
cannot honestly be made."""

from __future__ import annotations

import errno
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.errands import run_errands
from accounts.models import Errand
from campaigns.actions.drafts import describe_picture, make_ready_to_show
from campaigns.actions.media_uploads import begin_upload, take_piece
from campaigns.actions.renditions import owe_renditions
from campaigns.actions.shares import start_share
from campaigns.canonical import post_of
from campaigns.media_store import media_bytes
from campaigns.models import Media, Rendition, RenditionState, Share
from campaigns.refusals import NotReady
from campaigns.selectors.preview import preview_of
from integrations.media_cage import renditions
from integrations.media_cage.caps import Caps
from integrations.media_cage.videos import Encoding
from integrations.media_process import smaller_video
from integrations.networks import network
from integrations.networks.base import Animation, AnimationLimits, Limits, Medium, Video, VideoLimits
from integrations.networks.media_problems import media_problems
from integrations.networks.renditions import VideoWanted, rendition_wanted
from tests.campaigns import moving, world
from tests.campaigns.views.curator import curator

KEPT = Video("a" * 64, "video/mp4", width=1_920, height=1_080, bytes=80_000_000, seconds=100)
MOVING = Animation("b" * 64, "image/gif", width=40, height=30, bytes=9_000, seconds=2)
MOST = VideoLimits(bytes=50_000_000, seconds=180)
FROM_THE_START = datetime(2020, 1, 1, tzinfo=UTC)
GIF = VideoWanted(50_000_000)  # what becomes of one there
GIFS = replace(MOST, takes_gifs=True)


def test_a_form_is_wanted_where_limits_ask_for_one_and_it_can_be_made() -> None:
    asked: tuple[tuple[Medium, VideoLimits | None, VideoWanted | None], ...] = (
        (KEPT, MOST, VideoWanted(50_000_000)),
        (KEPT, replace(MOST, bytes=80_000_000), None),
        (KEPT, replace(MOST, bytes=80_000_000, pixels=1_280 * 720), VideoWanted(80_000_000, 1_280 * 720)),
        (KEPT, replace(MOST, seconds=99), None),  # nothing is cut off
        (replace(KEPT, seconds=180), replace(MOST, bytes=5_000_000), None),  # nobody would know what it shows
        (KEPT, None, None),
        (MOVING, MOST, None),
        (MOVING, GIFS, GIF),
        (replace(MOVING, seconds=200), GIFS, None),
    )
    gif = AnimationLimits(bytes=9_000, pixels=1_200)
    for limits, wanted in ((gif, None), (replace(gif, pixels=1_199), GIF), (replace(gif, bytes=8_999), GIF)):
        assert rendition_wanted(MOVING, Limits(text=1, video=GIFS, animation=limits)) == wanted, limits
    large = replace(MOVING, width=1_281, height=720)
    assert [one.code for one in media_problems("M", network("mastodon").limits, [large])][:1] == ["too_many_pixels"]
    for file, video, wanted in asked:
        assert rendition_wanted(file, Limits(text=1, video=video)) == wanted, (file, video)


def test_a_smaller_video_shows_the_whole_of_it(tmp_path: Path) -> None:
    source, folder = tmp_path / "in.mp4", tmp_path / "out"
    folder.mkdir()
    size = moving.noisy_video(source)
    breaths: list[int] = []
    wanted = VideoWanted(min(size - 1, 110_000), pixels=300 * 200)
    made = smaller_video(source, wanted, folder, seconds=1, still_waiting=lambda: breaths.append(1))
    assert made.made.stat().st_size <= wanted.bytes < size
    assert (made.content_type, made.seconds) == ("video/mp4", 1)
    assert 250 * 150 < made.width * made.height <= wanted.pixels
    with av.open(str(made.made)) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == 25


def test_a_first_form_that_is_far_too_large_is_followed_by_a_smaller_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past twice the bytes the system itself ends the writing."""
    moving.video(tmp_path / "in.mp4")
    rates: list[int] = []
    really = renditions._of_video

    def far_too_large(source: Path, made: Path, wanted: Encoding) -> None:
        rates.append(wanted.rate)
        if len(rates) == 1:
            raise OSError(errno.EFBIG, "File too large")
        really(source, made, wanted)

    monkeypatch.setattr(renditions, "_of_video", far_too_large)
    caps = Caps(0, 0, bytes=110_000, pixels=10_000, seconds=1, pages=0, longest_side=96, written=220_000)
    assert renditions.rendition(tmp_path / "in.mp4", tmp_path, caps)["seconds"] == 1
    assert rates[1] < rates[0]


@pytest.mark.django_db
def test_what_is_approved_is_the_form_that_the_network_takes(settings: Settings, tmp_path: Path) -> None:
    """A GIF: nothing of it at LinkedIn is another file, at Bluesky it is a silent video."""
    settings.MEDIA_ROOT = tmp_path
    working, content = curator(), moving.gif()
    with working.acting():
        bob = world.person("Bob")
        world.connected(bob, "bluesky")  # somebody has an account there
        item = world.item(working.member)
        begun = begin_upload(item, by=working.member, file_name="a.gif", size=len(content), alt_text="Noise")
    take_piece(begun, by=working.member, offset=0, content=content)
    run_errands(mail=False, most=1)  # the file is here, and no form of it yet
    with working.acting():
        item = working.again(item)
        share = world.draft(bob, item, network="bluesky")
        assert "We are preparing this file for Bluesky; a long" in preview_of(share).problems[0].sentence
        with pytest.raises(NotReady, match="preparing"):
            world.approved(share)
        share = describe_picture(share, by=bob, position=0, alt_text="My own words")
    run_errands(mail=False)
    with working.acting():
        share = make_ready_to_show(Share.objects.get(pk=share.pk), by=bob)
        (video,) = post_of(share).media
        assert isinstance(video, Video)
        assert (video.alt_text, video.width, video.height) == ("My own words", 40, 30)
        shown = preview_of(share).pictures[0].file
        assert shown is not None
        assert (shown.sha256, shown.poster_id) == (video.sha256, item.file and item.file.poster_id)
        assert not network("bluesky").problems(post_of(share))
        at_linkedin = start_share(item, by=world.person("Eve"), network="linkedin")
        assert isinstance(post_of(at_linkedin).media[0], Animation)
        assert [(one.state, one.made and one.made.sha256) for one in Rendition.objects.all()] == [
            (RenditionState.READY, video.sha256)
        ]
        with (tmp_path / "kept.mp4").open("wb") as kept:
            kept.write(media_bytes(video.sha256))
    with av.open(str(tmp_path / "kept.mp4")) as opened:
        assert not opened.streams.audio
        assert opened.duration == pytest.approx(480_000, abs=40_000)


@pytest.mark.django_db
def test_what_cannot_be_made_is_refused_there_and_goes_elsewhere(settings: Settings, tmp_path: Path) -> None:
    """Its bytes are gone: an errand that is given up, as after workers that died over it."""
    settings.MEDIA_ROOT = tmp_path
    working = curator()
    with working.acting():
        gif = Media.objects.create(
            sha256="c" * 64, content_type="image/gif", bytes=9_000, width=40, height=30, seconds=2, alt_text="Noise"
        )
        item = world.item(working.member, file=gif)
        share = world.draft(world.person("Bob"), item, network="bluesky")
    run_errands(mail=False)
    with working.acting():
        share = Share.objects.get(pk=share.pk)
        assert [problem.code for problem in preview_of(share).problems if problem.blocks][:1] == ["no_gif"]
        assert not [
            one for one in preview_of(start_share(item, by=share.member, network="practice")).problems if one.blocks
        ]
        assert Errand.objects.filter(kind="make_rendition").count() == 1
        refused = Rendition.objects.filter(reason="too_much")  # by the hour and the machine: tried again, not for ever
        assert make_ready_to_show(share, by=share.member)
        assert refused.update(tried_at=timezone.now() - timedelta(hours=7)) == 1
        share = make_ready_to_show(Share.objects.get(pk=share.pk), by=share.member)
        assert "We are preparing" in preview_of(share).problems[0].sentence
        assert Errand.objects.filter(kind="make_rendition").count() == 2
        Rendition.objects.update(state=RenditionState.REFUSED, reason="too_slow")
        owe_renditions(gif)  # it is sent again
        assert Errand.objects.filter(kind="make_rendition").count() == 3
        Rendition.objects.update(state=RenditionState.REFUSED, reason="too_large", tried_at=FROM_THE_START)
        owe_renditions(gif)
        make_ready_to_show(Share.objects.get(pk=share.pk), by=share.member)
        assert Errand.objects.filter(kind="make_rendition").count() == 3
