"""Feeds that are due are read over real HTTP: conditionally, less often while they fail, each company's for itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.tenancy import acting_in
from campaigns import feed_reading
from campaigns.actions.feeds import add_feed, pause_feed, remove_feed
from campaigns.actions.inbox import take_in_entries
from campaigns.feed_clock import EVERY, LONGEST_WAIT
from campaigns.feed_reading import Due, read_due_feeds, record_reading
from campaigns.models import Suggestion
from integrations.feeds import Feed, Trouble
from integrations.models import FeedSource
from tests.campaigns import world
from tests.integrations.peer import Answer, Peer, running_peer

pytestmark = pytest.mark.django_db

XML = {"Content-Type": "application/rss+xml", "ETag": '"1"'}
ITEM = "<item><guid>{0}</guid><title>{0}</title><link>https://news.example/{0}</link></item>"


def rss(*names: str) -> Answer:
    body = f"<rss version='2.0'><channel><title>News</title>{''.join(map(ITEM.format, names))}</channel></rss>"
    return Answer(body=body.encode(), headers=XML)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as running:
        yield running


def followed(company: world.Company, address: str) -> FeedSource:
    """Followed an hour ago, and due."""
    source = add_feed(by=company.owner, feed=Feed(address, "News", "en", ()))
    return due(source)


def due(source: FeedSource) -> FeedSource:
    FeedSource.objects.filter(pk=source.pk).update(next_look_at=timezone.now() - timedelta(minutes=1))
    return source


def now_of(source: FeedSource) -> FeedSource:
    return FeedSource.objects.get(pk=source.pk)


def test_what_is_new_is_in_the_inbox_and_asked_for_once(acme: world.Company, peer: Peer) -> None:
    source = followed(acme, f"{peer.url}/feed")
    peer.tell("/feed", rss("one", "two"), Answer(304))
    assert read_due_feeds() == 1
    assert set(Suggestion.objects.values_list("title", flat=True)) == {"one", "two"}
    assert read_due_feeds() == 0
    wait = now_of(source).next_look_at - timezone.now()
    assert EVERY - timedelta(minutes=1) < wait <= EVERY
    due(source)
    assert read_due_feeds() == 1
    assert [asked.headers.get("if-none-match") for asked in peer.asked] == [None, '"1"']


def test_a_feed_that_fails_is_asked_less_and_less_and_says_since_when(acme: world.Company, peer: Peer) -> None:
    source = followed(acme, f"{peer.url}/feed")
    peer.tell("/feed", Answer(500))
    waits, since = [], None
    for number in range(7):
        assert read_due_feeds() == 1
        state = now_of(source)
        since = since or state.failing_since
        assert (state.failures, state.trouble, state.failing_since) == (number + 1, Trouble.ERROR, since)
        waits.append(round((state.next_look_at - timezone.now()).total_seconds() / 3600))
        due(source)
    assert waits == [1, 2, 4, 8, 16, 24, LONGEST_WAIT.total_seconds() / 3600]
    peer.tell("/feed", rss("one"))
    read_due_feeds()
    well = now_of(source)
    assert (well.failures, well.trouble, well.failing_since) == (0, "", None)
    assert Suggestion.objects.get().title == "one"


def test_each_company_has_its_own_inbox_and_none_waits_behind_another(
    acme: world.Company, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_reading, "EACH", 2)
    peer.tell("/feed", rss("one"))
    followed(acme, f"{peer.url}/feed")
    globex = world.company("Globex")
    with acting_in(globex.organization):
        for number in range(3):
            peer.tell(f"/feed{number}", rss(f"g{number}"))
            followed(globex, f"{peer.url}/feed{number}")
    assert [read_due_feeds() for _round in range(3)] == [3, 1, 0]
    assert Suggestion.objects.get().title == "one"
    with acting_in(globex.organization):
        assert Suggestion.objects.filter(title__startswith="g").exists()


def test_what_was_paused_or_removed_meanwhile_is_left_alone(acme: world.Company, peer: Peer) -> None:
    source = followed(acme, f"{peer.url}/feed")
    in_hand = Due(acme.organization.pk, source.pk, source.address, "", "")
    pause_feed(source, by=acme.owner)
    assert read_due_feeds() == 0
    record_reading(in_hand, Trouble.ERROR)
    assert now_of(source).failures == 0
    remove_feed(source, by=acme.owner)
    record_reading(in_hand, Trouble.ERROR)
    assert not FeedSource.objects.exists()


def test_a_feed_that_cannot_be_kept_does_not_stop_the_round(
    acme: world.Company, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = followed(acme, f"{peer.url}/broken"), followed(acme, f"{peer.url}/sound")
    FeedSource.objects.filter(pk=broken.pk).update(next_look_at=timezone.now() - timedelta(hours=1))

    def breaks_once(source: FeedSource, **given: Any) -> int:
        if source.pk == broken.pk:
            raise ValueError("a letter that no database keeps")
        return take_in_entries(source, **given)

    monkeypatch.setattr(feed_reading, "take_in_entries", breaks_once)
    peer.tell("/broken", rss("one"))
    peer.tell("/sound", rss("two"))
    assert read_due_feeds() == 2
    assert [str(one) for one in Suggestion.objects.all()] == ["two"]
    assert now_of(sound).read_at is not None
    assert timezone.now() < now_of(broken).next_look_at <= timezone.now() + feed_reading.LEASE
