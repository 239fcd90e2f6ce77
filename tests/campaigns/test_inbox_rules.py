"""Which addresses are one page, and what comes in of a feed. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.inbox_rules import FIRST_ENTRIES, FRESH, Offered, Shelf, same_page, taken_from, without_followers

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://x.org/a?utm_source=rss&id=7&fbclid=1", "https://x.org/a?id=7"),
        ("https://x.org/a?utm_source=rss#part", "https://x.org/a#part"),
        ("https://x.org/a?b=%20c&empty=", "https://x.org/a?b=%20c&empty="),
        ("https://x.org/a", "https://x.org/a"),
        ("https://[broken", "https://[broken"),
    ],
)
def test_what_follows_the_reader_goes(typed: str, kept: str) -> None:
    assert without_followers(typed) == kept


@pytest.mark.parametrize(
    "other",
    [
        "http://x.org/a/?p=1&q=2",
        "https://www.x.org/a?q=2&p=1",
        "https://X.org:443/a?p=1&q=2#top",
        "https://x.org/a?p=1&utm_medium=mail&q=2",
    ],
)
def test_one_page_has_one_mark(other: str) -> None:
    assert same_page(other) == same_page("https://x.org/a?p=1&q=2")


@pytest.mark.parametrize(
    "other", ["https://x.org/a?p=2", "https://x.org/b?p=1", "https://y.org/a?p=1", "https://x.org:8443/a?p=1"]
)
def test_other_pages_have_other_marks(other: str) -> None:
    assert same_page(other) != same_page("https://x.org/a?p=1")
    assert same_page("") == ""


def offered(count: int, *, first: datetime | None = NOW) -> list[Offered]:
    """The newest first, a day apart."""
    ages = [first - timedelta(days=number) if first else None for number in range(count)]
    return [Offered(f"mark{number}", f"page{number}", at) for number, at in enumerate(ages)]


def shelf(room: int = 5, *, seen: tuple[str, ...] = (), pages: tuple[str, ...] = (), is_first: bool = False) -> Shelf:
    return Shelf(seen, pages, room, is_first)


def test_a_new_feed_shows_its_newest_and_no_more() -> None:
    taken = taken_from(offered(30, first=NOW - timedelta(days=90)), shelf(20, is_first=True), now=NOW)
    assert taken.places == list(range(FIRST_ENTRIES))
    assert len(taken.settled) == 30


def test_what_finds_no_room_comes_tomorrow_while_it_is_fresh() -> None:
    entries = offered(30)
    today = taken_from(entries, shelf(5), now=NOW)
    assert today.places == [0, 1, 2, 3, 4]
    fresh = [one.mark for one in entries if one.published_at and NOW - one.published_at <= FRESH]
    assert [one.mark for one in entries if one.mark not in today.settled] == fresh[5:]
    tomorrow = taken_from(entries, shelf(5, seen=tuple(today.settled)), now=NOW + timedelta(days=1))
    assert tomorrow.places == [5, 6, 7, 8, 9]


def test_what_is_known_is_not_taken_again() -> None:
    taken = taken_from(offered(4), shelf(seen=("mark0",), pages=("page1",)), now=NOW)
    assert taken.places == [2, 3]
    assert sorted(taken.settled) == ["mark0", "mark1", "mark2", "mark3"]


def test_the_same_page_twice_in_one_feed_is_one_entry() -> None:
    entries = [Offered("a", "page", NOW), Offered("b", "page", NOW)]
    assert taken_from(entries, shelf(), now=NOW).places == [0]


def test_entries_are_taken_by_their_dates_or_else_as_the_feed_lists_them() -> None:
    upside_down = offered(3)[::-1]
    assert taken_from(upside_down, shelf(2), now=NOW).places == [2, 1]
    assert taken_from(offered(3, first=None), shelf(2), now=NOW).places == [0, 1]
    assert taken_from(offered(3), shelf(0), now=NOW).places == []
