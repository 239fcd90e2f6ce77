"""The API shows a person their own accounts and their company's networks, and never a token."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import include, path

from accounts.actions.keys import make_key
from accounts.models import Member, Organization
from accounts.tenancy import acting_in
from integrations.actions.connections import disconnect
from tests.integrations.connected import connected, grant, place, somebody
from tests.integrations.sandbox.rig import SandboxProcess

urlpatterns = [
    path("", include("integrations.urls")),
    path("api/v1/o/<slug:organization>/", include("integrations.api.urls")),
]
pytestmark = pytest.mark.urls(__name__)
Here = tuple[Organization, Member]


@pytest.fixture
def here(db: None, networks: SandboxProcess) -> Here:
    organization, owner = place(networks=["practice", "x"])
    return organization, somebody(organization, owner)


def ask(organization: Organization, member: Member, name: str, at: Organization | None = None) -> Any:
    with acting_in(organization):
        _, secret = make_key(member, by=member, name="test")
    address = f"/api/v1/o/{(at or organization).slug}/{name}/"
    return Client().get(address, headers={"Authorization": f"Bearer {secret}"})


def test_own_accounts_and_no_token(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        owner = Member.objects.get(role="owner")
        kept = connected(bob, "x", grant("canary-of-a-token"), "a-1")
        disconnect(connected(bob, "x", grant(), "a-2"), by=bob)
    answer = ask(organization, bob, "connections")
    assert answer.status_code == 200
    (entry,) = answer.json()["results"]
    assert {key: entry[key] for key in ("id", "network", "handle", "state")} == {
        "id": kept.public_id,
        "network": "x",
        "handle": "@a-1",
        "state": "live",
    }
    assert "canary" not in answer.content.decode()
    assert ask(organization, owner, "connections").json()["results"] == []


def test_the_companys_networks(here: Here) -> None:
    organization, bob = here
    answer = ask(organization, bob, "networks").json()
    assert [(entry["key"], entry["text_limit"]) for entry in answer] == [("x", 280), ("practice", 3000)]


@pytest.mark.parametrize("name", ["connections", "networks"])
def test_a_key_of_another_company_is_unknown(here: Here, name: str) -> None:
    organization, bob = here
    elsewhere, _ = place("Globex")
    assert ask(organization, bob, name, at=elsewhere).status_code == 401
