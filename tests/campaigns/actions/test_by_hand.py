"""Posts by hand and what they earn: on one's word up to three a week, seen without a limit, in private only seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.actions.departures import leave
from accounts.models import Errand, Member
from accounts.refusals import BadInput
from campaigns.actions.by_hand import MOST_ADDRESSES, post_by_hand_is_gone, post_by_hand_is_out, post_is_seen
from campaigns.actions.points import award_for_publication
from campaigns.actions.shares import choose_connection
from campaigns.models import Evidence, PointEntry, Share, ShareState, Statement
from campaigns.refusals import TooLate
from integrations.places import PLACES
from tests.campaigns import world

pytestmark = pytest.mark.django_db
POST = "https://www.linkedin.com/posts/bob-1"


def told(acme: world.Company, bob: Member, *, at: str = "linkedin", url: str = "") -> Share:
    share = world.draft_by_hand(bob, world.item(acme.owner), network=at)
    return post_by_hand_is_out(world.approved(share), by=bob, url=url)


def earned(bob: Member) -> list[tuple[str, int]]:
    return list(PointEntry.objects.filter(member=bob).order_by("pk").values_list("rule", "points"))


@pytest.mark.parametrize("key", [one.key for one in PLACES])
def test_every_place_walks_the_whole_road(acme: world.Company, bob: Member, key: str) -> None:
    share = told(acme, bob, at=key)
    assert (share.state, share.evidence, share.network) == (ShareState.PUBLISHED, Evidence.TOLD, key)
    private = next(one.is_private for one in PLACES if one.key == key)
    assert earned(bob) == ([] if private else [("share_told", 10)])


def test_a_place_is_for_the_hand_alone(acme: world.Company, bob: Member) -> None:
    share = world.draft_by_hand(bob, world.item(acme.owner))
    for key, by_hand in (("xing", False), ("myspace", True)):
        with pytest.raises(BadInput):
            choose_connection(share, by=bob, network=key, by_hand=by_hand)


def test_the_fourth_told_of_a_week_waits_to_be_seen(acme: world.Company, bob: Member) -> None:
    posts = [told(acme, bob) for _number in range(4)]
    assert earned(bob) == [("share_told", 10)] * 3
    post_is_seen(posts[3], by=None)
    post_is_seen(posts[3], by=None)
    assert earned(bob)[3:] == [("share_published", 10)]
    post_is_seen(posts[0], by=None)  # earned on a word already: nothing more, and its place in the week is free again
    assert len(earned(bob)) == 4
    told(acme, bob)
    assert earned(bob)[4:] == [("share_told", 10)]


def test_another_week_begins_by_the_companys_clock(acme: world.Company, bob: Member) -> None:
    """Warsaw is an hour ahead of UTC: 22:59 on Sunday is this week there, 23:00 the next."""
    sunday = datetime(2026, 11, 29, 22, 59, tzinfo=UTC)
    shares = [world.draft_by_hand(bob, world.item(acme.owner)) for _number in range(5)]
    instants = [sunday] * 4 + [sunday + timedelta(minutes=1)]
    for share, at in zip(shares, instants, strict=True):
        Share.objects.filter(pk=share.pk).update(evidence=Evidence.TOLD, published_at=at)
        award_for_publication(Share.objects.select_related("item", "link_code").get(pk=share.pk))
    assert list(PointEntry.objects.order_by("pk").values_list("share", flat=True)) == [
        shares[number].pk for number in (0, 1, 2, 4)
    ]


def test_what_is_private_earns_once_it_is_seen(acme: world.Company, bob: Member) -> None:
    share = told(acme, bob, at="whatsapp", url="https://wa.me/1")
    assert (share.external_url, Errand.objects.filter(kind="see_post").count()) == ("", 0)
    assert earned(bob) == []
    post_is_seen(share, by=None)
    assert earned(bob) == [("share_published", 10)]


def test_a_post_that_is_gone_gives_its_points_and_its_place_back(acme: world.Company, bob: Member) -> None:
    posts = [told(acme, bob) for _number in range(3)]
    gone = post_by_hand_is_gone(posts[0], by=bob)
    assert post_by_hand_is_gone(gone, by=bob).state == ShareState.TAKEN_DOWN
    assert earned(bob)[3:] == [("share_taken_down", -10)]
    told(acme, bob)
    told(acme, bob)
    assert earned(bob)[4:] == [("share_told", 10)]
    assert post_is_seen(gone, by=None).evidence == Evidence.TOLD
    waiting = world.approved(world.draft_by_hand(bob, world.item(acme.owner)))
    with pytest.raises(TooLate):
        post_by_hand_is_gone(waiting, by=bob)


def test_the_address_may_come_later_or_be_mended_and_each_is_looked_at(acme: world.Company, bob: Member) -> None:
    share = told(acme, bob)
    given = [f"{POST}{number}" for number in range(MOST_ADDRESSES)]
    for url in (given[0], *given, given[-1]):  # the first and the last are clicked twice
        share = post_by_hand_is_out(share, by=bob, url=url)
    assert [one.external_url for one in Statement.objects.order_by("pk")] == ["", *given]
    assert Errand.objects.filter(kind="see_post").count() == len(given)
    with pytest.raises(BadInput, match="The last one stays"):
        post_by_hand_is_out(share, by=bob, url=POST)
    post_is_seen(share, by=None)
    assert post_by_hand_is_out(share, by=bob, url=POST).external_url == given[-1]


def test_one_page_shows_one_post(acme: world.Company, bob: Member) -> None:
    first, second = told(acme, bob, url=POST), told(acme, bob)
    with pytest.raises(BadInput, match="another post of yours"):
        post_by_hand_is_out(second, by=bob, url=f"{POST.replace('https://www.', 'http://')}/#again")
    post_by_hand_is_gone(first, by=bob)
    assert post_by_hand_is_out(second, by=bob, url=POST).external_url == POST
    assert told(acme, world.person("Carol"), url=POST).external_url == POST


def test_what_was_looked_at_is_no_longer_so(acme: world.Company, bob: Member) -> None:
    """While the page was fetched, the address was replaced, or the person left."""
    looked_at = told(acme, bob, url=POST)
    post_by_hand_is_out(looked_at, by=bob, url=f"{POST}2")
    assert post_is_seen(looked_at, by=None).evidence == Evidence.TOLD
    looked_at.refresh_from_db()
    leave(bob, by=bob)
    assert post_is_seen(looked_at, by=None).evidence == Evidence.TOLD


@pytest.mark.parametrize("url", ["https://linkedin.com.evil.example/posts/1", "https://x.com/bob/status/1"])
def test_an_address_of_elsewhere_is_refused_and_nothing_lost(acme: world.Company, bob: Member, url: str) -> None:
    share = world.approved(world.draft_by_hand(bob, world.item(acme.owner)))
    with pytest.raises(BadInput, match="LinkedIn"):
        post_by_hand_is_out(share, by=bob, url=url)
    assert Share.objects.get(pk=share.pk).state == ShareState.SCHEDULED
