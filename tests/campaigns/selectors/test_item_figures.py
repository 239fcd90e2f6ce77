"""What became of a story: five people, weeks that are over, and nothing that moves with one of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from django.db.models import Exists

from accounts.models import Member, Team, TeamMember
from campaigns.actions.interests import add_interest
from campaigns.actions.sights import note_sights
from campaigns.actions.skips import skip_item, unskip_item
from campaigns.fit_rules import COLLEAGUES_TO_COUNT, Reason
from campaigns.models import Item, ItemTeam, Share, ShareState, Sight, Skip, Topic
from campaigns.selectors.fit_words import reason_words, terms_in_words
from campaigns.selectors.interests import reader_of
from campaigns.selectors.item_figures import ItemFigures, found_salesy, item_figures
from campaigns.selectors.this_week import _candidates, this_week
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


def see(members: Iterable[Member], story: Item) -> None:
    for member in members:
        note_sights([story], by=member)
    Sight.objects.filter(item=story).update(at=LAST_WEEK)


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
    members = people(14)
    see(members[:11], story)
    out = posts(members[:6], [story], weeks_ago=1)
    Share.objects.filter(pk__in=[share.pk for share in out[:2]]).update(text="The same  words")
    for share in out[2:]:
        Share.objects.filter(pk=share.pk).update(text=f"My words {share.pk}")
    shown = figures(story)
    assert (shown.seen, shown.posts, shown.wordings) == (11, 6, 5)
    few = world.item(story.created_by, title="Few")
    posts(members[:4], [few], weeks_ago=1)
    assert (figures(few).seen, figures(few).posts, figures(few).wordings) == (None, None, None)


def test_readers_show_where_five_are_left_beside_who_posted_or_put_it_aside(story: Item) -> None:
    members = people(20)
    see(members[:14], story)
    assert figures(story).seen == 14
    put_aside(members[:5], story, "too_salesy")
    assert (figures(story).seen, figures(story).skipped) == (14, (("Too salesy", 5),))
    posts(members[5:10], [story], weeks_ago=1)
    assert (figures(story).seen, figures(story).posts) == (None, 5), "four would be left"


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


def test_a_story_does_not_sink_where_nearly_everybody_said_so(story: Item, acme: world.Company) -> None:
    put_aside(people(5), story, "too_salesy")
    assert not salesy(story), "the sixth would know it of each of the five"
    everybody_else = people(3)
    assert salesy(story)
    team = Team.objects.create(name="Sales")
    TeamMember.objects.bulk_create(TeamMember(team=team, member=one) for one in everybody_else)
    ItemTeam.objects.create(item=story, team=team)
    assert not salesy(story), "it is for a team of three"


def caring(members: list[Member], topic: Topic) -> list[Member]:
    for one in members:
        add_interest(topic, by=one)
    return members


def told(bob: Member) -> bool:
    """Whether the story comes up for what colleagues with the same interests did."""
    reader = reader_of(bob)
    known = {one.item.pk: one.facts.colleagues_of_same_interests for one in _candidates(bob, reader, now=MONDAY)}
    return max(known.values()) >= COLLEAGUES_TO_COUNT


def test_colleagues_of_ones_interests_count_in_public_and_in_weeks_that_are_over(story: Item) -> None:
    topic, members = Topic.objects.create(name="Rust"), people(10)
    bob, alike = members[0], caring(members[1:6], topic)
    add_interest(topic, by=bob)
    posts([*alike, *members[6:9]], [story], weeks_ago=1)
    assert told(bob)
    Share.objects.filter(member=alike[0]).update(state=ShareState.TAKEN_DOWN)
    assert told(bob), "nobody sees a post go"
    Share.objects.filter(member=alike[0]).update(network="practice")
    assert not told(bob), "what is practised, nobody has seen"
    Share.objects.filter(member=alike[0]).update(network="mastodon", published_at=MONDAY)
    assert not told(bob), "this week is not over"


def test_nothing_is_told_where_nearly_all_who_posted_care(story: Item) -> None:
    """Who posted it can be seen on the network; what each of them cares for cannot."""
    topic, members = Topic.objects.create(name="Rust"), people(8)
    bob, alike = members[0], caring(members[1:6], topic)
    add_interest(topic, by=bob)
    posts([*alike, members[6]], [story], weeks_ago=1)
    assert not told(bob)
    posts([members[7]], [story], weeks_ago=1)
    assert told(bob)


def test_every_term_has_a_word_and_a_sentence() -> None:
    assert {reason_words(reason) for reason in Reason} == {term.name for term in terms_in_words()}
    assert all(term.sentence and term.moves for term in terms_in_words())
