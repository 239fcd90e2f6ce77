"""A picture is there for whoever has its address, for as long as it is lent; and the sandbox fetches it there."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client

from integrations import lent_pictures
from integrations.lent_pictures import find_lent, lent
from integrations.networks import network
from integrations.networks.base import Picture, Post, Published, Uploaded
from tests.integrations.connected import grant_of, point_at
from tests.integrations.sandbox.rig import SandboxProcess

PIXEL = b"\x89PNG\r\n\x1a\n picture"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "lent"


def test_it_is_there_while_it_is_lent_and_no_longer(client: Client, folder: Path) -> None:
    with lent(PIXEL, "image/png") as address:
        path = urlsplit(address).path
        shown = client.get(path)
        assert (shown.status_code, shown.content, shown["Content-Type"]) == (200, PIXEL, "image/png")
        assert (shown["Cache-Control"], shown["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert client.post(path).status_code == 405
        assert client.get(path[:-1] + ("a" if path[-1] != "a" else "b")).status_code == 404
    assert client.get(path).status_code == 404
    assert list(folder.iterdir()) == []


def test_a_ticket_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with lent(PIXEL, "image/png") as address:
        ticket = address.rpartition("/")[2]
        assert find_lent(ticket) is not None
        monkeypatch.setattr(lent_pictures, "GOOD_FOR", -1)
        assert find_lent(ticket) is None
    assert find_lent(signing.dumps(["../../secret", "image/png"], salt="another")) is None


def test_what_a_killed_worker_left_is_taken_back(folder: Path) -> None:
    folder.mkdir()
    (folder / "old").write_bytes(PIXEL)
    os.utime(folder / "old", (1, 1))
    with lent(PIXEL, "image/png"):
        assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("key", ["threads"])
def test_a_network_that_fetches_gets_the_picture(
    key: str, live_server: Any, settings: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings.SITE_ADDRESS = live_server.url
    with SandboxProcess(tmp_path_factory.mktemp("sandbox")) as sandbox:
        point_at(sandbox, settings)
        made = sandbox.account(key, "ann")
        grant, picture = grant_of(made), Picture(hashlib.sha256(PIXEL).hexdigest(), "image/png", "A chart")
        post = Post(network=key, connection="c", account_id=made["account_id"], text="Look.", media=(picture,))
        uploaded = network(key).upload(post, grant, lambda _: PIXEL)
        assert isinstance(uploaded, Uploaded), uploaded
        assert isinstance(network(key).publish(post, grant, "k", uploaded), Published)
        assert [line["media"] for line in sandbox.acceptances()] == [[[picture.sha256, "A chart"]]]
