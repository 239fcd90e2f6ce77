"""What became of a story: five people, weeks that are over, and nothing that moves with one of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from django.db.models import Exists

from accounts.models import Member
from campaigns.actions.sights import note_sights
from campaigns.actions.skips import skip_item, unskip_item
from campaigns.fit_rules import Reason
from campaigns.models import Item, Share, Sight, Skip
from campaigns.selectors.fit_words import reason_words, terms_in_words
from campaigns.selectors.item_figures import ItemFigures, found_salesy, item_figures
from campaigns.selectors.this_week import this_week
from tests.campaigns import world
from tests.campaigns.posted_weeks import MONDAY, on, people, posts

pytestmark = pytest.mark.django_db
LAST_WEEK = MONDAY - timedelta(days=5)


@pytest.fixture
def story(acme: world.Company) -> Item:
    return world.item(acme.owner)


def put_aside(members: Iterable[Member], story: Item, reason: str, *, at: datetime = LAST_WEEK) -> None:
    for member in members:
        skip_item(story, by=member, reason=reason)
    Skip.objects.filter(item=story, reason=reason).update(at=at)


def salesy(story: Item) -> bool:
    return Item.objects.filter(Exists(found_salesy(now=MONDAY)), pk=story.pk).exists()


def figures(story: Item, now: datetime = MONDAY) -> ItemFigures:
    return item_figures(story, now=now)


def test_reasons_show_from_five_people_on_and_no_total_beside_them(story: Item) -> None:
    members = people(20)
    put_aside(members[:5], story, "too_salesy")
    put_aside(members[5:9], story, "not_my_field")
    assert figures(story).skipped == (("Too salesy", 5),)


def test_the_present_week_is_not_counted(story: Item) -> None:
    put_aside(people(8)[:5], story, "too_salesy", at=MONDAY + timedelta(hours=1))
    assert figures(story).skipped == ()
    assert not salesy(story)
    assert figures(story, MONDAY + timedelta(weeks=1)).skipped == (("Too salesy", 5),)


def test_taking_a_skip_back_later_moves_no_figure(story: Item) -> None:
    members = people(8)
    put_aside(members[:5], story, "too_salesy")
    with on(MONDAY + timedelta(hours=1)):
        unskip_item(story, by=members[0])
    assert figures(story).skipped == (("Too salesy", 5),)
    assert salesy(story)


def test_taken_back_in_its_own_week_it_never_counted(story: Item) -> None:
    members = people(8)
    put_aside(members[:5], story, "too_salesy")
    with on(LAST_WEEK + timedelta(hours=1)):
        unskip_item(story, by=members[0])
    assert figures(story).skipped == ()
    assert not salesy(story)


def test_said_twice_it_counts_once(story: Item) -> None:
    members = people(8)
    put_aside(members[:4], story, "too_salesy")
    skip_item(story, by=members[0], reason="not_my_field")
    skip_item(story, by=members[0], reason="too_salesy")
    Skip.objects.all().update(at=LAST_WEEK)
    assert figures(story).skipped == ()


def test_nothing_shows_where_nearly_everybody_did_it(story: Item, acme: world.Company) -> None:
    members = [*people(5), acme.owner]
    put_aside(members[:5], story, "too_salesy")
    assert figures(story).skipped == (), "one reader who did not is no company to hide in"


def test_seen_posts_and_wordings(story: Item) -> None:
    members = people(12)
    for member in members[:7]:
        note_sights([story], by=member)
    Sight.objects.update(at=LAST_WEEK)
    out = posts(members[:6], [story], weeks_ago=1)
    Share.objects.filter(pk__in=[share.pk for share in out[:2]]).update(text="The same  words")
    for share in out[2:]:
        Share.objects.filter(pk=share.pk).update(text=f"My words {share.pk}")
    shown = figures(story)
    assert (shown.seen, shown.posts, shown.wordings) == (7, 6, 5)
    few = world.item(story.created_by, title="Few")
    posts(members[:4], [few], weeks_ago=1)
    assert (figures(few).seen, figures(few).posts, figures(few).wordings) == (None, None, None)


def test_what_many_found_salesy_sinks_and_the_card_says_so(story: Item, acme: world.Company) -> None:
    other = world.item(acme.owner, title="Another")
    Item.objects.filter(pk=other.pk).update(created_at=story.created_at - timedelta(minutes=1))
    members = people(8)
    bob = members[-1]
    assert [one.item.pk for one in this_week(bob, now=MONDAY)] == [story.pk, other.pk]
    put_aside(members[:5], story, "too_salesy")
    first, last = this_week(bob, now=MONDAY)
    assert (first.item.pk, last.item.pk) == (other.pk, story.pk)
    assert last.lowered_by == ("Several people found it too salesy",)


def test_every_term_has_a_word_and_a_sentence() -> None:
    assert {reason_words(reason) for reason in Reason} == {term.name for term in terms_in_words()}
    assert all(term.sentence and term.moves for term in terms_in_words())
