"""The page of a post by hand: the text, the place's window, one question; and what the queue says of it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from accounts.models import Member, Notice
from campaigns.actions.by_hand import post_by_hand_is_out, post_is_seen
from campaigns.canonical import text_of, tracked_address
from campaigns.models import Item, Share, ShareState
from campaigns.publishing.moves import hold
from campaigns.share_lifecycle import HeldReason
from integrations.models import Connection
from integrations.places import places
from tests.campaigns import world
from tests.campaigns.views.browser import Browser

pytestmark = pytest.mark.django_db
WORDS = "Größe & Mut 🦊\n员工"


@pytest.fixture
def story(acme: world.Company) -> Item:
    return world.item(acme.owner, title="Fair & square")


def waiting(bob: Member, story: Item, place: str) -> Share:
    return world.approved(world.draft_by_hand(bob, story, text=WORDS, network=place))


def opened(page: str) -> tuple[str, dict[str, list[str]]]:
    """Where *Copy it and open* leads, and what it brings along."""
    found = re.search(r'<a class="button" href="([^"]+)" data-opens="text"', page)
    assert found is not None
    parts = urlsplit(unescape(found[1]))
    return f"{parts.scheme}://{parts.netloc}{parts.path}", parse_qs(parts.query)


def test_every_place_is_offered_and_kept(browser: Browser, bob: Member, story: Item) -> None:
    share = world.draft_by_hand(bob, story)
    page = browser.get(f"shares/{share.public_id}/")
    assert {f"hand-{one.key}" for one in places()} == set(re.findall(r'value="(hand-[\w-]+)"', page))
    for key, name in (("email", "E-mail"), ("reddit", "Reddit")):
        browser.post(f"shares/{share.public_id}/", {"text": WORDS, "account": f"hand-{key}", "go": "save"})
        assert (Share.objects.get().network, Share.objects.get().by_hand) == (key, True)
        assert name in browser.get(f"shares/{share.public_id}/approve/")
    assert "we know of no limit there" in browser.get(f"shares/{share.public_id}/")


def test_a_public_place_gets_its_link_and_is_asked_for_an_address(browser: Browser, bob: Member, story: Item) -> None:
    share = waiting(bob, story, "linkedin")
    page = browser.get(f"shares/{share.public_id}/by-hand/")
    assert opened(page) == (
        "https://www.linkedin.com/sharing/share-offsite/",
        {"url": [tracked_address(share.link_code)]},
    )
    assert 'name="url"' in page
    refused = browser.post(f"shares/{share.public_id}/by-hand/", {"url": "https://x.com/bob/status/1"}, status=400)
    assert "https://x.com/bob/status/1" in refused
    browser.post(f"shares/{share.public_id}/by-hand/")
    assert "Give its address" in browser.get("queue/")
    assert "We look at the address" in browser.get(f"shares/{share.public_id}/by-hand/")
    browser.post(f"shares/{share.public_id}/by-hand/", {"url": "https://www.linkedin.com/posts/bob-1"})
    assert "Change its address" in browser.get("queue/")
    assert "https://www.linkedin.com/posts/bob-1" in browser.get(f"shares/{share.public_id}/by-hand/")
    post_is_seen(Share.objects.get(), by=None)
    assert "We saw it there" in browser.get("queue/")
    assert browser.get_to(f"shares/{share.public_id}/by-hand/").endswith("/queue/")
    browser.post(f"shares/{share.public_id}/gone/")
    assert Share.objects.get().state == ShareState.TAKEN_DOWN
    assert "You deleted it there: LinkedIn." in browser.get("queue/")


def test_a_private_place_gets_the_text_and_is_asked_for_nothing(browser: Browser, bob: Member, story: Item) -> None:
    share = waiting(bob, story, "whatsapp")
    page = browser.get(f"shares/{share.public_id}/by-hand/")
    assert opened(page) == ("https://wa.me/", {"text": [text_of(share)]})
    assert 'name="url"' not in page
    assert "WhatsApp" in browser.get("queue/")
    browser.post(f"shares/{share.public_id}/by-hand/", {"url": "https://wa.me/1"})
    page = browser.get("queue/")
    assert "Nobody asks you to prove" in page
    assert "Give its address" not in page
    assert Share.objects.get().external_url == ""


def test_the_persons_server_is_asked_for_once(browser: Browser, bob: Member, story: Item) -> None:
    address = f"shares/{waiting(bob, story, 'mastodon').public_id}/by-hand/"
    assert "data-opens" not in browser.get(address)
    assert "not a server" in browser.post(address, {"server": "not a server"}, status=400)
    browser.post(address, {"server": "@bob@social.example"})
    assert opened(browser.get(address))[0] == "https://social.example/share"
    other = waiting(bob, world.item(story.created_by), "mastodon")
    assert opened(browser.get(f"shares/{other.public_id}/by-hand/"))[0] == "https://social.example/share"
    astray = {"url": "https://elsewhere.example/@bob/1"}
    assert "does not lead to social.example" in browser.post(f"shares/{other.public_id}/by-hand/", astray, status=400)
    elsewhere = waiting(bob, world.item(story.created_by), "linkedin")
    browser.post(f"shares/{elsewhere.public_id}/by-hand/", {"server": "social.example"})
    assert Share.objects.get(pk=elsewhere.pk).state == ShareState.SCHEDULED


def test_the_server_of_an_own_account_is_known(browser: Browser, bob: Member, story: Item) -> None:
    world.connected(bob, "mastodon")
    Connection.objects.update(server="https://mine.example")
    address = f"shares/{waiting(bob, story, 'mastodon').public_id}/by-hand/"
    assert opened(browser.get(address))[0] == "https://mine.example/share"


def test_the_notice_at_its_time_leads_to_the_text(browser: Browser, bob: Member, story: Item) -> None:
    share = waiting(bob, story, "email")
    hold(share, HeldReason.BY_HAND, because="due")
    notice = Notice.objects.get()
    assert notice.path.endswith(f"/shares/{share.public_id}/by-hand/")
    assert notice.context["network"] == "E-mail"
    page = browser.get(f"shares/{share.public_id}/by-hand/")
    assert [word in page for word in ("Is it out?", "Later today", "Another day", "I won't")] == [True] * 4
    browser.post(f"shares/{share.public_id}/later/")
    share.refresh_from_db()
    assert share.due_at is not None
    assert share.due_at > timezone.now() + timedelta(hours=2)


def test_it_can_be_told_after_a_grant_lapsed(browser: Browser, bob: Member, story: Item) -> None:
    share = world.approved(world.draft(bob, story, network="linkedin"))
    hold(share, HeldReason.RECONNECT, because="lapsed")
    assert browser.post(f"shares/{share.public_id}/to-hand/").endswith("/approve/")
    by_hand = world.approved(Share.objects.select_related("item", "link_code", "member").get(pk=share.pk))
    assert opened(browser.get(f"shares/{share.public_id}/by-hand/"))[0].startswith("https://www.linkedin.com/")
    assert post_by_hand_is_out(by_hand, by=bob).state == ShareState.PUBLISHED
