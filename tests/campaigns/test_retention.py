"""What is kept of reading and skipping: with its story, a year longer, and never one person's alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.departures import leave
from accounts.retention import forget_what_is_over
from campaigns.actions.interests import add_interest, choose_languages
from campaigns.actions.sights import note_sights
from campaigns.actions.skips import skip_item
from campaigns.actions.task_proofs import finish_task
from campaigns.models import Item, Media, MemberLanguage, MemberTopic, Sight, Skip, Topic
from campaigns.picture_decoding import decode_picture
from tests.campaigns import pictures, world

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


def test_a_photo_goes_a_day_after_the_task_it_came_with(acme: world.Company, settings: Any, tmp_path: Path) -> None:
    """With its story a year on, with its person at once; a picture that a story shows as well stays."""
    settings.MEDIA_ROOT = tmp_path
    task = world.item(acme.owner, kind="text", destination="", asks="task", proof="photo")
    leaver, stays = world.person("Bob"), world.person("Carol")
    told = [
        finish_task(task, by=one, photo=decode_picture(pictures.picture(size=side)))
        for one, side in ((leaver, (40, 30)), (stays, (50, 40)))
    ]
    Media.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert forget_what_is_over(by=None)["photos of tasks"] == 0
    leave(leaver, by=leaver)
    assert forget_what_is_over(by=None)["photos of tasks"] == 1
    assert list(Media.objects.all()) == [told[1].photo]
    Item.objects.filter(pk=task.pk).update(state="ended", updated_at=timezone.now() - YEAR, picture=told[1].photo)
    gone = forget_what_is_over(by=None)
    assert (gone["tasks done"], gone["photos of tasks"], Media.objects.count()) == (1, 0, 1)


def test_a_leavers_interests_go_and_no_figure_moves(acme: world.Company) -> None:
    bob, story = world.person("Bob"), world.item(acme.owner)
    add_interest(Topic.objects.create(name="Rust"), by=bob)
    choose_languages(["pl"], by=bob)
    skip_item(story, by=bob)
    note_sights([story], by=bob)
    leave(bob, by=bob)
    assert (MemberTopic.objects.count(), MemberLanguage.objects.count()) == (0, 0)
    assert (Skip.objects.count(), Sight.objects.count()) == (1, 1), "a figure would tell what they did"
