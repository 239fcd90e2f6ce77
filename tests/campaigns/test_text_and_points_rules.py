"""The disclosure stands in sight; points follow their table; the week's reasons changed its order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.disclosure_rules import CompanyLine, Seen, compose, in_sight, line_for, seen_in, with_warning
from campaigns.fit_rules import ItemFacts, Reason, best_fit_first, terms
from campaigns.period_rules import PeriodKind, period_of
from campaigns.points_rules import PUBLISHED, TOLD, PublishedPost, rule_for
from integrations.networks.folds import LEAST, Fold
from integrations.places import places

SAID = "I work at Acme."
LINK = "https://share.example/l/abc"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@settings(max_examples=100, deadline=None)
@given(
    words=st.text(max_size=600), disclosure=st.text(alphabet="abcdefgh .#", min_size=1, max_size=120).filter(str.strip)
)
def test_the_disclosure_is_always_in_sight_and_no_word_is_lost(words: str, disclosure: str) -> None:
    text = compose(words, disclosure=disclosure, address=LINK)
    assert in_sight(text, disclosure.strip())
    assert text.endswith(LINK)
    kept = text.removesuffix(LINK)
    without = {kept, kept.replace(disclosure.strip(), "", 1)}
    assert "".join(words.split()) in {"".join(one.split()) for one in without}


def test_where_it_stands() -> None:
    assert compose("Short.", disclosure=SAID, address=LINK) == f"Short.\n{SAID}\n\n{LINK}"
    assert compose("One.\n\nTwo.", disclosure=SAID, address="") == f"One.\n{SAID}\n\nTwo."
    long = "word " * 60
    assert compose(long, disclosure=SAID, address="") == f"{SAID}\n{long.strip()}"
    assert compose("a\nb\nc\nd", disclosure=SAID, address="").startswith(SAID)
    assert compose(f"Well, {SAID.lower()} Still.", disclosure=SAID, address="") == f"Well, {SAID.lower()} Still."
    assert compose("", disclosure="", address=LINK) == LINK


def test_the_fold_of_the_network_decides_where_it_stands_and_whether_it_is_seen() -> None:
    tight, wide = Fold(characters=40), Fold(characters=280, lines=280)
    words = "Twenty words would be too many here, so."
    assert compose(words, disclosure=SAID, address="", fold=tight) == f"{SAID}\n{words}"
    assert compose(words, disclosure=SAID, address="", fold=wide) == f"{words}\n{SAID}"
    edited = f"{words}\n\n{SAID}"
    assert [seen_in(edited, SAID, fold) for fold in (tight, wide)] == [Seen.BEHIND_THE_FOLD, Seen.IN_SIGHT]
    assert seen_in(words, SAID, wide) is seen_in(words, "", wide) is Seen.MISSING


@pytest.mark.parametrize(
    ("warning", "stands"),
    [
        ("Politics", f"Politics · {SAID}"),
        ("  Two\n lines ", f"Two lines · {SAID}"),
        (f"Politics. {SAID.lower()}", f"Politics. {SAID.lower()}"),
        ("w" * 190, f"{SAID} · {'w' * 190}"),
        (" ", ""),
    ],
)
def test_a_warning_says_whose_story_it_folds(warning: str, stands: str) -> None:
    assert with_warning(warning, SAID) == stands
    assert not stands or in_sight(stands, SAID)
    assert with_warning(warning, "") == " ".join(warning.split())


def test_what_stands_everywhere_is_seen_at_the_place_that_shows_least() -> None:
    folds = [one.fold for one in places()]
    least = Fold(min(one.characters for one in folds), min(one.lines for one in folds))
    assert least == LEAST


def test_law_comes_before_place_and_place_before_tongue() -> None:
    lines = [
        CompanyLine(language="pl", sentence="tongue"),
        CompanyLine(network="x", sentence="place", label=True),
        CompanyLine("GB", sentence="law"),
        CompanyLine("GB", language="pl", sentence="law in its tongue"),
    ]
    asked = {
        ("", "", "en"): ("", False),
        ("PL", "mastodon", "pl"): ("tongue", False),
        ("PL", "x", "pl"): ("place", True),
        ("GB", "x", "en"): ("law", True),  # the nearest words say nothing of the label, and it stays
        ("GB", "bluesky", "pl"): ("law in its tongue", False),
    }
    for (country, network, language), expected in asked.items():
        found = line_for(lines, country=country, network=network, language=language)
        assert (found.sentence, found.label) == expected, (country, network, language)


POST = PublishedPost(
    told_by_person=False,
    seen_by_others=True,
    own_words=True,
    praises_product=False,
    needs_disclosure=True,
    disclosure_in_sight=True,
)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, PUBLISHED),
        ({"told_by_person": True}, TOLD),
        ({"told_by_person": True, "told_this_week": 2}, TOLD),
        ({"told_by_person": True, "told_this_week": 3}, None),
        ({"seen_by_others": False}, None),
        ({"told_by_person": True, "in_private": True}, None),
        ({"told_by_person": True, "in_private": True, "is_clicked": True}, TOLD),
        ({"told_by_person": True, "in_private": True, "is_clicked": True, "told_this_week": 3}, None),
        ({"in_private": True}, PUBLISHED),
        ({"disclosure_in_sight": False}, None),
        ({"needs_disclosure": False, "disclosure_in_sight": False}, PUBLISHED),
        ({"praises_product": True}, PUBLISHED),
        ({"praises_product": True, "own_words": False}, None),
    ],
)
def test_what_earns_and_what_does_not(changes: dict[str, int], rule: str | None) -> None:
    assert rule_for(replace(POST, **changes)) == rule  # type: ignore[arg-type]  # a table of fields


def facts(key: int, **changes: object) -> ItemFacts:
    return replace(ItemFacts(key=key, since=NOW - timedelta(days=20), speaks_my_language=False), **changes)  # type: ignore[arg-type]  # a table of fields


def test_best_fit_comes_first_and_says_why() -> None:
    placed = best_fit_first([facts(9), facts(2, speaks_my_language=True), facts(3, interest=9)], now=NOW)
    assert [(place.key, place.reasons) for place in placed] == [(2, (Reason.LANGUAGE,)), (3, (Reason.TOPIC,)), (9, ())]


def test_a_reason_that_changed_nothing_is_not_shown() -> None:
    everything_speaks = [facts(1, speaks_my_language=True), facts(2, speaks_my_language=True)]
    placed = best_fit_first(everything_speaks[:1], now=NOW)
    assert placed[0].reasons == ()


def test_fewer_than_five_colleagues_weigh_nothing() -> None:
    assert terms(facts(1, colleagues_of_same_interests=4), now=NOW)[Reason.COLLEAGUES] == 0
    assert terms(facts(1, colleagues_of_same_interests=5), now=NOW)[Reason.COLLEAGUES] == 1


KEYED = st.lists(
    st.tuples(st.booleans(), st.integers(0, 5), st.booleans(), st.integers(0, 9), st.integers(0, 30)), max_size=12
)


@settings(max_examples=100, deadline=None)
@given(rows=KEYED)
def test_every_reason_shown_lifted_its_item(rows: list[tuple[bool, int, bool, int, int]]) -> None:
    items = [
        ItemFacts(key, NOW - timedelta(days=days), speaks, interest, team, colleagues)
        for key, (speaks, interest, team, colleagues, days) in enumerate(rows)
    ]
    placed = best_fit_first(items, now=NOW)
    assert sorted(place.key for place in placed) == list(range(len(rows)))
    for position, place in enumerate(placed):
        for reason in place.reasons:
            assert terms(items[place.key], now=NOW)[reason] > 0
            assert position < len(rows) - 1


@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [
        (PeriodKind.WEEK, (2026, 12, 28), (2027, 1, 4)),
        (PeriodKind.MONTH, (2026, 12, 1), (2027, 1, 1)),
        (PeriodKind.QUARTER, (2026, 10, 1), (2027, 1, 1)),
    ],
)
def test_periods_over_the_year(kind: PeriodKind, start: tuple[int, int, int], end: tuple[int, int, int]) -> None:
    period = period_of(kind, datetime(2026, 12, 31, 23, 59, tzinfo=UTC), UTC)
    assert (period.start, period.end) == (datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC))
