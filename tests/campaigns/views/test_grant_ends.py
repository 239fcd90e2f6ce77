"""Approving for a time beyond the end of a connection: said before, with both ways out, and forbidden by nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.consent import agree_to_network
from accounts.consent_texts import current_version
from accounts.models import Member
from accounts.tenancy import acting_in
from campaigns.actions.drafts import edit_draft, start_share
from campaigns.models import Share
from integrations.actions.connections import connect_account
from integrations.models import StoredGrant
from integrations.networks import network
from integrations.networks.base import Account, Grant, Secret
from tests.campaigns import world

pytestmark = pytest.mark.django_db
WARNING = "before this goes out"


def draft(bob: Member, acme: world.Company, key: str = "linkedin", *, refresh: Secret | None = None) -> Share:
    """A draft on an account whose key lives for five more days."""
    agree_to_network(bob, by=bob, network=key, language="en", text_version=current_version("network"))
    ends = timezone.now() + timedelta(days=5)
    connection = connect_account(
        bob,
        by=bob,
        network=network(key),
        server="",
        account=Account(id="1", handle="@bob", name="Bob"),
        grant=Grant(access_token=Secret("a"), refresh_token=refresh, expires_at=ends, account_id="1"),
    )
    share = start_share(world.item(acme.owner), by=bob, connection=connection)
    return edit_draft(share, by=bob, text="I liked this one.")


def page(acme: world.Company, share: Share, *, days: int) -> str:
    client = Client()
    assert share.member.user is not None
    client.force_login(share.member.user)
    at = (timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT09:00")
    address = reverse("approve", args=[acme.organization.slug, share.public_id])
    answer = client.get(address, {"when": "pick", "at": at})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_time_beyond_the_end_is_said_with_both_ways_out(acme: world.Company, bob: Member) -> None:
    share = draft(bob, acme)
    shown = page(acme, share, days=6)
    slug = acme.organization.slug
    assert WARNING in shown
    assert reverse("connect", args=[slug, "linkedin"]) + f"?share={share.public_id}" in shown
    assert f'action="{reverse("share_to_hand", args=[slug, share.public_id])}"' in shown
    assert 'id="approval"' in shown  # nothing is forbidden: then it waits for its person


def test_a_time_before_the_end_needs_no_words(acme: world.Company, bob: Member) -> None:
    assert WARNING not in page(acme, draft(bob, acme), days=4)


def test_what_we_renew_ourselves_needs_no_words(acme: world.Company, bob: Member) -> None:
    assert WARNING not in page(acme, draft(bob, acme, "x", refresh=Secret("r")), days=6)


def test_the_way_by_hand_leads_to_the_same_page_without_the_warning(acme: world.Company, bob: Member) -> None:
    share = draft(bob, acme)
    client = Client()
    assert bob.user is not None
    client.force_login(bob.user)
    client.post(reverse("share_to_hand", args=[acme.organization.slug, share.public_id]))
    with acting_in(acme.organization):
        share = Share.objects.get(pk=share.pk)
        assert (share.by_hand, share.text) == (True, "I liked this one.")
        assert StoredGrant.objects.count() == 1
    assert WARNING not in page(acme, share, days=6)
