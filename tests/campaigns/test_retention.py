"""What is kept of reading and skipping: with its story, a year longer, and never one person's alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions.departures import leave
from accounts.retention import forget_what_is_over
from campaigns.actions.interests import add_interest, choose_languages
from campaigns.actions.sights import note_sights
from campaigns.actions.skips import skip_item
from campaigns.models import Item, MemberLanguage, MemberTopic, Sight, Skip, Topic
from tests.campaigns import world

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365, minutes=1)


def test_skips_and_sights_go_with_their_story_a_year_after_it(acme: world.Company) -> None:
    bob, long_ago = world.person("Bob"), timezone.now() - YEAR
    stories = [world.item(acme.owner, title=f"Story {number}") for number in range(4)]
    for story in stories:
        skip_item(story, by=bob)
    note_sights(stories, by=bob)
    Skip.objects.update(at=long_ago)
    ended, closed, just_closed, _standing = stories
    Item.objects.filter(pk=ended.pk).update(state="ended", updated_at=long_ago)
    Item.objects.filter(pk=closed.pk).update(expires_at=long_ago)
    Item.objects.filter(pk=just_closed.pk).update(expires_at=long_ago + timedelta(days=1))
    gone = forget_what_is_over(by=None)
    assert (gone["skips"], gone["sights"]) == (2, 2)
    assert set(Skip.objects.values_list("item", flat=True)) == {story.pk for story in stories[2:]}
    assert Sight.objects.count() == 2


def test_a_leavers_interests_go_and_no_figure_moves(acme: world.Company) -> None:
    bob, story = world.person("Bob"), world.item(acme.owner)
    add_interest(Topic.objects.create(name="Rust"), by=bob)
    choose_languages(["pl"], by=bob)
    skip_item(story, by=bob)
    note_sights([story], by=bob)
    leave(bob, by=bob)
    assert (MemberTopic.objects.count(), MemberLanguage.objects.count()) == (0, 0)
    assert (Skip.objects.count(), Sight.objects.count()) == (1, 1), "a figure would tell what they did"
