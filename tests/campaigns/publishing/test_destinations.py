"""The page behind an approved link: followed in time, and where it answers at another host everything waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.tenancy import acting_in
from campaigns.destination_rules import hosts_of_move, is_covered
from campaigns.models import Approval, Destination, Item, ItemKind, ItemState, Share
from campaigns.publishing import destinations
from campaigns.publishing.claim import claim
from campaigns.publishing.destinations import follow_destinations
from campaigns.selectors.share_words import words_of
from integrations.previews import final_host
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, again, come_due, desk, planned, practice_account, publish
from tests.integrations.peer import Answer, Peer, running_peer

PAGE = Answer(200, b"<title>A story</title>", {"Content-Type": "text/html"})


@pytest.fixture
def page(settings: Any) -> Iterator[Peer]:
    """The company's own page, at 127.0.0.1; `localhost` is another host to whoever reads an address."""
    with running_peer() as server:
        settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{server.port}", f"localhost:{server.port}"]
        server.tell("/story", PAGE)
        server.tell("/elsewhere", PAGE)
        yield server


def of_words_alone(at: Desk) -> Desk:
    """The desk's own story leads nowhere, so that nobody looks at it."""
    with acting_in(at.organization):
        Item.objects.filter(pk=at.story.pk).update(kind=ItemKind.TEXT, destination="")
        at.story.refresh_from_db()
    return at


@pytest.fixture
def reads(page: Peer, at: Desk) -> Item:
    of_words_alone(at)
    return story_at(at, f"{page.url}/story")


def story_at(at: Desk, address: str) -> Item:
    with acting_in(at.organization):
        return world.item(at.owner, destination=address)


def moves_to(page: Peer, host: str) -> None:
    page.tell("/story", Answer(302, b"", {"Location": f"http://{host}:{page.port}/elsewhere"}))


def look_again(at: Desk, *, after: timedelta = timedelta(minutes=16)) -> int:
    with acting_in(at.organization):
        Destination.objects.update(followed_at=timezone.now() - after)
    return follow_destinations()


def soon(at: Desk, share: Share) -> Share:
    return come_due(at, share, ago=timedelta(minutes=-5))


def test_a_look_depends_on_the_open_story_alone(at: Desk, page: Peer, reads: Item) -> None:
    """Who runs the page must not read from it that somebody approved, or when a post is due."""
    assert [follow_destinations(), follow_destinations()] == [1, 0]
    with acting_in(at.organization):
        row = Destination.objects.get()
    assert (row.host, row.address) == ("127.0.0.1", f"{page.url}/story")
    assert row.seen_at is not None
    soon(at, planned(at, practice_account(at), story=reads))
    assert follow_destinations() == 0
    assert [asked.path for asked in page.asked] == ["/story"]


@pytest.mark.parametrize(("minutes", "looked"), [(9, 0), (11, 0), (14.1, 1)])
def test_looks_are_ten_to_fourteen_minutes_apart(
    at: Desk, page: Peer, reads: Item, monkeypatch: pytest.MonkeyPatch, minutes: float, looked: int
) -> None:
    monkeypatch.setattr(destinations, "CHANCE", 0.0)
    follow_destinations()
    assert look_again(at, after=timedelta(minutes=minutes)) == looked


def test_between_ten_and_fourteen_minutes_chance_decides(
    at: Desk, page: Peer, reads: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destinations, "CHANCE", 1.0)
    follow_destinations()
    assert look_again(at, after=timedelta(minutes=11)) == 1


def test_a_story_that_is_not_open_is_not_looked_at(at: Desk, page: Peer, reads: Item) -> None:
    changes: tuple[dict[str, Any], ...] = (
        {"state": ItemState.DRAFT},
        {"state": ItemState.ENDED},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"release_at": timezone.now() + timedelta(hours=1)},
    )
    for change in changes:
        with acting_in(at.organization):
            Item.objects.filter(pk=reads.pk).update(**change)
        assert follow_destinations() == 0
        with acting_in(at.organization):
            Item.objects.filter(pk=reads.pk).update(state=ItemState.RELEASED, expires_at=None, release_at=None)
            closed = reads.campaign
            type(closed).objects.filter(pk=closed.pk).update(archived_at=timezone.now())
        assert follow_destinations() == 0
        with acting_in(at.organization):
            type(closed).objects.filter(pk=closed.pk).update(archived_at=None)
    assert page.asked == []


def test_a_company_with_many_stories_takes_its_turn(at: Desk, page: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    of_words_alone(at)
    monkeypatch.setattr(destinations, "EACH", 2)
    for name in "abc":
        story_at(at, f"{page.url}/{name}")
    assert [follow_destinations() for _round in range(3)] == [2, 1, 0]


def test_a_page_that_moved_to_another_host_holds_every_share_that_waits_for_it(
    at: Desk, page: Peer, reads: Item
) -> None:
    first = soon(at, planned(at, practice_account(at), story=reads))
    second = planned(at, practice_account(at, "two"), "Another.", story=reads)
    other = planned(at, practice_account(at, "three"), "Of another story.")
    follow_destinations()
    moves_to(page, "localhost")
    assert look_again(at) == 1
    for share in (again(at, first), again(at, second)):
        assert (share.state, share.held_reason) == ("held", "story_changed")
        assert hosts_of_move(share.held_detail) == ("127.0.0.1", "localhost")
        words = words_of(share, now=timezone.now())
        assert words.sentence == (
            "The page this post links to leads to localhost now. When you approved it, it led to 127.0.0.1."
        )
    assert again(at, other).state == "scheduled"
    with acting_in(at.organization):
        assert Approval.objects.filter(ended_because="page_moved").count() == 2
        assert AuditEntry.objects.get(action="hold_for_moved_page").by is None
    come_due(at, first)
    assert publish() == 0


def test_approved_again_it_goes_out_to_the_new_host(at: Desk, page: Peer, reads: Item) -> None:
    share = soon(at, planned(at, practice_account(at), story=reads))
    follow_destinations()
    moves_to(page, "localhost")
    look_again(at)
    with acting_in(at.organization):
        approved = world.approved(again(at, share))
    look_again(at)
    assert again(at, share).state == "scheduled"
    come_due(at, approved)
    publish()
    assert again(at, share).state == "published"


@pytest.mark.parametrize(
    "trouble", [Answer(503), Answer(302, b"", {"Location": "http://10.0.0.1/x"}), Answer(200, b"x" * 2_100_000)]
)
def test_a_page_that_cannot_be_reached_is_not_a_changed_one(at: Desk, page: Peer, reads: Item, trouble: Answer) -> None:
    share = soon(at, planned(at, practice_account(at), story=reads))
    follow_destinations()
    page.tell("/story", trouble)
    assert look_again(at) == 1
    come_due(at, share)
    publish()
    assert again(at, share).state == "published"


def test_a_way_within_the_same_host_and_a_mere_www_are_no_move(at: Desk, page: Peer, reads: Item) -> None:
    share = soon(at, planned(at, practice_account(at), story=reads))
    follow_destinations()
    moves_to(page, "127.0.0.1")
    look_again(at)
    assert again(at, share).state == "scheduled"
    with acting_in(at.organization):
        Destination.objects.update(host="example.com")
    assert final_host(f"{page.url}/story") == "127.0.0.1"


def test_a_claimed_share_and_one_held_for_something_else_wait_too(at: Desk, page: Peer, reads: Item) -> None:
    soon(at, planned(at, practice_account(at), story=reads))
    share = come_due(at, planned(at, practice_account(at, "two"), "Another.", story=reads))
    held = planned(at, practice_account(at, "three"), "A third.", story=reads)
    with acting_in(at.organization):
        Share.objects.filter(pk=held.pk).update(state="held", held_reason="reconnect", held_at=timezone.now())
    follow_destinations()
    assert share.pk in {one.share_id for one in claim([at.organization.pk], limit=5)}
    moves_to(page, "localhost")
    look_again(at)
    assert [(again(at, one).state, again(at, one).held_reason) for one in (share, held)] == [
        ("held", "story_changed"),
        ("held", "story_changed"),
    ]


def test_two_companies_with_one_address_are_told_apart(at: Desk, page: Peer, reads: Item) -> None:
    other = of_words_alone(desk("Globex"))
    ours = soon(at, planned(at, practice_account(at), story=reads))
    theirs = soon(other, planned(other, practice_account(other), story=story_at(other, reads.destination)))
    assert follow_destinations() == 2
    moves_to(page, "localhost")
    assert look_again(at) == 1
    assert [again(at, ours).state, again(other, theirs).state] == ["held", "scheduled"]


def test_a_look_covers_what_was_approved_shortly_after_it() -> None:
    now = timezone.now()
    assert is_covered(now, seen_at=now - timedelta(minutes=14))
    assert not is_covered(now, seen_at=now - timedelta(minutes=16))
