"""Keys: shown once, taken back by their person alone."""

from __future__ import annotations

import re

import pytest

from accounts.actions.keys import make_key
from accounts.api.authentication import live_key
from accounts.models import PersonalKey
from accounts.tenancy import acting_in
from tests.accounts.views.people_at_screens import Acme, signed_in

pytestmark = pytest.mark.django_db


def test_secret_is_shown_once_and_works(acme: Acme) -> None:
    client = signed_in(acme.ada)
    page = client.post(acme.address("me/keys/"), {"name": "My script"})
    found = re.search(r'readonly value="([^"]+)"', page.content.decode())
    assert found is not None
    with acting_in(acme.organization):
        key = live_key(found.group(1))
        assert key is not None
        assert (key.member_id, key.name) == (acme.ada.pk, "My script")
    later = client.get(acme.address("me/keys/")).content.decode()
    assert "My script" in later
    assert found.group(1) not in later


def test_taken_back_key_is_dead_at_once(acme: Acme) -> None:
    with acting_in(acme.organization):
        key, secret = make_key(acme.ada, by=acme.ada, name="My script")
    answer = signed_in(acme.ada).post(acme.address(f"me/keys/{key.public_id}/revoke/"))
    assert (answer.status_code, answer["Location"]) == (302, acme.address("me/keys/"))
    with acting_in(acme.organization):
        assert live_key(secret) is None
    again = signed_in(acme.ada).post(acme.address(f"me/keys/{key.public_id}/revoke/"))
    assert again.status_code == 404


def test_nobody_else_takes_it_back(acme: Acme) -> None:
    with acting_in(acme.organization):
        key, secret = make_key(acme.ada, by=acme.ada, name="My script")
    assert signed_in(acme.owner).post(acme.address(f"me/keys/{key.public_id}/revoke/")).status_code == 404
    assert signed_in(acme.ada).get(acme.address(f"me/keys/{key.public_id}/revoke/")).status_code == 405
    with acting_in(acme.organization):
        assert live_key(secret) is not None


@pytest.mark.parametrize(("name", "sentence"), [("  ", "This field is required."), ("x" * 81, "at most 80 characters")])
def test_key_needs_a_name(acme: Acme, name: str, sentence: str) -> None:
    page = signed_in(acme.ada).post(acme.address("me/keys/"), {"name": name})
    assert (page.status_code, sentence in page.content.decode()) == (400, True)
    with acting_in(acme.organization):
        assert not PersonalKey.objects.exists()


def test_twenty_are_enough(acme: Acme) -> None:
    with acting_in(acme.organization):
        for number in range(20):
            make_key(acme.ada, by=acme.ada, name=f"Key {number}")
    page = signed_in(acme.ada).post(acme.address("me/keys/"), {"name": "One more"})
    assert page.status_code == 400
    assert "You have twenty keys. Take one back first." in page.content.decode()
    assert 'value="One more"' in page.content.decode()
