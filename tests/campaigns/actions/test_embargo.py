"""An embargo: refused at approval, held when it moves, asked again at the intent, and kept by good times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.refusals import BadInput
from campaigns.actions.items import ask_posts_for_item, embargo_item, plan_item
from campaigns.actions.shares import move_share, start_share
from campaigns.models import Approval, HeldReason, Item, Share, ShareState
from campaigns.publish_rules import Refused, may_publish
from campaigns.publishing.facts import facts_of
from campaigns.refusals import BadTime, NotOpenToYouYet, StoryEmbargoed
from campaigns.selectors.share_words import words_of
from campaigns.selectors.times import good_time_for, now_for, picked_time
from tests.campaigns import world

pytestmark = pytest.mark.django_db
WARSAW = ZoneInfo("Europe/Warsaw")
HOUR = timedelta(hours=1)


def minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


@pytest.fixture
def tomorrow() -> datetime:
    return minute(timezone.now()) + timedelta(days=1)


def test_approval_for_before_is_refused_and_for_after_is_not(acme: world.Company, tomorrow: datetime) -> None:
    draft = world.draft(world.person("Bob"), world.item(acme.owner, embargo_until=tomorrow))
    with pytest.raises(StoryEmbargoed, match="Nothing of this story may go out before"):
        world.approved(draft, due_at=tomorrow - HOUR)
    assert Approval.objects.count() == 0
    assert world.approved(draft, due_at=tomorrow).state == ShareState.SCHEDULED


def test_a_moved_embargo_holds_what_is_planned_earlier_alone(acme: world.Company, tomorrow: datetime) -> None:
    story = world.item(acme.owner)
    early = world.approved(world.draft(world.person("Bob"), story), due_at=tomorrow)
    late = world.approved(world.draft(world.person("Carol"), story), due_at=tomorrow + 5 * HOUR)
    embargo_item(story, by=acme.owner, until=tomorrow + 3 * HOUR)
    early, late = Share.objects.get(pk=early.pk), Share.objects.get(pk=late.pk)
    assert (early.state, early.held_reason) == (ShareState.HELD, HeldReason.EMBARGO)
    assert Approval.objects.get(share=early).ended_because == "embargo"
    assert late.state == ShareState.SCHEDULED
    words = words_of(early, now=timezone.now())
    assert "nothing of this story goes out before" in words.sentence
    assert words.needs_person
    with pytest.raises(StoryEmbargoed):
        world.approved(early, due_at=tomorrow + 2 * HOUR)
    assert world.approved(early, due_at=tomorrow + 3 * HOUR).state == ShareState.SCHEDULED


def test_the_rule_asks_again_at_the_intent(acme: world.Company, tomorrow: datetime) -> None:
    share = world.approved(world.draft(world.person("Bob"), world.item(acme.owner)), due_at=tomorrow)
    Item.objects.filter(pk=share.item_id).update(embargo_until=tomorrow + HOUR)
    share = Share.objects.get(pk=share.pk)
    facts = facts_of(share, share.approval, now=tomorrow)
    assert not facts.embargo_is_over
    assert may_publish(facts, now=tomorrow) == Refused(HeldReason.EMBARGO)
    assert facts_of(share, share.approval, now=tomorrow + HOUR).embargo_is_over


def test_a_planned_post_is_not_moved_before_it(acme: world.Company, tomorrow: datetime) -> None:
    share = world.approved(world.draft(world.person("Bob"), world.item(acme.owner)), due_at=tomorrow)
    Item.objects.filter(pk=share.item_id).update(embargo_until=tomorrow + HOUR)
    with pytest.raises(StoryEmbargoed):
        move_share(Share.objects.get(pk=share.pk), by=share.member, due_at=tomorrow + timedelta(minutes=30))


def test_good_times_begin_after_it(acme: world.Company, tomorrow: datetime) -> None:
    draft = world.draft(world.person("Bob"), world.item(acme.owner, embargo_until=tomorrow))
    now = timezone.now()
    assert good_time_for(draft, zone=WARSAW, now=now).at >= tomorrow
    assert now_for(draft, zone=WARSAW, now=now).at == tomorrow
    wall = (tomorrow - HOUR).astimezone(WARSAW).strftime("%Y-%m-%dT%H:%M")
    with pytest.raises(BadTime, match="Nothing of this story may go out before") as refused:
        picked_time(draft, wall, zone=WARSAW, now=now)
    assert refused.value.instead == tomorrow


@pytest.mark.parametrize("until", [datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)])
def test_an_embargo_that_cannot_be(acme: world.Company, until: datetime) -> None:
    story = world.item(acme.owner)
    with pytest.raises(BadInput):
        embargo_item(story, by=acme.owner, until=until)
    assert Item.objects.get().embargo_until is None


def test_a_story_does_not_close_before_its_embargo_is_over(acme: world.Company, tomorrow: datetime) -> None:
    story = world.item(acme.owner, embargo_until=tomorrow)
    with pytest.raises(BadInput, match="would close before anything may go out"):
        plan_item(story, by=acme.owner, release_at=None, expires_at=tomorrow - HOUR)
    assert Item.objects.get().expires_at is None


def test_a_story_opens_after_so_many_posts(acme: world.Company) -> None:
    bob, story = world.person("Bob"), world.item(acme.owner, title="For the experienced")
    ask_posts_for_item(story, by=acme.owner, least_posts=1)
    story.refresh_from_db()
    with pytest.raises(NotOpenToYouYet, match="after 1 more post"):
        start_share(story, by=bob)
    first = world.draft(bob, world.item(acme.owner), network="mastodon")
    Share.objects.filter(pk=first.pk).update(published_at=timezone.now())
    assert start_share(story, by=bob).state == ShareState.DRAFT


def test_what_waits_for_its_persons_hand_waits_for_a_new_embargo_too(acme: world.Company, tomorrow: datetime) -> None:
    story = world.item(acme.owner)
    share = world.approved(world.draft_by_hand(world.person("Bob"), story), due_at=timezone.now() + HOUR)
    held = {"state": ShareState.HELD, "held_reason": HeldReason.BY_HAND, "held_at": timezone.now()}
    Share.objects.filter(pk=share.pk).update(**held, due_at=timezone.now())
    embargo_item(story, by=acme.owner, until=tomorrow)
    share.refresh_from_db()
    assert (share.state, share.held_reason) == (ShareState.HELD, HeldReason.EMBARGO)
    assert "nothing of this story goes out before" in words_of(share, now=timezone.now()).sentence
    assert not Approval.objects.filter(share=share, ended_at=None).exists()


def test_the_composer_says_it_without_facts_or_limits(acme: world.Company, tomorrow: datetime) -> None:
    bob = world.person("Bob")
    share = world.draft(bob, world.item(acme.owner, embargo_until=tomorrow))
    browser = Client()
    assert bob.user is not None
    browser.force_login(bob.user)
    page = browser.get(reverse("compose", args=[acme.organization.slug, share.public_id])).content.decode()
    assert "Nothing of it goes out before" in page
