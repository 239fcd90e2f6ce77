"""A tracked link redirects and counts: readers once a day, programs never; a click earns no more than a word does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Errand, Member
from accounts.tenancy import acting_in
from campaigns.actions.by_hand import post_by_hand_is_out, post_is_clicked, post_is_seen
from campaigns.models import Evidence, LinkClicks, PointEntry, Share
from campaigns.points_rules import PUBLISHED, TOLD
from campaigns.publishing.seen_posts import see_click
from campaigns.selectors.results import my_results
from tests.campaigns import world
from tests.campaigns.views.browser import Browser

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
DESK = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.fixture
def bob(acme: world.Company) -> Iterator[Member]:
    yield world.person("Bob")
    cache.clear()


def told(bob: Member, acme: world.Company, network: str) -> Share:
    share = world.approved(world.draft_by_hand(bob, world.item(acme.owner), network=network), due_at=soon())
    return post_by_hand_is_out(share, by=bob)


def soon() -> datetime:
    return timezone.now() + timedelta(minutes=1)


def click(share: Share, program: str = DESK, **headers: str) -> int:
    return Client(headers={"User-Agent": program, **headers}).get(f"/l/{share.link_code_id}/").status_code


def numbers() -> tuple[int, int]:
    rows = list(LinkClicks.objects.all())
    return sum(one.raw for one in rows), sum(one.counted for one in rows)


def test_readers_count_once_a_day_and_programs_never(acme: world.Company, bob: Member) -> None:
    share = told(bob, acme, "blog")
    calls: list[tuple[str, dict[str, str]]] = [
        (DESK, {}),
        (DESK, {}),
        (BOT, {}),
        ("curl/8.5.0", {}),
        ("facebookexternalhit/1.1", {}),
        (PHONE, {"Sec-Purpose": "prefetch;prerender"}),
        (PHONE, {"Referer": "http://testserver/o/acme/queue/", "Cookie": "sessionid=mine"}),
        ("", {}),
        (PHONE, {"Referer": "https://[half"}),
    ]
    assert {click(share, program, **headers) for program, headers in calls} == {302}
    assert numbers() == (8, 2)
    assert my_results(bob, now=timezone.now()).clicks.value == 2


def test_clicks_let_no_more_earn_than_a_weeks_words(acme: world.Company, bob: Member) -> None:
    shares = [told(bob, acme, "linkedin") for _ in range(4)]
    private = told(bob, acme, "whatsapp")
    assert PointEntry.objects.filter(rule=TOLD).count() == 3
    page = Browser(acme, bob).get("queue/")
    assert page.count("It earned no points yet") == 1
    assert page.count("Nobody asks you to prove it") == 1
    for share, headers in ((shares[3], {}), (shares[3], {"Referer": "https://t.co/x"}), (private, {})):
        click(share, PHONE, **headers)
    click(shares[3], DESK, Referer="https://www.linkedin.com/")
    owed = [one.payload["share"] for one in Errand.objects.filter(kind="see_click").order_by("pk")]
    assert owed == [private.public_id, shares[3].public_id]
    for public_id in (*owed, *owed):
        see_click({"organization_id": acme.organization.pk, "share": public_id})
    with acting_in(acme.organization):
        clicked = Share.objects.filter(evidence=Evidence.CLICKED)
        assert {one.public_id for one in clicked} == set(owed)
        assert PointEntry.objects.count() == 3
    assert "It earned no points yet" in Browser(acme, bob).get("queue/")
    post_is_seen(shares[3], by=None)
    assert PointEntry.objects.get(rule=PUBLISHED).share_id == shares[3].pk
    assert "It earned no points yet" not in Browser(acme, bob).get("queue/")


def test_what_is_sent_in_private_earns_by_a_click_and_takes_its_place_in_the_week(
    acme: world.Company, bob: Member
) -> None:
    for share in [told(bob, acme, "whatsapp") for _ in range(4)]:
        assert PointEntry.objects.filter(share=share).count() == 0
        post_is_clicked(share, by=None)
    assert list(PointEntry.objects.values_list("rule", flat=True)) == [TOLD] * 3
