"""Two at once around the inbox, on real transactions: one page taken up twice, a feed removed while it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.refusals import Refusal
from accounts.tenancy import acting_in
from campaigns.actions.campaigns import first_campaign
from campaigns.actions.feeds import add_feed, remove_feed
from campaigns.actions.inbox import accept_suggestion, take_in_entries
from campaigns.actions.interests import choose_languages
from campaigns.actions.items import Story
from campaigns.actions.skips import skip_item
from campaigns.actions.suggestions import suggest_story
from campaigns.models import Campaign, Item, MemberLanguage, Skip, Suggestion, SuggestionState
from integrations.feeds import Feed, FeedEntry
from integrations.models import FeedSource
from tests.campaigns import world

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "https://example.com/news"
ROUNDS = 6


@pytest.fixture
def acme(transactional_db: None) -> world.Company:
    """Committed, so that two connections see it."""
    return world.company()


def at_once(company: world.Company, acts: Sequence[Callable[[], object]]) -> list[str]:
    """Each on its own connection; a refusal is an answer, anything else fails the test."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            with acting_in(company.organization):
                start.wait(timeout=20)
                act()
            return "done"
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def feed(*names: str) -> Feed:
    entries = (FeedEntry(name, f"{PAGE}/{name}", name, "", "", timezone.now()) for name in names)
    return Feed(f"{PAGE}/feed", "News", "en", tuple(entries))


def test_one_page_is_taken_up_once(acme: world.Company) -> None:
    with acting_in(acme.organization):
        people, campaign = [world.person(f"P{number}") for number in range(4)], world.campaign(acme.owner)
    for number in range(ROUNDS):
        page = f"{PAGE}/{number}"
        with acting_in(acme.organization):
            waiting = [suggest_story(by=person, address=page, title="News") for person in people]

        def accept(one: Suggestion, page: str = page) -> object:
            story = Story(title="News", destination=page)
            return accept_suggestion(one, by=acme.owner, campaign=campaign, story=story)

        orders = [*waiting, *reversed(waiting)]
        assert at_once(acme, [partial(accept, one) for one in orders]) == ["done"] * len(orders)
        with acting_in(acme.organization):
            assert Item.objects.filter(destination=page).count() == 1
    with acting_in(acme.organization):
        assert not Suggestion.objects.exclude(state=SuggestionState.ACCEPTED).exists()


def test_a_feed_that_is_removed_while_it_is_read_leaves_nothing(acme: world.Company) -> None:
    for number in range(ROUNDS):
        with acting_in(acme.organization):
            source = add_feed(by=acme.owner, feed=feed("one"))

        def read(source: FeedSource = source, number: int = number) -> None:
            if FeedSource.objects.select_for_update().filter(pk=source.pk).exists():
                take_in_entries(source, by=None, feed=feed(f"two-{number}", f"three-{number}"))

        def remove(source: FeedSource = source) -> None:
            remove_feed(source, by=acme.owner)

        assert at_once(acme, [read, remove, remove]) == ["done"] * 3
        with acting_in(acme.organization):
            assert (FeedSource.objects.count(), Suggestion.objects.count()) == (0, 0)


def test_a_feed_is_followed_once(acme: world.Company) -> None:
    answers = at_once(acme, [lambda: add_feed(by=acme.owner, feed=feed("one"))] * 3)
    assert answers == ["bad_input", "bad_input", "done"]


def test_two_clicks_of_one_person_are_one(acme: world.Company) -> None:
    with acting_in(acme.organization):
        bob, story = world.person("Bob"), world.item(acme.owner)
        skip_item(story, by=bob)
    for languages, reason in ((["en", "pl"], "too_salesy"), (["en", "it"], "not_my_field"), (["it"], "too_salesy")):
        clicks = [
            lambda said=languages: choose_languages(said, by=bob),
            lambda why=reason: skip_item(story, by=bob, reason=why),
        ]
        assert at_once(acme, clicks * 3) == ["done"] * 6
        with acting_in(acme.organization):
            assert sorted(MemberLanguage.objects.values_list("language", flat=True)) == languages
            assert Skip.objects.get(undone_at=None).reason == reason


def test_a_company_begins_one_first_campaign(acme: world.Company) -> None:
    assert at_once(acme, [lambda: first_campaign(by=acme.owner)] * 4) == ["done"] * 4
    with acting_in(acme.organization):
        assert Campaign.objects.count() == 1
