"""Whether the address that a person gave shows their post: by the link that stands in no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from accounts.errands import Done, Later
from accounts.models import Errand
from accounts.tenancy import acting_in
from campaigns.actions.by_hand import post_by_hand_is_out
from campaigns.canonical import tracked_address
from campaigns.models import PointEntry, Share
from campaigns.publishing.balance import differences
from campaigns.publishing.seen_posts import see_post
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, again
from tests.integrations.peer import Answer, Peer, running_peer

HTML = {"Content-Type": "text/html"}


@pytest.fixture
def blog(settings: Any) -> Iterator[Peer]:
    with running_peer() as server:
        settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{server.port}"]
        yield server


def told_at(at: Desk, address: str) -> tuple[Share, str, dict[str, Any]]:
    with acting_in(at.organization):
        share = world.approved(world.draft_by_hand(at.member, at.story, network="blog"))
        share = post_by_hand_is_out(share, by=at.member, url=address)
        payload = Errand.objects.get(kind="see_post").payload
        return share, tracked_address(share.link_code), {**payload, "organization_id": at.organization.pk}


@pytest.mark.parametrize(
    "page",
    [
        '<a href="{link}">How we cut build times</a>',
        '<a href="https://away.example/?to={quoted}&amp;more=1">…</a>',
    ],
)
def test_a_page_with_the_link_makes_it_seen(at: Desk, blog: Peer, page: str) -> None:
    share, link, payload = told_at(at, f"{blog.url}/post")
    shown = page.format(link=link, quoted=quote(link, safe=""))
    blog.tell("/post", Answer(200, shown.encode(), HTML))
    assert see_post(payload) == Done()
    assert again(at, share).evidence == "seen"
    assert see_post(payload) == Done()
    assert len(blog.asked) == 1
    with acting_in(at.organization):
        assert [(one.rule, one.points) for one in PointEntry.objects.all()] == [("share_told", 10)]
    assert differences() == []


@pytest.mark.parametrize(("status", "page"), [(200, "Nothing here"), (404, "{link}"), (500, "{link}")])
def test_what_does_not_show_it_stays_told_and_is_left_alone_after_a_day(
    at: Desk, blog: Peer, status: int, page: str
) -> None:
    share, link, payload = told_at(at, f"{blog.url}/post")
    blog.tell("/post", Answer(status, page.format(link=link).encode(), HTML))
    assert isinstance(see_post(payload), Later)
    with acting_in(at.organization):
        Share.objects.update(published_at=timezone.now() - timedelta(days=1))
    assert see_post(payload) == Done()
    assert again(at, share).evidence == "told"


def test_a_page_that_repeats_its_own_address_shows_nothing(at: Desk, blog: Peer) -> None:
    share, link, payload = told_at(at, f"{blog.url}/search")
    echo = f"/search?q={link.rsplit('/', 1)[1]}"
    blog.tell("/search", Answer(302, b"", {"Location": f"{blog.url}{echo}"}), Answer(200, link.encode(), HTML))
    assert isinstance(see_post(payload), Later)
    assert again(at, share).evidence == "told"
