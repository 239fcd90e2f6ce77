"""Leaving says first what it does, does it in one act, and leaves a receipt that needs no sign-in."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.consent import name_on_boards
from accounts.consent_texts import current_version
from accounts.models import Member
from accounts.receipts import ReceiptLine
from accounts.selectors.consent import takes_part
from accounts.tenancy import acting_in
from campaigns.models import Campaign, Item, Share
from campaigns.share_lifecycle import HeldReason, ShareState
from tests.accounts.views.people_at_screens import Acme, signed_in, visitor

pytestmark = pytest.mark.django_db

LINES = [
    ReceiptLine("planned_cancelled", count=4),
    ReceiptLine("grants_given_back", network="linkedin", count=1, done=False),
    ReceiptLine("grants_given_back", network="mastodon", count=1),
    ReceiptLine("name_off_boards", count=1),
]


def preview(member: Member) -> list[ReceiptLine]:
    return LINES


def depart(member: Member, *, by: Member) -> list[ReceiptLine]:
    return LINES


@pytest.fixture
def four_planned(settings: Any) -> None:
    settings.DEPARTURE_PREVIEW = ("tests.accounts.views.test_leaving.preview",)
    settings.ON_DEPARTURE = ("tests.accounts.views.test_leaving.depart",)


@pytest.mark.usefixtures("four_planned")
def test_page_names_what_ends_and_what_stays(acme: Acme) -> None:
    page = signed_in(acme.ada).get(acme.address("me/leave/")).content.decode()
    for words in (
        "4 planned posts are cancelled",
        "we give back the keys to LinkedIn and Mastodon",
        "mails stop",
        "your name leaves the boards",
        "Your accounts, your followers, everything you posted; links in your posts keep working.",
        "Download everything about me",
        "Nobody is told; your name leaves the company",
        "Leave now",
    ):
        assert words in page
    with acting_in(acme.organization):
        assert takes_part(acme.ada), "looking is not leaving"


@pytest.mark.usefixtures("four_planned")
def test_receipt_is_dated_line_by_line_and_needs_no_sign_in(acme: Acme) -> None:
    client = signed_in(acme.ada)
    answer = client.post(acme.address("me/leave/"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"/left/{acme.organization.public_id}.")
    page = visitor().get(answer["Location"]).content.decode()
    with acting_in(acme.organization):
        left = Member.objects.get(pk=acme.ada.pk).left_at
        assert not takes_part(acme.ada)
    assert left is not None
    for words in (
        f'<time datetime="{left:%Y-%m-%dT%H:%M:%S}',
        "4 planned posts were cancelled.",
        "The key to LinkedIn is deleted here; we are telling the network.",
        "The key to Mastodon is given back.",
        "Mails have stopped.",
        "Everything you had agreed to is taken back.",
    ):
        assert words in page
    assert "ada@x.test" not in page
    assert client.get(acme.address("me/")).status_code == 404


def test_planned_posts_are_counted_and_cancelled(acme: Acme) -> None:
    """Through the real hooks: three that wait, a draft that nobody counts, and one that is out and stays."""
    with acting_in(acme.organization):
        campaign = Campaign.objects.create(name="News", purpose="reputation", created_by=acme.owner)
        item = Item.objects.create(campaign=campaign, kind="text", title="News", created_by=acme.owner)
        base = {"member": acme.ada, "item": item, "campaign": campaign, "network": "practice", "by_hand": True}
        for _ in range(3):
            Share.objects.create(**base, state=ShareState.HELD, held_reason=HeldReason.BY_HAND)
        Share.objects.create(**base)
        Share.objects.create(**base, state=ShareState.PUBLISHED, published_at=timezone.now())
    client = signed_in(acme.ada)
    assert "3 planned posts are cancelled" in client.get(acme.address("me/leave/")).content.decode()
    receipt = client.post(acme.address("me/leave/"), follow=True).content.decode()
    assert "3 planned posts were cancelled." in receipt
    with acting_in(acme.organization):
        states = list(Share.objects.order_by("pk").values_list("state", flat=True))
    assert states == [ShareState.WITHDRAWN] * 4 + [ShareState.PUBLISHED]


def test_nothing_planned_is_said_in_words(acme: Acme) -> None:
    client = signed_in(acme.ada)
    page = client.get(acme.address("me/leave/")).content.decode()
    assert "nothing is planned" in page
    receipt = client.post(acme.address("me/leave/"), follow=True).content.decode()
    assert "No post was planned." in receipt
    assert "leaves the boards" not in page, "her name never stood there"
    assert "off the leaderboards" not in receipt


def test_a_name_that_stood_on_boards_is_off(acme: Acme) -> None:
    with acting_in(acme.organization):
        name_on_boards(acme.ada, by=acme.ada, language="en", text_version=current_version("named_on_boards"))
    client = signed_in(acme.ada)
    assert "your name leaves the boards" in client.get(acme.address("me/leave/")).content.decode()
    receipt = client.post(acme.address("me/leave/"), follow=True).content.decode()
    assert "Your name is off the leaderboards." in receipt


def test_only_owner_stays_with_a_sentence(acme: Acme) -> None:
    page = signed_in(acme.owner).post(acme.address("me/leave/"))
    assert page.status_code == 409
    assert "You are the only owner. Make somebody else an owner first; nothing was changed." in page.content.decode()
    with acting_in(acme.organization):
        assert Member.objects.get(pk=acme.owner.pk).left_at is None


@pytest.mark.parametrize("token", ["nothing", "unknown.abc", "{organization}.abc"])
def test_wrong_receipt_address_says_so(acme: Acme, token: str) -> None:
    page = visitor().get(f"/left/{token.format(organization=acme.organization.public_id)}/")
    assert page.status_code == 404
    assert "There is no receipt here." in page.content.decode()
