"""The calendar of a queue: safe to show, the same bytes until something changes, and ended with its address."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.actions.departures import leave
from accounts.models import Member
from campaigns.actions.calendar import make_calendar
from campaigns.actions.drafts import start_share
from campaigns.models import CalendarFeed, ItemKind, Share, ShareState
from tests.campaigns import world

TOMORROW = (timezone.now() + timedelta(days=1)).replace(hour=9, minute=20, second=0, microsecond=0)


@pytest.fixture
def bob(acme: world.Company) -> Member:
    bob = world.person()
    world.approved(world.draft(bob, world.item(acme.owner), network="mastodon"), due_at=TOMORROW)
    world.draft(bob, world.item(acme.owner, title="Only begun"), network="x")
    return bob


def lines(address: str) -> list[tuple[str, datetime]]:
    calendar = Calendar.from_ical(Client().get(address).content)
    return [(str(event["summary"]), event.decoded("dtstart")) for event in calendar.walk("VEVENT")]


def address_of(member: Member, *, shows_titles: bool = False) -> str:
    return f"/calendar/{make_calendar(member, by=member, shows_titles=shows_titles)}.ics"


def test_planned_posts_in_utc_with_the_network_alone(bob: Member) -> None:
    address = address_of(bob)
    assert lines(address) == [("Post goes out: Mastodon", TOMORROW.astimezone(UTC))]
    body = Client().get(address).content.decode()
    assert "How we cut" not in body
    assert f"DTSTART:{TOMORROW.astimezone(UTC):%Y%m%dT%H%M%SZ}" in body


def test_titles_only_by_choice(bob: Member) -> None:
    address = address_of(bob, shows_titles=True)
    assert lines(address)[0][0] == "Post goes out: Mastodon: How we cut build times"


def test_a_like_is_called_one(acme: world.Company, bob: Member) -> None:
    asked: dict[str, Any] = {
        "asks": "like",
        "target": "https://x.com/acme/status/17",
        "target_at": "x",
        "kind": ItemKind.TEXT,
    }
    like = start_share(world.item(acme.owner, destination="", **asked), by=bob)
    like = world.approved(like, due_at=TOMORROW + timedelta(hours=2))
    told: dict[str, dict[str, Any]] = {"Like it: X": {"by_hand": False}, "Like it: X (by hand)": {"by_hand": True}}
    told["Like it: X (Done)"] = {"state": ShareState.PUBLISHED, "published_at": timezone.now()}
    address = address_of(bob)
    for summary, columns in told.items():
        Share.objects.filter(pk=like.pk).update(**columns)
        assert {line for line, _at in lines(address)} == {"Post goes out: Mastodon", summary}


def test_it_is_asked_again_cheaply_and_reads_no_cookie(bob: Member) -> None:
    address, client = address_of(bob), Client()
    first = client.get(address)
    assert (first.status_code, first.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert client.get(address, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    Share.objects.filter(member=bob).update(due_at=TOMORROW + timedelta(hours=1))
    assert client.get(address, headers={"if-none-match": first.headers["ETag"]}).status_code == 200
    assert not client.cookies


def test_a_new_address_ends_the_old_and_leaving_ends_all(acme: world.Company, bob: Member) -> None:
    old, new = address_of(bob), address_of(bob)
    assert [Client().get(one).status_code for one in (old, new)] == [404, 200]
    assert CalendarFeed.objects.count() == 1
    leave(bob, by=bob)
    assert Client().get(new).status_code == 404
    assert not CalendarFeed.objects.exists()


def test_the_page_shows_the_address_once(acme: world.Company, bob: Member) -> None:
    client = Client()
    client.force_login(bob.user)  # type: ignore[arg-type]  # made with a user
    page = f"/o/{acme.organization.slug}/me/telling/"
    made = client.post(page + "calendar/", {"act": "make"}).content.decode()
    [address] = re.findall(r"http://[^/]+(/calendar/[^\"]+\.ics)", made)
    assert Client().get(address).status_code == 200
    assert ".ics" not in client.get(page).content.decode()
    assert not any(".ics" in str(value) for value in client.session.values())
    client.post(page + "calendar/", {"act": "titles", "shows_titles": "on"})
    assert CalendarFeed.objects.get().shows_titles
    client.post(page + "calendar/", {"act": "end"})
    assert Client().get(address).status_code == 404


def test_somebody_elses_address_tells_nothing(bob: Member) -> None:
    secret = address_of(bob)
    assert Client().get(secret.replace(".ics", "x.ics")).status_code == 404
    assert Client().get("/calendar/nobody.ics").status_code == 404
