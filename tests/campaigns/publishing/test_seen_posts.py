"""Whether the address that a person gave shows their post: by the link that stands in no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from accounts.actions.departures import leave
from accounts.errands import Done, Later
from accounts.models import Errand
from accounts.tenancy import acting_in
from campaigns.actions.by_hand import post_by_hand_is_out
from campaigns.canonical import tracked_address
from campaigns.models import PointEntry, Share
from campaigns.publishing import seen_posts
from campaigns.publishing.balance import differences
from campaigns.publishing.seen_posts import see_post
from integrations.places import place as place_of
from integrations.posted_pages import shows_link
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
        payload = Errand.objects.filter(kind="see_post").latest("pk").payload
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
    at: Desk, blog: Peer, monkeypatch: pytest.MonkeyPatch, status: int, page: str
) -> None:
    share, link, payload = told_at(at, f"{blog.url}/post")
    blog.tell("/post", Answer(status, page.format(link=link).encode(), HTML))
    with acting_in(at.organization):
        Share.objects.update(published_at=timezone.now() - timedelta(days=2))
    assert isinstance(see_post(payload), Later)  # the day begins with the address, which may come late
    monkeypatch.setattr(seen_posts, "LOOKED_FOR", timedelta())
    assert see_post(payload) == Done()
    assert again(at, share).evidence == "told"


def test_a_page_that_repeats_its_own_address_shows_nothing(at: Desk, blog: Peer) -> None:
    share, link, payload = told_at(at, f"{blog.url}/search")
    echo = f"/search?q={link.rsplit('/', 1)[1]}"
    blog.tell("/search", Answer(302, b"", {"Location": f"{blog.url}{echo}"}), Answer(200, link.encode(), HTML))
    assert isinstance(see_post(payload), Later)
    assert again(at, share).evidence == "told"


def test_an_echo_of_an_encoded_address_shows_nothing(at: Desk, blog: Peer) -> None:
    share, link, payload = told_at(at, f"{blog.url}/search")
    head, code = link.rsplit("/", 1)
    asked = f"{head}/%25{ord(code[0]):02X}{code[1:]}"
    with acting_in(at.organization):
        share = post_by_hand_is_out(share, by=at.member, url=f"{blog.url}/search?q={asked}")
        newest = Errand.objects.filter(kind="see_post").latest("pk").payload
    assert see_post(payload) == Done()  # of an address that was replaced
    blog.tell("/search", Answer(200, asked.replace("%25", "%").encode(), HTML))
    assert isinstance(see_post({**newest, "organization_id": at.organization.pk}), Later)
    assert len(blog.asked) == 1


def test_a_page_that_a_network_leads_away_to_shows_nothing(at: Desk, blog: Peer, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = [f"{host}:{blog.port}" for host in ("127.0.0.1", "localhost")]
    place = replace(place_of("blog"), hosts=("127.0.0.1",))
    blog.tell("/away", Answer(302, b"", {"Location": f"{blog.url.replace('127.0.0.1', 'localhost')}/mine"}))
    blog.tell("/mine", *[Answer(200, b"https://share.example/l/abc", HTML)] * 2)
    for at_place, shows in ((place, False), (place_of("blog"), True)):
        assert shows_link(f"{blog.url}/away", "https://share.example/l/abc", at=at_place) == shows


def test_a_page_of_many_links_is_the_post_of_none(at: Desk, blog: Peer) -> None:
    told = [told_at(at, f"{blog.url}/list?post={number}") for number in range(2)]
    blog.tell("/list", Answer(200, " ".join(link for _share, link, _payload in told).encode(), HTML))
    assert [isinstance(see_post(payload), Later) for _share, _link, payload in told] == [True, True]


def test_two_pages_of_ones_own_with_the_same_links_show_neither(at: Desk, blog: Peer) -> None:
    told = [told_at(at, f"{blog.url}/{page}") for page in ("one", "two")]
    both = " ".join(link for _share, link, _payload in told).encode()
    for page in ("one", "two"):
        blog.tell(f"/{page}", Answer(200, both, HTML))
    assert [isinstance(see_post(payload), Later) for _share, _link, payload in told] == [True, True]
    blog.tell("/one", Answer(200, told[0][1].encode(), HTML))
    assert see_post(told[0][2]) == Done()


def test_who_left_is_followed_no_more(at: Desk, blog: Peer) -> None:
    _share, _link, payload = told_at(at, f"{blog.url}/post")
    with acting_in(at.organization):
        leave(at.member, by=at.member)
    assert (see_post(payload), blog.asked) == (Done(), [])
