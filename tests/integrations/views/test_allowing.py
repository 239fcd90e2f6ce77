"""Allowing more than posting: asked for when somebody wants it, not before, and not lost by connecting again."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Member, Organization
from accounts.tenancy import acting_in
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Deed, Grant, Secret
from integrations.tokens import open_grant
from tests.integrations.connected import place, somebody
from tests.integrations.sandbox.rig import SandboxProcess
from tests.integrations.signing_in import browser, connect_address, decide, go, words

Here = tuple[Organization, Member]
ASKED = "like a post, each time you say so"


@pytest.fixture
def here(db: None, networks: SandboxProcess) -> Here:
    organization, owner = place()
    return organization, somebody(organization, owner)


def connected(client: Client, organization: Organization, key: str, allow: str = "") -> Grant:
    assert client.get(decide(go(client, organization, key, allow=allow))).status_code == 302
    with acting_in(organization):
        return open_grant(Connection.objects.get())


@pytest.mark.parametrize("key", ["mastodon", "bluesky"])
def test_liking_is_asked_for_when_it_is_wanted(here: Here, key: str) -> None:
    organization, bob = here
    client, under_test = browser(bob), network(key)
    assert ASKED not in words(client.get(connect_address(organization, key)))
    assert not under_test.may(Deed.LIKE, connected(client, organization, key))

    assert ASKED in words(client.get(connect_address(organization, key, allow="like")))
    allowed = connected(client, organization, key, allow="like")
    assert under_test.may(Deed.LIKE, allowed)
    assert not under_test.may(Deed.FOLLOW, allowed)

    again = connected(client, organization, key)
    assert again.access_token.reveal() != allowed.access_token.reveal()
    assert under_test.may(Deed.LIKE, again)


def test_what_was_asked_for_is_allowed_where_the_answer_names_no_permission(here: Here) -> None:
    organization, bob = here
    client, threads = browser(bob), network("threads")
    assert not threads.may(Deed.REPOST, connected(client, organization, "threads"))
    allowed = connected(client, organization, "threads", allow="repost")
    assert threads.may(Deed.REPOST, allowed)
    assert not threads.may(Deed.COMMENT, allowed)


def test_what_our_app_may_not_do_there_is_not_asked_for(here: Here) -> None:
    organization, bob = here
    assert not network("linkedin").may(Deed.LIKE, Grant(Secret("")))
    assert ASKED not in words(browser(bob).get(connect_address(organization, "linkedin", allow="like")))
