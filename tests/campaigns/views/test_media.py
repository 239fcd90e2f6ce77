"""A company's pictures: for its members alone, never to be taken for anything but a picture."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.roles import Role
from campaigns.actions.media import describe_media, keep_picture
from campaigns.media_store import MediaDamaged, keep_media, media_bytes, media_path, read_media
from campaigns.models import HeldReason, Media, Share, ShareState
from campaigns.picture_decoding import decode_picture
from tests.campaigns import pictures, world
from tests.campaigns.views.curator import Curator, curator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def kept(working: Curator, alt_text: str = "") -> Media:
    decoded = decode_picture(pictures.picture())
    with working.acting():
        return keep_picture(decoded, by=working.member, alt_text=alt_text)


def test_a_member_sees_the_bytes_that_will_be_posted() -> None:
    working = curator()
    picture = kept(working)
    answer = working.get("media", picture.sha256)
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == picture.sha256
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"


def test_nobody_else_does() -> None:
    working, stranger = curator(), curator("Globex", role=Role.OWNER)
    picture = kept(working)
    address = working.address("media", picture.sha256)
    assert Client().get(address).status_code == 302
    assert stranger.browser.get(address).status_code == 404
    assert stranger.get("media", picture.sha256).status_code == 404
    assert working.get("media", "0" * 64).status_code == 404


def test_damaged_or_missing_bytes_are_never_served_or_posted(tmp_path: Path) -> None:
    working = curator()
    picture = kept(working)
    path = media_path(working.organization.pk, picture.sha256)
    path.write_bytes(b"<script>alert(1)</script>")
    with pytest.raises(MediaDamaged), working.acting():
        media_bytes(picture.sha256)
    assert working.get("media", picture.sha256).status_code == 404
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_media(working.organization.pk, picture.sha256)
    assert working.get("media", picture.sha256).status_code == 404


def test_the_same_bytes_lie_once_per_company_and_nothing_half_written_stays(tmp_path: Path) -> None:
    sha256 = keep_media(1, b"bytes")
    assert keep_media(1, b"bytes") == sha256
    assert keep_media(2, b"bytes") == sha256
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert files == [f"pictures/{number}/{sha256[:2]}/{sha256}" for number in (1, 2)]


def test_the_same_picture_again_is_the_same_row() -> None:
    working = curator()
    assert kept(working, "A square") == kept(working)
    with working.acting():
        assert Media.objects.get().alt_text == "A square"


def test_another_description_holds_what_waits() -> None:
    working = curator()
    picture = kept(working, "A square")
    with working.acting():
        item = world.item(working.member, picture=picture)
        waiting = world.approved(world.draft(world.person("Bob"), item))
        describe_media(picture, by=working.member, alt_text="A square")
        assert Share.objects.get(pk=waiting.pk).state == ShareState.SCHEDULED
        describe_media(picture, by=working.member, alt_text="A teal square")
        assert Share.objects.get(pk=waiting.pk).held_reason == HeldReason.STORY_CHANGED
