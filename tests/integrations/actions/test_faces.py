"""The picture of an account: taken when it is connected, encoded anew, shown to its person alone, gone with it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from accounts.models import Member, Organization
from accounts.tenancy import acting_in
from integrations.actions.connections import disconnect
from integrations.actions.faces import FETCHED_BYTES, take_face
from integrations.models import Connection
from tests.campaigns import pictures
from tests.integrations.connected import connected, grant, place, somebody
from tests.integrations.peer import Answer, Peer, running_peer
from tests.integrations.sandbox.rig import SandboxProcess
from tests.integrations.signing_in import browser, decide, go

Here = tuple[Organization, Member]


@pytest.fixture
def here(db: None, tmp_path: Path, settings: Any) -> Here:
    settings.MEDIA_ROOT = tmp_path
    organization, owner = place()
    return organization, somebody(organization, owner)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as made:
        yield made


def account_at(here: Here, avatar_url: str) -> Connection:
    """Bob's account, connected (again); the network says that its picture stands there."""
    organization, bob = here
    with acting_in(organization):
        connection = connected(bob, "x", grant())
        connection.avatar_url = avatar_url
        connection.save(update_fields=["avatar_url"])
    return connection


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("key", ["linkedin", "x", "mastodon"])
def test_connecting_keeps_the_picture_for_its_person_alone(here: Here, networks: SandboxProcess, key: str) -> None:
    organization, bob = here
    client = browser(bob)
    client.get(decide(go(client, organization, key)))
    with acting_in(organization):
        connection = Connection.objects.get()
        owner = Member.objects.get(role="owner")
    page = client.get(f"/o/{organization.slug}/connections/").content.decode()
    address = f"/o/{organization.slug}/connections/{connection.public_id}/face/"
    assert re.search(rf'<img class="avatar" src="{address}\?{connection.avatar_sha256}" alt=""', page)
    shown = client.get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert browser(owner).get(address).status_code == 404


def test_what_comes_is_encoded_anew_and_small(here: Here, peer: Peer) -> None:
    peer.tell("/face", Answer(body=pictures.photo_with_place((800, 600), orientation=1)))
    connection = account_at(here, f"{peer.url}/face")
    take_face(connection, by=here[1])
    address = f"/o/{here[0].slug}/connections/{connection.public_id}/face/"
    content = browser(here[1]).get(address).content
    assert b"Spycam" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (160, 120)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        Answer(body=b"\x89PNG\r\n\x1a\n" + b"0" * FETCHED_BYTES),
        Answer(status=404, body=pictures.picture()),
    ],
    ids=["a script", "too large", "gone"],
)
def test_what_is_no_picture_leaves_the_initials(here: Here, peer: Peer, answer: Answer, tmp_path: Path) -> None:
    peer.tell("/face", answer)
    connection = account_at(here, f"{peer.url}/face")
    take_face(connection, by=here[1])
    assert connection.avatar_sha256 == ""
    assert files(tmp_path) == []
    assert browser(here[1]).get(f"/o/{here[0].slug}/connections/{connection.public_id}/face/").status_code == 404


def test_a_private_address_is_never_asked(here: Here, peer: Peer, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = []
    connection = account_at(here, f"{peer.url}/face")
    take_face(connection, by=here[1])
    assert (connection.avatar_sha256, peer.asked) == ("", [])


@pytest.mark.django_db(transaction=True)
def test_a_new_picture_replaces_the_old_and_both_go_with_the_account(here: Here, peer: Peer, tmp_path: Path) -> None:
    peer.tell("/face", Answer(body=pictures.picture(colour="teal")))
    take_face(account_at(here, f"{peer.url}/face"), by=here[1])
    peer.tell("/face", Answer(body=pictures.picture(colour="red")))
    connection = account_at(here, f"{peer.url}/face")
    take_face(connection, by=here[1])
    assert [path.name for path in files(tmp_path)] == [connection.avatar_sha256]
    with acting_in(here[0]):
        disconnect(connection, by=here[1])
        assert Connection.objects.get().avatar_sha256 == ""
    assert files(tmp_path) == []
