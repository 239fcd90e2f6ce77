"""The curator's calendar, the mix of kinds, and an announcement from its first word to its people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from campaigns.models import Item, ItemKind, ItemState
from campaigns.selectors.calendar_month import calendar_month, month_named
from campaigns.selectors.interests import reader_of
from campaigns.selectors.items import announcements_for, items_for
from campaigns.selectors.story_mix import story_mix
from tests.campaigns import world
from tests.campaigns.views.curator import Curator, curator

pytestmark = pytest.mark.django_db
WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 10, 20, 10, tzinfo=UTC)
OPENS = datetime(2026, 10, 24, 7, 20, tzinfo=UTC)  # 09:20 in Warsaw, the day before the clocks go back


@pytest.fixture
def cleo(db: None) -> Iterator[Curator]:
    with time_machine.travel(NOW, tick=False):
        yield curator()


def story(cleo: Curator, **fields: Any) -> Item:
    with cleo.acting():
        return world.item(cleo.member, **fields)


def test_a_month_is_whole_weeks_with_every_date_on_its_own_day(cleo: Curator) -> None:
    made = story(cleo, release_at=OPENS, expires_at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC), embargo_until=NOW)
    with cleo.acting():
        month = calendar_month(date(2026, 10, 1), zone=WARSAW, now=NOW)
    assert (month.days[0].day, month.days[-1].day) == (date(2026, 9, 28), date(2026, 11, 1))
    found = {day.day: [entry.what.value for entry in day.entries] for day in month.days if day.entries}
    assert found == {
        date(2026, 10, 20): ["may_go_out"],
        date(2026, 10, 24): ["opens"],
        date(2026, 11, 1): ["closes"],  # half past midnight in Warsaw
    }
    opening = next(entry for day in month.days for entry in day.entries if entry.can_move)
    assert (opening.item.pk, opening.wall) == (made.pk, "2026-10-24T09:20")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("2026-02", date(2026, 2, 1)),
        ("x", date(2026, 10, 1)),
        ("0001-01", date(2026, 10, 1)),
        ("9999-12", date(2026, 10, 1)),
    ],
)
def test_what_is_asked_for_is_read_or_this_month(typed: str, first: date) -> None:
    assert month_named(typed, today=date(2026, 10, 20)) == first


def test_a_day_later_keeps_the_hour_over_a_change_of_clocks(cleo: Curator) -> None:
    made = story(cleo, release_at=OPENS)
    answer = cleo.post("item_move", made.public_id, days="1")
    assert answer.headers["Location"].endswith(f"?month=2026-10#opens-{made.public_id}")
    with cleo.acting():
        at = Item.objects.get(pk=made.pk).release_at
    assert at is not None
    assert at.astimezone(WARSAW).strftime("%Y-%m-%dT%H:%M") == "2026-10-25T09:20"


def test_another_time_a_past_one_and_one_that_opened(cleo: Curator) -> None:
    made, opened = story(cleo, release_at=OPENS), story(cleo, release_at=NOW - timedelta(days=1))
    cleo.post("item_move", made.public_id, release_at="2026-11-02T08:00", view="list")
    cleo.post("item_move", made.public_id, release_at="2020-01-01T08:00")
    cleo.post("item_move", made.public_id, release_at="soon")
    cleo.post("item_move", opened.public_id, days="1")
    with cleo.acting():
        assert Item.objects.get(pk=made.pk).release_at == datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
        assert Item.objects.get(pk=opened.pk).release_at == NOW - timedelta(days=1)


def test_the_page_as_a_grid_and_as_a_list(cleo: Curator) -> None:
    story(cleo, release_at=OPENS, title="To come")
    for query in ({}, {"view": "list"}, {"month": "2026-11"}):
        page = cleo.get("story_calendar", **query).content.decode()
        assert ("To come" in page) is (query != {"month": "2026-11"})
        assert ("A day later" in page) is (query != {"month": "2026-11"})


def test_the_mix_of_thirty_days_and_the_nudge(cleo: Curator) -> None:
    for about, days in (("product", 1), ("product", 2), ("people", 3), ("product", 40)):
        story(cleo, about=about, release_at=NOW - timedelta(days=days))
    story(cleo, about="product", kind=ItemKind.ANNOUNCEMENT, release_at=NOW - timedelta(days=1))
    story(cleo, about="product", state=ItemState.DRAFT, release_at=NOW - timedelta(days=1))
    with cleo.acting():
        mix = story_mix(now=NOW)
    assert [(part.about, part.stories, part.start, part.width) for part in mix.parts] == [
        ("product", 2, "0", "666"),
        ("people", 1, "666", "334"),
    ]
    assert mix.too_much_product
    assert "More than half of them are about your own product" in cleo.get("library").content.decode()
    assert "More than half" not in cleo.get("library", about="people").content.decode()


def test_the_library_is_narrowed_by_kind_form_topic_and_language(cleo: Curator) -> None:
    story(cleo, title="About us", about="people", language="pl")
    story(cleo, title="About that", about="product")
    for query in ({"about": "people"}, {"language": "pl"}):
        page = cleo.get("library", **query).content.decode()
        assert "About us" in page
        assert "About that" not in page
    assert "Nothing found" in cleo.get("library", topic="Climate").content.decode()
    assert "Nothing found" in cleo.get("library", kind="announcement").content.decode()


def test_an_announcement_begins_is_edited_and_stands_before_its_people(cleo: Curator) -> None:
    cleo.post("item_new", kind="announcement", title="The office moves", summary="In May.")
    item = cleo.only_item()
    page = cleo.get("item_edit", item.public_id).content.decode()
    for absent in ("Suggested messages", "True and checked", "Posts say that the author works here"):
        assert absent not in page
    with cleo.acting():
        typed = {
            "title": "The office moves",
            "summary": "In June.",
            "language": "en",
            "campaign": item.campaign.public_id,
        }
    cleo.post("item_edit", item.public_id, release="yes", **typed)
    with cleo.acting():
        item.refresh_from_db()
        assert (item.state, item.summary) == (ItemState.RELEASED, "In June.")
        bob = world.person("Bob")
        later = item.release_at + timedelta(minutes=1) if item.release_at else NOW
        assert [one.pk for one in announcements_for(bob, reader_of(bob), at=later)] == [item.pk]
        assert list(items_for(bob, at=later)) == []


def test_the_editor_keeps_kind_facts_limits_embargo_and_level(cleo: Curator) -> None:
    item = story(cleo)
    with cleo.acting():
        campaign = item.campaign.public_id
    cleo.post(
        "item_edit",
        item.public_id,
        title="A story",
        destination="https://example.com/story",
        language="en",
        campaign=campaign,
        about="product",
        facts="It weighs 210 grams.\n\n  It lasts   a week. ",
        limits="the best\nthe best",
        embargo_until="2026-10-30T09:00",
        least_posts="2",
        closeness_ceiling="60",
        praises_product="no",
    )
    with cleo.acting():
        item.refresh_from_db()
    assert item.fact_lines == ["It weighs 210 grams.", "It lasts a week."]
    assert item.limit_lines == ["the best"]
    assert (item.about, item.praises_product, item.is_praise) == ("product", False, False)
    assert item.embargo_until == datetime(2026, 10, 30, 8, 0, tzinfo=UTC)
    assert (item.least_posts, item.closeness_ceiling) == (2, 60)
    refused = cleo.save(item, facts="y" * 201)
    assert "Up to twelve lines" in refused.content.decode()
