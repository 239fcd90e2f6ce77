"""What is kept of reading and skipping: with its story, a year longer, and never one person's alone."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.departures import leave
from accounts.refusals import Refusal
from accounts.retention import forget_what_is_over
from campaigns.actions.interests import add_interest, choose_languages
from campaigns.actions.sights import note_sights
from campaigns.actions.skips import skip_item
from campaigns.actions.task_proofs import finish_task, take_task_back
from campaigns.models import Item, MemberLanguage, MemberTopic, Sight, Skip, Topic
from campaigns.picture_decoding import decode_picture
from campaigns.proof_photos import drop_what_no_row_names, keep_photo, photo_bytes, photo_for_row
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


def lying(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("proofs/*/*")}


def test_a_photo_goes_with_its_row_and_takes_no_other_along(
    acme: world.Company, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    """Taken back, or with its person, at once; with its task a year on, within a day, as does what a crash left."""
    settings.MEDIA_ROOT = tmp_path
    task = world.item(acme.owner, kind="text", destination="", asks="task", proof="photo")
    same, company = decode_picture(pictures.picture()), acme.organization.pk
    people = [world.person(name) for name in ("Bob", "Carol", "Dora")]
    told = [finish_task(task, by=one, photo=keep_photo(company, same)) for one in people]
    assert lying(tmp_path) == {done.public_id for done in told}
    with django_capture_on_commit_callbacks(execute=True):
        leave(people[0], by=people[0])
        take_task_back(told[1], by=people[1])
    assert (lying(tmp_path), photo_bytes(told[2])) == ({told[2].public_id}, same.content)
    Item.objects.filter(pk=task.pk).update(state="ended", updated_at=timezone.now() - YEAR)
    young = keep_photo(company, same).public_id
    with pytest.raises(Refusal), photo_for_row(company, same):
        raise Refusal("The story ended.")
    for path in tmp_path.glob(f"proofs/*/{told[2].public_id}"):
        os.utime(path, (0, 0))
    assert (drop_what_no_row_names(), forget_what_is_over(by=None)["tasks done"]) == (0, 1)
    assert (drop_what_no_row_names(), lying(tmp_path)) == (1, {young})


def test_a_leavers_interests_go_and_no_figure_moves(acme: world.Company) -> None:
    bob, story = world.person("Bob"), world.item(acme.owner)
    add_interest(Topic.objects.create(name="Rust"), by=bob)
    choose_languages(["pl"], by=bob)
    skip_item(story, by=bob)
    note_sights([story], by=bob)
    leave(bob, by=bob)
    assert (MemberTopic.objects.count(), MemberLanguage.objects.count()) == (0, 0)
    assert (Skip.objects.count(), Sight.objects.count()) == (1, 1), "a figure would tell what they did"
