"""A picture is there for whoever has its address, and for as long as it is lent.

That networks fetch it there, test_with_connectors.py shows.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client

from integrations import lent_pictures
from integrations.lent_pictures import find_lent, lent

PIXEL = b"\x89PNG\r\n\x1a\n picture"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "lent"


def test_it_is_there_while_it_is_lent_and_no_longer(client: Client, folder: Path) -> None:
    with lent(PIXEL, "image/png") as address:
        path = urlsplit(address).path
        shown = client.get(path)
        content = b"".join(shown.streaming_content)  # type: ignore[attr-defined]  # of an answer that is a file
        assert (shown.status_code, content, shown["Content-Type"]) == (200, PIXEL, "image/png")
        assert (shown["Cache-Control"], shown["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert client.post(path).status_code == 405
        assert client.get(path[:-1] + ("a" if path[-1] != "a" else "b")).status_code == 404
    assert client.get(path).status_code == 404
    assert list(folder.iterdir()) == []


def test_what_is_large_is_lent_from_an_open_file(client: Client) -> None:
    with lent(io.BytesIO(PIXEL * 200_000), "video/mp4") as address:
        shown = client.get(urlsplit(address).path)
        content = b"".join(shown.streaming_content)  # type: ignore[attr-defined]  # of an answer that is a file
        assert content == PIXEL * 200_000


def test_a_ticket_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with lent(PIXEL, "image/png") as address:
        ticket = address.rpartition("/")[2]
        found = find_lent(ticket)
        assert found is not None
        found.file.close()
        monkeypatch.setattr(lent_pictures, "GOOD_FOR", -1)
        assert find_lent(ticket) is None
    assert find_lent(signing.dumps(["../../secret", "image/png"], salt="another")) is None


def test_what_a_killed_worker_left_is_taken_back(folder: Path) -> None:
    folder.mkdir()
    (folder / "old").write_bytes(PIXEL)
    os.utime(folder / "old", (1, 1))
    with lent(PIXEL, "image/png"):
        assert len(list(folder.iterdir())) == 1
