"""Suggestions and the inbox: who sees whose name, who is told what, and what of a feed comes in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import Http404
from django.utils import timezone

from accounts.actions.departures import leave
from accounts.models import AuditEntry, Errand, Member, Notice
from accounts.refusals import BadInput, NotAllowed
from campaigns.actions.feeds import add_feed, change_feed, follow_feed_again, pause_feed, remove_feed
from campaigns.actions.inbox import accept_suggestion, decline_suggestion, drop_old_entries, take_in_entries
from campaigns.actions.items import Story
from campaigns.actions.suggestions import suggest_story, take_back_suggestion
from campaigns.inbox_rules import SUGGESTIONS_A_DAY
from campaigns.models import Item, ItemKind, ItemState, Suggestion, SuggestionState
from campaigns.refusals import AnsweredAlready, EnoughForToday
from campaigns.selectors.inbox import inbox_page, suggester_of, waiting_suggestions
from campaigns.suggested_story import as_suggested
from integrations.feeds import Feed, FeedEntry
from integrations.models import FeedSource
from tests.campaigns import world

pytestmark = pytest.mark.django_db

PAGE = "https://example.com/news?utm_source=mail&id=7"


@pytest.fixture
def bob(acme: world.Company) -> Member:
    return world.person("Bob", takes_part=False)


def accept(suggestion: Suggestion, owner: Member) -> Item:
    story = as_suggested(suggestion, language="en")
    return accept_suggestion(suggestion, by=owner, campaign=world.campaign(owner), story=story)


def letters() -> list[tuple[str, str]]:
    owed = Errand.objects.filter(kind="letter", payload__template__startswith="suggestion").order_by("pk")
    return [(errand.payload["template"], errand.payload["to"]) for errand in owed]


# --- suggesting ---------------------------------------------------------------------------------


def test_a_link_is_suggested_once_and_without_what_follows_its_reader(bob: Member) -> None:
    first = suggest_story(by=bob, address=PAGE, title="News", note="For the sales team.")
    assert (first.address, first.title, first.note) == ("https://example.com/news?id=7", "News", "For the sales team.")
    assert suggest_story(by=bob, address="http://www.example.com/news?id=7#top").pk == first.pk
    entry = AuditEntry.objects.get(action="suggest_story")
    assert entry.private


def test_an_own_text_gets_its_first_line_as_a_title(bob: Member) -> None:
    words = f"{'word ' * 30}\nand more"
    suggestion = suggest_story(by=bob, words=words)
    assert suggestion.title == "word " * 18 + "word…"
    assert suggestion.words == words
    assert suggest_story(by=bob, words=words).pk == suggestion.pk
    assert suggest_story(by=bob, words="Another one").title == "Another one"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"note": "nothing else"}, "address"),
        ({"address": "http://intranet/wiki"}, "address"),
        ({"address": "javascript:alert(1)"}, "address"),
        ({"title": "x" * 301}, "title"),
        ({"title": "x", "note": "x" * 501}, "note"),
        ({"words": "x" * 5001}, "words"),
    ],
)
def test_what_cannot_be_used_is_refused_beside_its_field(bob: Member, given: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        suggest_story(by=bob, **given)
    assert refused.value.field == field
    assert not Suggestion.objects.exists()


def test_nobody_suggests_without_end(acme: world.Company, bob: Member) -> None:
    for number in range(SUGGESTIONS_A_DAY):
        suggest_story(by=bob, title=f"Story {number}")
    with pytest.raises(EnoughForToday):
        suggest_story(by=bob, title="One more")
    suggest_story(by=acme.owner, title="Somebody else's")
    Suggestion.objects.filter(suggested_by=bob).update(created_at=timezone.now() - timedelta(hours=25))
    assert suggest_story(by=bob, title="On the next day").state == SuggestionState.WAITING


def test_a_name_is_shown_only_where_its_person_wants_it(bob: Member) -> None:
    named = suggest_story(by=bob, title="One")
    unnamed = suggest_story(by=bob, title="Two", shows_name=False)
    assert [suggester_of(one) for one in (named, unnamed)] == ["Bob", "A colleague"]


def test_it_is_taken_back_by_its_person_alone(acme: world.Company, bob: Member) -> None:
    suggestion = suggest_story(by=bob, title="One")
    with pytest.raises(NotAllowed):
        take_back_suggestion(suggestion, by=acme.owner)
    for _click in range(2):
        assert take_back_suggestion(suggestion, by=bob).state == SuggestionState.TAKEN_BACK
    assert waiting_suggestions().count() == 0
    with pytest.raises(AnsweredAlready):
        accept(suggestion, acme.owner)
    answered = decline_suggestion(suggest_story(by=bob, title="Two"), by=acme.owner)
    with pytest.raises(AnsweredAlready):
        take_back_suggestion(answered, by=bob)


def test_who_leaves_takes_their_suggestions_along(bob: Member, acme: world.Company) -> None:
    taken = suggest_story(by=bob, title="Taken up", note="Mine")
    accept(taken, acme.owner)
    waiting = suggest_story(by=bob, title="Waiting", note="Mine, too")
    leave(bob, by=bob)
    for one in (taken, waiting):
        one.refresh_from_db()
    assert (taken.state, waiting.state) == (SuggestionState.ACCEPTED, SuggestionState.TAKEN_BACK)
    assert [(one.note, one.shows_name) for one in (taken, waiting)] == [("", False), ("", False)]


# --- answering ----------------------------------------------------------------------------------


def test_taken_up_it_is_a_draft_and_its_colleague_is_told(acme: world.Company, bob: Member) -> None:
    suggestion = suggest_story(by=bob, address=PAGE, title="News")
    item = accept(suggestion, acme.owner)
    assert (item.kind, item.state, item.title) == (ItemKind.LINK, ItemState.DRAFT, "News")
    assert item.destination == "https://example.com/news?id=7"
    assert letters() == [("suggestion_accepted", bob.email)]
    assert Notice.objects.get(member=bob).path == f"/o/{acme.organization.slug}/suggest/"
    assert accept(suggestion, acme.owner).pk == item.pk  # a second click
    assert letters() == [("suggestion_accepted", bob.email)]
    assert accept(suggest_story(by=bob, words="A thought"), acme.owner).kind == ItemKind.TEXT


def test_whoever_suggested_the_same_page_is_answered_with_it(acme: world.Company, bob: Member) -> None:
    carol = world.person("Carol", takes_part=False)
    mine, hers = (suggest_story(by=who, address=PAGE) for who in (bob, carol))
    item = accept(mine, acme.owner)
    hers.refresh_from_db()
    assert (hers.state, hers.item) == (SuggestionState.ACCEPTED, item)
    assert sorted(to for _template, to in letters()) == sorted([bob.email, carol.email])
    assert Item.objects.count() == 1


def test_declined_with_a_word(acme: world.Company, bob: Member) -> None:
    suggestion = suggest_story(by=bob, title="News")
    for _click in range(2):
        decline_suggestion(suggestion, by=acme.owner, note="  We told that last week. ")
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.answer) == (SuggestionState.DECLINED, "We told that last week.")
    assert letters() == [("suggestion_declined", bob.email)]
    with pytest.raises(AnsweredAlready):
        accept(suggestion, acme.owner)
    with pytest.raises(BadInput):
        decline_suggestion(suggest_story(by=bob, title="Two"), by=acme.owner, note="x" * 501)


def test_only_curators_answer(bob: Member) -> None:
    suggestion = suggest_story(by=bob, title="News")
    with pytest.raises(Http404):
        decline_suggestion(suggestion, by=bob)
    with pytest.raises(Http404):
        accept_suggestion(suggestion, by=bob, campaign=world.campaign(bob), story=Story(title="News"))


# --- feeds --------------------------------------------------------------------------------------


def entries(*names: str, at: datetime | None = None) -> tuple[FeedEntry, ...]:
    made = [
        FeedEntry(f"mark-{name}", f"https://news.example/{name}?utm_medium=rss", name, "", "", at) for name in names
    ]
    return tuple(made)


def feed(of: Sequence[FeedEntry], **fields: str) -> Feed:
    return Feed("https://news.example/feed.xml", "News", "en", tuple(of), **fields)


def titles() -> list[str]:
    return sorted(Suggestion.objects.values_list("title", flat=True))


def test_a_feed_begins_with_its_newest_and_goes_on_with_what_is_new(acme: world.Company) -> None:
    source = add_feed(by=acme.owner, feed=feed(entries("a", "b", "c", "d", "e"), etag='"1"'))
    assert titles() == ["a", "b", "c"]
    assert (source.title, source.etag, source.read_at is not None) == ("News", '"1"', True)
    assert Suggestion.objects.get(title="a").address == "https://news.example/a"
    assert take_in_entries(source, by=None, feed=feed(entries("f", "a", "b", "c", "d", "e"))) == 1
    assert take_in_entries(source, by=None, feed=feed(entries("f", "a", "b", "c", "d", "e"))) == 0


def test_a_day_brings_no_more_than_its_cap_and_the_rest_comes_later(acme: world.Company) -> None:
    source = add_feed(by=acme.owner, feed=feed(()), most_a_day=2)
    now = timezone.now()
    crowd = feed(entries("a", "b", "c", "d", "e", at=now), etag='"1"')
    assert [take_in_entries(source, by=None, feed=crowd) for _look in range(2)] == [2, 0]
    source.refresh_from_db()
    assert source.etag == ""  # else the feed would answer tomorrow that it has not changed
    Suggestion.objects.update(created_at=now - timedelta(hours=25))
    assert take_in_entries(source, by=None, feed=crowd) == 2


def test_what_stands_in_the_library_or_the_inbox_does_not_come_again(acme: world.Company) -> None:
    world.item(acme.owner, destination="http://www.news.example/a/")
    add_feed(by=acme.owner, feed=feed(entries("a", "b")))
    other = Feed("https://news.example/all.xml", "All news", "en", entries("b", "c"))
    add_feed(by=acme.owner, feed=other)
    assert titles() == ["b", "c"]


def test_entries_that_lead_nowhere_public_stay_out(acme: world.Company) -> None:
    inside = FeedEntry("mark", "http://intranet/wiki", "Inside", "", "", None)
    add_feed(by=acme.owner, feed=feed((inside, *entries("a"))))
    assert titles() == ["a"]


def test_an_entry_is_just_gone(acme: world.Company) -> None:
    add_feed(by=acme.owner, feed=feed(entries("a")))
    entry = decline_suggestion(Suggestion.objects.get(), by=acme.owner, note="nobody reads this")
    assert (entry.answer, letters()) == ("", [])


def test_a_feed_is_followed_once_paused_and_removed(acme: world.Company) -> None:
    source = add_feed(by=acme.owner, feed=feed(entries("a", "b")))
    with pytest.raises(BadInput, match="already"):
        add_feed(by=acme.owner, feed=feed(()))
    with pytest.raises(BadInput):
        change_feed(source, by=acme.owner, most_a_day=21)
    accept(Suggestion.objects.get(title="a"), acme.owner)
    pause_feed(source, by=acme.owner)
    follow_feed_again(source, by=acme.owner)
    remove_feed(source, by=acme.owner)
    assert titles() == ["a"]
    assert not FeedSource.objects.exists()
    assert add_feed(by=acme.owner, feed=feed(entries("a"))).title == "News"
    assert titles() == ["a"]


def test_entries_that_nobody_took_up_go_and_people_still_wait(acme: world.Company, bob: Member) -> None:
    add_feed(by=acme.owner, feed=feed(entries("a", "b")))
    accept(Suggestion.objects.get(title="a"), acme.owner)
    suggest_story(by=bob, title="Mine")
    Suggestion.objects.update(created_at=timezone.now() - timedelta(days=31))
    assert drop_old_entries(by=None) == 1
    assert titles() == ["Mine", "a"]


def test_colleagues_stand_before_feeds(acme: world.Company, bob: Member) -> None:
    suggest_story(by=bob, title="Bob's")
    add_feed(by=acme.owner, feed=feed(entries("a", "b")))
    assert [row.suggestion.title for row in inbox_page().rows] == ["Bob's", "a", "b"]
    assert [row.who for row in inbox_page(origin="colleague").rows] == ["Bob"]
    assert len(inbox_page(origin="feed").rows) == 2
    assert inbox_page(number=2).rows == []
