"""*This week* shows the right stories to the right people; times keep their distance from real rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Member, Team, TeamMember
from campaigns.actions.skips import note_interest, skip_item
from campaigns.good_time import HoursFrom
from campaigns.models import Item, ItemState, ItemTeam, ItemTopic, Share, ShareState, Topic
from campaigns.refusals import BadTime
from campaigns.selectors.this_week import this_week
from campaigns.selectors.time_words import reason_of
from campaigns.selectors.times import good_time_for, now_for, picked_time
from campaigns.spacing_rules import SpacingRule
from tests.campaigns import world

pytestmark = pytest.mark.django_db
WARSAW = ZoneInfo("Europe/Warsaw")


def shown(member: Member) -> list[str]:
    return [suggestion.item.title for suggestion in this_week(member, now=timezone.now())]


def test_only_open_stories_of_ones_own_audience(acme: world.Company, bob: Member) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    world.item(acme.owner, title="Open")
    world.item(acme.owner, title="Draft", state=ItemState.DRAFT)
    world.item(acme.owner, title="Later", release_at=now + hour)
    world.item(acme.owner, title="Over", expires_at=now - hour)
    world.item(acme.owner, title="Archived", of=world.campaign(acme.owner, archived_at=now))
    world.item(acme.owner, title="Ended campaign", of=world.campaign(acme.owner, ends_at=now - hour))
    sales, mine = Team.objects.create(name="Sales"), Team.objects.create(name="Engineering")
    TeamMember.objects.create(team=mine, member=bob)
    ItemTeam.objects.create(item=world.item(acme.owner, title="For sales"), team=sales)
    ItemTeam.objects.create(item=world.item(acme.owner, title="For engineering"), team=mine)
    assert shown(bob) == ["For engineering", "Open"]


def test_skipped_and_shared_stories_are_gone_and_drafts_come_back(acme: world.Company, bob: Member) -> None:
    skipped, shared, begun = (world.item(acme.owner, title=name) for name in ("Skipped", "Shared", "Begun"))
    skip_item(skipped, by=bob)
    world.approved(world.draft(bob, shared))
    draft = world.draft(bob, begun)
    suggestions = this_week(bob, now=timezone.now())
    assert [(one.item.title, one.draft) for one in suggestions] == [("Begun", draft.public_id)]


def test_topics_come_from_the_stories_opened(acme: world.Company, bob: Member) -> None:
    climate = Topic.objects.create(name="Climate")
    opened, other = world.item(acme.owner, title="Opened"), world.item(acme.owner, title="Other climate story")
    for story in (opened, other):
        ItemTopic.objects.create(item=story, topic=climate)
    newest = world.item(acme.owner, title="Newest")
    assert shown(bob)[0] == newest.title
    note_interest(opened, by=bob)
    first = this_week(bob, now=timezone.now())[0]
    assert first.item.title == "Other climate story"
    assert first.reasons == ("A topic you open often",)


def test_a_story_in_no_language_of_mine_says_which_it_is_in(acme: world.Company, bob: Member) -> None:
    world.item(acme.owner, title="Mine", language="en")
    world.item(acme.owner, title="Obca", language="pl")
    said = {one.item.title: one.language for one in this_week(bob, now=timezone.now())}
    assert said == {"Mine": "", "Obca": "pl"}


def test_the_number_of_queries_does_not_grow(
    acme: world.Company, bob: Member, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(30):
        world.item(acme.owner, title=f"Story {number}")
    with django_assert_max_num_queries(9):  # type: ignore[operator]  # pytest-django's fixture
        assert len(shown(bob)) == 12


# --- times ---------------------------------------------------------------------------------------


def planned(member: Member, story: Item, at: datetime) -> Share:
    share = world.approved(world.draft(member, story), due_at=at)
    Share.objects.filter(pk=share.pk).update(due_at=at)
    return share


def test_colleagues_posts_of_the_story_push_now_and_the_reason_names_no_one(acme: world.Company, bob: Member) -> None:
    story, now = world.item(acme.owner), timezone.now()
    planned(world.person("Carol"), story, now + timedelta(minutes=1))
    draft = world.draft(bob, story)
    chosen = now_for(draft, zone=WARSAW, now=now)
    assert chosen.moved_by is SpacingRule.STORY
    assert timedelta(minutes=21) <= chosen.at - now <= timedelta(minutes=22)
    assert reason_of(chosen, draft) == "Posts of one story are kept 20 minutes apart."


def test_what_chosen_people_see_tells_no_time_of_a_colleague(acme: world.Company, bob: Member) -> None:
    story, now = world.item(acme.owner), timezone.now()
    wall = (now + timedelta(hours=2)).astimezone(WARSAW).strftime("%Y-%m-%dT%H:%M")
    for place in ("whatsapp", "xing"):
        hers = world.approved(world.draft_by_hand(world.person(f"Carol {place}"), story, network=place))
        Share.objects.filter(pk=hers.pk).update(due_at=now + timedelta(hours=2))
    assert picked_time(world.draft_by_hand(bob, story, network="whatsapp"), wall, zone=WARSAW, now=now)
    xing = world.draft_by_hand(bob, world.item(acme.owner), network="xing")
    assert reason_of(good_time_for(xing, zone=WARSAW, now=now), xing).startswith("A good hour for most people")
    with pytest.raises(BadTime, match="Posts of one story"):
        picked_time(world.draft_by_hand(bob, story, network="xing"), wall, zone=WARSAW, now=now)


def test_own_posts_keep_half_an_hour_on_every_network(acme: world.Company, bob: Member) -> None:
    now = timezone.now()
    planned(bob, world.item(acme.owner), now + timedelta(hours=2))
    draft = world.draft(bob, world.item(acme.owner), network="mastodon")
    wall = (now + timedelta(hours=2, minutes=5)).astimezone(WARSAW).strftime("%Y-%m-%dT%H:%M")
    with pytest.raises(BadTime, match="Your own posts are kept 30 minutes apart") as refused:
        picked_time(draft, wall, zone=WARSAW, now=now)
    assert refused.value.instead is not None
    again = refused.value.instead.astimezone(WARSAW).strftime("%Y-%m-%dT%H:%M")
    assert picked_time(draft, again, zone=WARSAW, now=now).at == refused.value.instead


def test_a_campaign_may_set_nothing_apart(acme: world.Company, bob: Member) -> None:
    free = world.campaign(acme.owner, spacing_minutes=0)
    story, now = world.item(acme.owner, of=free), timezone.now()
    planned(world.person("Carol"), story, now + timedelta(minutes=1))
    assert now_for(world.draft(bob, story), zone=WARSAW, now=now).moved_by is None


def test_withdrawn_posts_take_no_time(acme: world.Company, bob: Member) -> None:
    story, now = world.item(acme.owner), timezone.now()
    gone = planned(world.person("Carol"), story, now + timedelta(minutes=1))
    Share.objects.filter(pk=gone.pk).update(**{"state": ShareState.WITHDRAWN})
    assert now_for(world.draft(bob, story), zone=WARSAW, now=now).moved_by is None


def test_good_time_goes_by_ones_own_hours_from_five_posts_on(acme: world.Company, bob: Member) -> None:
    now = timezone.now()
    past = now.astimezone(WARSAW).replace(hour=21, minute=10)
    for week in range(1, 6):
        share = world.draft(bob, world.item(acme.owner))
        Share.objects.filter(pk=share.pk).update(published_at=past - timedelta(weeks=week))
    draft = world.draft(bob, world.item(acme.owner))
    chosen = good_time_for(draft, zone=WARSAW, now=now)
    assert chosen.hours_from is HoursFrom.OWN_POSTS
    assert chosen.at.astimezone(WARSAW).hour == 21
    assert "you usually post" in reason_of(chosen, draft)
