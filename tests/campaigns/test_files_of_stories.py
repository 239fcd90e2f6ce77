"""A story's video, GIF or PDF: sent in pieces or whole, opened in a cage, shown, approved, handed to the engine."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import pikepdf
import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from accounts.errands import Later, run_errands
from accounts.models import Errand, Member
from accounts.roles import Role
from campaigns.actions import media_uploads
from campaigns.actions.drafts import make_ready_to_show
from campaigns.actions.media_uploads import begin_upload, describe_file, remove_file, take_piece, upload_over
from campaigns.actions.shares import start_share
from campaigns.canonical import post_of
from campaigns.file_decoding import Undecodable, decode_file
from campaigns.media_store import opened_media
from campaigns.models import HeldReason, Item, Media, MediaUpload, Share, ShareState, UploadState
from campaigns.publishing.work import PictureChanged, _checking
from campaigns.refusals import ChangedMeanwhile
from campaigns.selectors.preview import preview_of
from integrations.networks.base import Animation, Document, Post, ReadMedia, Video, opened
from tests.campaigns import moving, pictures, world
from tests.campaigns.views.curator import Curator, curator, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def working() -> Curator:
    return curator()


def story(working: Curator) -> Item:
    with working.acting():
        return world.item(working.member)


def in_pieces(working: Curator, item: Item, content: bytes, size: int = 700, words: str = "") -> None:
    """As the script sends it, over the real addresses."""
    begun: Any = working.post("item_file_begin", item.public_id, name="a.bin", size=str(len(content)), alt_text=words)
    address = working.address("item_file_piece", item.public_id, begun.json()["upload"])
    for at in range(0, len(content), size):
        answer: Any = working.browser.post(
            f"{address}?at={at}", content[at : at + size], content_type="application/octet-stream"
        )
        assert answer.json() == {
            "received": min(at + size, len(content)),
            "whole": at + size >= len(content),
        }


def test_each_kind_is_kept_without_what_nobody_should_read(working: Curator, tmp_path: Path) -> None:
    kinds: dict[type[Any], bytes] = {
        Video: moving.video(tmp_path / "a.mov", "mov"),
        Animation: moving.gif(),
        Document: moving.pdf(),
    }
    for kind, content in kinds.items():
        assert moving.SECRET.encode() in content or kind is Document
        item = story(working)
        in_pieces(working, item, content, size=len(content) // 2 + 1, words="What it shows")
        run_errands(mail=False)
        item = working.again(item)
        with working.acting():
            share = start_share(item, by=world.person("Bob"), network="practice")
            (medium,) = post_of(share).media
            assert isinstance(medium, kind)
            assert (medium.title if isinstance(medium, Document) else medium.alt_text) == "What it shows"
            assert medium == Post.from_canonical(post_of(share).canonical()).media[0]
            assert preview_of(share).pictures[0].file == item.file
            assert item.picture == item.file.poster if item.file else False
            with opened_media(working.organization.pk, medium.sha256) as file:
                kept = file.read()
        assert moving.SECRET.encode() not in kept
        assert len(kept) == medium.bytes
        shown: Any = working.get("media", medium.sha256)
        assert b"".join(shown.streaming_content) == kept
        part: Any = working.browser.get(working.address("media", medium.sha256), headers={"Range": "bytes=2-5"})
        assert (part.status_code, b"".join(part.streaming_content)) == (206, kept[2:6])
        assert b"What it shows" in working.get("item_edit", item.public_id).content
    with working.acting():  # what may take an hour waits apart
        opening = Errand.objects.filter(cause__startswith="open upload").order_by("pk")
        assert [one.kind for one in opening] == ["open_video", "open_upload", "open_upload"]


def test_what_must_be_made_anew_becomes_what_networks_take(tmp_path: Path) -> None:
    for kind, codec in (("webm", "libvpx-vp9"), ("mov", "prores")):
        source, made = tmp_path / f"in-{kind}", tmp_path / f"out-{kind}"
        moving.video(source, kind, codec)
        made.mkdir()
        decoded = decode_file(source, made)
        assert (decoded.content_type, decoded.width, decoded.height, decoded.seconds) == ("video/mp4", 96, 64, 1)
        assert decoded.made.read_bytes()[4:8] == b"ftyp"


def test_what_a_camera_wrote_between_the_pictures_stays_behind(tmp_path: Path) -> None:
    source, made = tmp_path / "in", tmp_path / "out"
    assert moving.SECRET.encode() in moving.telling_video(source)
    made.mkdir()
    kept = decode_file(source, made).made
    assert moving.SECRET.encode() not in kept.read_bytes()
    with av.open(str(kept)) as opened:
        assert sum(1 for _ in opened.decode(video=0)) == 10


def test_a_pdf_goes_on_as_it_is_drawn_and_says_nothing_of_its_making(tmp_path: Path) -> None:
    source, made = tmp_path / "in", tmp_path / "out"
    source.write_bytes(moving.telling_pdf())
    made.mkdir()
    decoded = decode_file(source, made)
    with pikepdf.open(decoded.made) as document:
        page = document.pages[0].obj
        photo = page.Resources.XObject.AF
        read = b"".join([one.unparse(resolved=True) for one in document.objects] + [photo.read_raw_bytes()])
        assert moving.SECRET.encode() not in read
        assert not {"/AF", "/VP", "/OwnKey"} & set(page.keys())
        assert "/Metadata" not in photo
        assert b"PROFILE" in photo.read_raw_bytes()
        with (
            Image.open(io.BytesIO(photo.read_raw_bytes())) as kept,
            Image.open(io.BytesIO(moving.telling_jpeg())) as was,
        ):
            assert kept.size == was.size
    with Image.open(decoded.poster) as poster:
        assert sum(1 for many in poster.convert("L").histogram() if many) > 50


def test_bombs_and_nonsense_are_refused_in_a_sentence(working: Curator, tmp_path: Path) -> None:
    refused = {
        "too_many_pixels": [moving.claiming_video(tmp_path / "claims.mov", 12_000), moving.huge_gif()],
        "unreadable": [
            moving.claiming_video(tmp_path / "claims.mov"),
            b"\0\0\0\x18ftypmp42" + bytes(200),
            b"%PDF-1.7 nothing",
            b"#EXTM3U\nfile:///etc/passwd",
        ],
        "one_frame": [moving.gif(1)],
        "too_long": [moving.longer_than_said(tmp_path / "long.mkv")],
        "picture": [pictures.picture()],
    }
    for number, (reason, contents) in enumerate(refused.items()):
        for content in contents:
            source, made = tmp_path / "in", tmp_path / f"out-{number}-{contents.index(content)}"
            source.write_bytes(content)
            made.mkdir()
            with pytest.raises(Undecodable) as told:
                decode_file(source, made)
            assert told.value.reason == reason
    item = story(working)
    working.post("item_file", item.public_id, upload=upload(moving.huge_gif(), "a.gif"))
    run_errands(mail=False)
    assert b"too many pixels for us to open" in working.get("item_edit", item.public_id).content
    assert working.again(item).file is None


def test_pieces_may_come_twice_or_late_and_never_too_many(working: Curator, settings: Settings) -> None:
    item, by = story(working), working.member
    with working.acting():
        begun = begin_upload(item, by=by, file_name="a.gif", size=10)
    for offset, content, received in ((0, b"GIF89", 5), (0, b"GIF89", 5), (7, b"abc", 5), (5, b"a", 6)):
        begun = take_piece(begun, by=by, offset=offset, content=content)
        assert (begun.received, begun.state) == (received, UploadState.RECEIVING)
    address = working.address("item_file_piece", item.public_id, begun.public_id)
    other: Any = working.browser.post(f"{address}?at=0", b"GIF87", content_type="application/octet-stream")
    assert other.json()["sentence"].startswith("This is not the file that was begun")
    more: Any = working.browser.post(f"{address}?at=6", b"12345", content_type="application/octet-stream")
    assert more.status_code == 400
    assert more.json()["sentence"].startswith("More came than was said")
    settings.DIRECT_UPLOAD_BYTES = 9_000_000
    large: Any = working.post("item_file_begin", item.public_id, name="a.mp4", size="9000001")
    assert large.json()["sentence"].startswith("This file is too large. Up to 9 MB")
    with working.acting():
        assert MediaUpload.objects.get().received == 6


def test_a_file_sent_again_brings_its_new_words_and_its_own_poster_goes_with_it(working: Curator) -> None:
    item, content = story(working), moving.gif()
    for words in ("Noise", "Noise that moves"):
        in_pieces(working, item, content, size=100_000, words=words)
        run_errands(mail=False)
        with working.acting():
            assert Media.objects.get(content_type="image/gif").alt_text == words
    with working.acting():
        assert working.again(item).picture_id
        remove_file(working.again(item), by=working.member)
    assert (working.again(item).file_id, working.again(item).picture_id) == (None, None)


def test_who_curates_no_more_lets_no_file_be_carried(working: Curator, monkeypatch: pytest.MonkeyPatch) -> None:
    item = story(working)
    in_pieces(working, item, moving.gif(), size=100_000)
    monkeypatch.setattr(media_uploads, "MOST_UNDERWAY", 1)
    one_more: Any = working.post("item_file_begin", item.public_id, name="a.gif", size="5")
    assert one_more.json()["sentence"].startswith("Many files of your company")
    with working.acting():  # one that nothing came of for an hour is no more on its way
        long_ago = timezone.now() - timedelta(hours=2)
        MediaUpload.objects.update(state=UploadState.RECEIVING, updated_at=long_ago)
        assert begin_upload(item, by=working.member, file_name="a.gif", size=5).state == UploadState.RECEIVING
        MediaUpload.objects.filter(updated_at__gt=long_ago).delete()
        MediaUpload.objects.update(state=UploadState.PREPARING)
    with working.acting():
        Member.objects.filter(pk=working.member.pk).update(role=Role.ADVOCATE)
    run_errands(mail=False)
    with working.acting():
        assert (MediaUpload.objects.get().state, working.again(item).file) == (UploadState.REFUSED, None)


def test_more_than_a_picture_is_taken_from_nobody_who_may_not_send_it(working: Curator, settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 10
    address: str = working.address("item_file", story(working).public_id)
    stranger = Client(headers={"Cookie": f"{django_settings.SESSION_COOKIE_NAME}=made-up"})
    sent: Any = working.browser.post(address, {"upload": upload(moving.gif(), "a.gif")})
    assert sent.status_code == 302
    with working.acting():
        Member.objects.filter(pk=working.member.pk).update(role=Role.ADVOCATE)
    for browser in (stranger, working.browser):
        assert browser.post(address, {"upload": upload(moving.gif(), "a.gif")}).status_code == 413


def test_what_nothing_came_of_is_swept(working: Curator, settings: Settings, time_machine: Any) -> None:
    item = story(working)
    with working.acting():
        begun = begin_upload(item, by=working.member, file_name="a.gif", size=10)
    take_piece(begun, by=working.member, offset=0, content=b"GIF89")
    files = Path(settings.MEDIA_ROOT)
    assert sum(path.is_file() for path in files.rglob("*")) == 1
    time_machine.move_to("2100-01-01", tick=False)
    place = {"upload": begun.public_id, "organization_id": working.organization.pk}
    with working.acting():
        MediaUpload.objects.update(state=UploadState.PREPARING)
    assert isinstance(upload_over(place), Later)  # behind others' videos
    assert sum(path.is_file() for path in files.rglob("*")) == 1
    with working.acting():
        MediaUpload.objects.update(state=UploadState.RECEIVING)
    upload_over(place)
    assert not list(files.glob("incoming/*/*"))
    with working.acting():
        assert not MediaUpload.objects.exists()


def test_a_file_whose_pieces_are_gone_says_so(working: Curator, settings: Settings) -> None:
    """Not that it is too much: nobody has opened it."""
    item = story(working)
    in_pieces(working, item, moving.gif(), size=100_000)
    for path in Path(settings.MEDIA_ROOT).glob("incoming/*/*/*"):
        path.unlink()
    run_errands(mail=False)
    with working.acting():
        assert MediaUpload.objects.get().reason == "lost"
    assert b"did not arrive whole" in working.get("item_edit", item.public_id).content


def test_another_description_or_none_holds_what_waits(working: Curator) -> None:
    item = story(working)
    in_pieces(working, item, moving.gif(), size=100_000)
    run_errands(mail=False)
    with working.acting():
        item = working.again(item)
        waiting = world.approved(world.draft(world.person("Bob"), item))
        describe_file(item, by=working.member, alt_text="Noise that moves")
        assert Share.objects.get(pk=waiting.pk).held_reason == HeldReason.STORY_CHANGED
        again = world.approved(world.draft(world.person("Eve"), working.again(item)))
        remove_file(working.again(item), by=working.member)
        share = Share.objects.get(pk=again.pk)
        assert (share.state, post_of(share).media) == (ShareState.HELD, ())


@pytest.mark.parametrize("state", [ShareState.IN_REVIEW, ShareState.FAILED])
def test_a_file_taken_away_is_approved_by_nobody(working: Curator, state: ShareState) -> None:
    """Also where the post did not wait to go out when it was taken."""
    with working.acting():
        item = world.item(working.member, file=world.picture())
        share = world.draft(world.person("Bob"), item)
        Share.objects.filter(pk=share.pk).update(state=state)
        remove_file(item, by=working.member)
        Share.objects.filter(pk=share.pk).update(state=ShareState.DRAFT if state == ShareState.IN_REVIEW else state)
        share = Share.objects.get(pk=share.pk)
        with pytest.raises(ChangedMeanwhile):
            world.approved(share)
        assert post_of(world.approved(make_ready_to_show(share, by=share.member))).media == ()


def test_the_engine_hands_on_only_the_bytes_that_were_approved(working: Curator, settings: Settings) -> None:
    item = story(working)
    in_pieces(working, item, moving.gif(), size=100_000)
    run_errands(mail=False)
    with working.acting():
        sha256 = Media.objects.get(content_type="image/gif").sha256
    company = working.organization.pk
    read = _checking(ReadMedia(lambda _: b"", lambda one: opened_media(company, one)))
    with opened(read, sha256) as file:
        assert file.read(6) == b"GIF89a"
    for path in Path(settings.MEDIA_ROOT).rglob(sha256):
        path.write_bytes(b"GIF89a, others")
    with pytest.raises(PictureChanged), opened(read, sha256):
        pass
