"""Media in a bucket: the same acts as in a folder, against a server that speaks S3 on loopback."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from django.utils import timezone
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from advocacy.checks import media_bucket_answers
from campaigns.media_store import (
    MediaDamaged,
    drop_pieces,
    join_pieces,
    keep_media,
    keep_media_file,
    keep_piece,
    media_name,
    media_pieces,
    opened_media,
    read_media,
    store,
)
from campaigns.proof_photos import drop_photo, keep_photo
from integrations.picture_process import DecodedPicture

KEYS = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}


@pytest.fixture
def bucket(settings: Settings) -> Iterator[None]:
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=address, **KEYS).create_bucket(Bucket="media")
    options = {
        "bucket_name": "media",
        "endpoint_url": address,
        "region_name": "us-east-1",
        "access_key": "a",
        "secret_key": "b",
        "addressing_style": "path",
        "default_acl": "private",
        "file_overwrite": True,
        "max_memory_size": 100_000,
        "client_config": Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 2}),
    }
    made = {"BACKEND": "campaigns.media_bucket.MediaBucket", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "media": made}
    yield
    server.stop()


@pytest.mark.usefixtures("bucket")
def test_a_bucket_keeps_what_a_folder_keeps(tmp_path: Path) -> None:
    content = bytes(range(256)) * 2_000
    whole = tmp_path / "whole"
    pieces = {at: keep_piece(1, "up", at, content[at : at + 200_000]) for at in range(0, len(content), 200_000)}
    keep_piece(1, "up", 0, b"another piece for the same place")
    join_pieces(1, "up", pieces, whole)
    assert whole.read_bytes() == content
    drop_pieces(1, "up")
    assert store().listdir("incoming/1/up") == ([], [])
    sha256 = keep_media_file(1, whole)
    assert sha256 == keep_media(1, content) == hashlib.sha256(content).hexdigest()
    assert read_media(1, sha256) == content
    with opened_media(1, sha256) as file:
        assert (file.read(3), file.seek(0, 2)) == (content[:3], len(content))
    assert b"".join(media_pieces(1, sha256, 1_000, 300_000)) == content[1_000:300_001]
    with pytest.raises(FileNotFoundError):
        read_media(2, sha256)
    photo = keep_photo(1, DecodedPicture(content, "image/png", 1, 1))
    assert store().listdir("proofs/1")[1] == [photo.public_id]
    assert store().get_modified_time(f"proofs/1/{photo.public_id}") <= timezone.now() + timedelta(minutes=1)
    drop_photo(1, photo.public_id)
    assert store().listdir("proofs/1")[1] == []
    assert media_bucket_answers(None) == []
    boto3.client("s3", endpoint_url=store().endpoint_url, **KEYS).put_object(
        Bucket="media", Key=media_name(1, sha256), Body=b"others"
    )
    with pytest.raises(MediaDamaged), opened_media(1, sha256):
        pass


def test_a_bucket_that_cannot_be_opened_is_told_at_start(settings: Settings) -> None:
    options = {"bucket_name": "media", "endpoint_url": "http://127.0.0.1:9", "access_key": "a", "secret_key": "b"}
    options["client_config"] = Config(connect_timeout=1, retries={"max_attempts": 0})
    made = {"BACKEND": "campaigns.media_bucket.MediaBucket", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "media": made}
    (told,) = media_bucket_answers(None)
    assert told.msg.startswith("The bucket media of S3_BUCKET does not answer")
