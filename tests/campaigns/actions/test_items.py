"""Stories and campaigns through their actions: rights, rules, and what each one writes down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from accounts.models import AuditEntry, Member, Team
from accounts.refusals import BadInput, Refusal
from accounts.roles import Role
from campaigns.actions.campaigns import (
    CampaignPlan,
    archive_campaign,
    bring_back_campaign,
    create_campaign,
    edit_campaign,
    first_campaign,
)
from campaigns.actions.items import (
    Story,
    address_item,
    create_item,
    discard_item,
    edit_item,
    end_item,
    plan_item,
    release_item,
)
from campaigns.actions.media import describe_media
from campaigns.actions.messages import (
    ask_angle,
    ask_default_angles,
    drop_angle,
    drop_message,
    reword_message,
    suggest_message,
)
from campaigns.angle_rules import ANGLES, default_angles
from campaigns.models import Angle, Campaign, HeldReason, Item, ItemKind, ItemState, Message, Share, Topic
from campaigns.selectors.items import items_for
from tests.campaigns import world

pytestmark = pytest.mark.django_db

LINK = Story(title="A story", destination="https://example.com/story")


@pytest.fixture
def cleo(acme: world.Company) -> Member:
    member = world.person("Cleo", takes_part=False)
    Member.objects.filter(pk=member.pk).update(role=Role.CURATOR)
    member.role = Role.CURATOR
    return member


def _draft(cleo: Member, story: Story = LINK, kind: str = ItemKind.LINK) -> Item:
    return create_item(by=cleo, campaign=first_campaign(by=cleo), kind=kind, story=story)


# --- every action: who may, and what it writes down ---------------------------------------------

Act = Callable[[Member, Item, Message, Angle], object]
ACTS: dict[str, Act] = {
    "create_item": lambda by, item, _m, _a: create_item(by=by, campaign=item.campaign, kind="link", story=LINK),
    "edit_item": lambda by, item, _m, _a: edit_item(item, by=by, campaign=item.campaign, story=LINK, picture=None),
    "address_item": lambda by, item, _m, _a: address_item(item, by=by, teams=[], topics=["CI"]),
    "plan_item": lambda by, item, _m, _a: plan_item(item, by=by, release_at=None, expires_at=None),
    "release_item": lambda by, item, _m, _a: release_item(item, by=by),
    "end_item": lambda by, item, _m, _a: end_item(item, by=by),
    "discard_item": lambda by, item, _m, _a: discard_item(item, by=by),
    "suggest_message": lambda by, item, _m, _a: suggest_message(item, by=by, text="Read it.", language="en"),
    "reword_message": lambda by, _i, message, _a: reword_message(message, by=by, text="Look.", language="pl"),
    "drop_message": lambda by, _i, message, _a: drop_message(message, by=by),
    "ask_angle": lambda by, item, _m, _a: ask_angle(item, by=by, question="Why?", language="en"),
    "ask_default_angles": lambda by, item, _m, _a: ask_default_angles(item, by=by, language="it"),
    "drop_angle": lambda by, _i, _m, angle: drop_angle(angle, by=by),
    "create_campaign": lambda by, _i, _m, _a: create_campaign(by=by, plan=CampaignPlan("Open day", "hiring")),
    "edit_campaign": lambda by, item, _m, _a: edit_campaign(item.campaign, by=by, plan=CampaignPlan("New", "sales")),
    "archive_campaign": lambda by, item, _m, _a: archive_campaign(item.campaign, by=by),
    "bring_back_campaign": lambda by, item, _m, _a: bring_back_campaign(item.campaign, by=by),
}


@pytest.mark.parametrize("name", ACTS)
def test_every_action_writes_who_did_it_and_asks_who_may(cleo: Member, name: str) -> None:
    item = _draft(cleo)
    message = suggest_message(item, by=cleo, text="Hello", language="en")
    angle = Angle.objects.filter(item=item).earliest("pk")
    bob = world.person("Bob")
    before = AuditEntry.objects.count()
    with pytest.raises(Http404):
        ACTS[name](bob, item, message, angle)
    assert AuditEntry.objects.count() == before
    ACTS[name](cleo, item, message, angle)
    entry = AuditEntry.objects.filter(action=name).latest("pk")
    assert (entry.by, entry.private) == (cleo, False)


# --- stories ------------------------------------------------------------------------------------


def test_a_story_begins_with_its_purposes_questions_in_its_language(cleo: Member) -> None:
    campaign = create_campaign(by=cleo, plan=CampaignPlan("Open day", "hiring"))
    item = create_item(by=cleo, campaign=campaign, kind="link", story=LINK)
    assert list(item.angles.order_by("pk").values_list("question", flat=True)) == default_angles(
        "hiring", language="en"
    )
    ask_default_angles(item, by=cleo, language="en")
    assert item.angles.count() == 7


def test_every_purpose_has_six_questions_or_more() -> None:
    assert set(ANGLES) == {"customers", "sales", "hiring", "partners", "reputation", "community"}
    for purpose, questions in ANGLES.items():
        assert len(set(questions)) >= 6
        assert all(question.endswith("?") for question in default_angles(purpose, language="en"))


@pytest.mark.parametrize(
    ("kind", "story", "field"),
    [
        ("link", Story(title="A"), "destination"),
        ("link", Story(title="A", destination="https://user:pass@example.com"), "destination"),
        ("link", Story(title="A", destination="https://example.com/" + "a" * 2000), "destination"),
        ("link", Story(title="A" * 301, destination="https://example.com"), "title"),
        ("text", Story(title="A", summary="a" * 5001), "summary"),
        ("text", Story(title="A", language="de"), "language"),
        ("picture", Story(title="A"), "upload"),
        ("video", Story(title="A"), ""),
    ],
)
def test_a_story_that_cannot_be_is_refused(cleo: Member, kind: str, story: Story, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        _draft(cleo, story, kind)
    assert caught.value.field == field
    assert Item.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.com/a", "https://example.com/a"),
        (" https://example.com:443/a?x=1#y ", "https://example.com:443/a?x=1#y"),
        ("http://old.example.com/a", "http://old.example.com/a"),
        ("https://例え.jp/記事", "https://例え.jp/記事"),
        ("https://93.184.215.14/", "https://93.184.215.14/"),
    ],
)
def test_an_address_is_kept_as_it_was_meant(cleo: Member, typed: str, kept: str) -> None:
    assert _draft(cleo, Story(title="A", destination=typed)).destination == kept


@pytest.mark.parametrize(
    ("kind", "story", "field"),
    [("link", Story(title=" ", destination="https://example.com"), "title"), ("text", Story(title="A"), "summary")],
)
def test_what_is_not_whole_stays_a_draft(cleo: Member, kind: str, story: Story, field: str) -> None:
    item = _draft(cleo, story, kind)
    with pytest.raises(BadInput) as caught:
        release_item(item, by=cleo)
    assert caught.value.field == field
    item.refresh_from_db()
    assert item.state == ItemState.DRAFT


def test_a_released_story_cannot_lose_its_title(cleo: Member) -> None:
    item = release_item(_draft(cleo), by=cleo)
    with pytest.raises(BadInput):
        edit_item(
            item, by=cleo, campaign=item.campaign, story=Story(title="", destination=LINK.destination), picture=None
        )
    item.refresh_from_db()
    assert item.title == "A story"


def test_a_story_opens_and_closes_for_its_people(cleo: Member) -> None:
    now = timezone.now()
    bob, carol = world.person("Bob"), world.person("Carol")
    team = Team.objects.create(name="Sales")
    team.places.create(member=bob)
    item = _draft(cleo)
    plan_item(item, by=cleo, release_at=now + timedelta(hours=1), expires_at=now + timedelta(hours=2))
    address_item(item, by=cleo, teams=[team], topics=[])
    release_item(item, by=cleo)
    for hours, seen in ((0, 0), (1.5, 1), (2.5, 0)):
        at = now + timedelta(hours=hours)
        assert items_for(bob, at=at).count() == seen
        assert items_for(carol, at=at).count() == 0
    address_item(item, by=cleo, teams=[], topics=[])
    assert items_for(carol, at=now + timedelta(hours=1.5)).count() == 1


def test_a_story_whose_last_day_is_over_is_not_released(cleo: Member) -> None:
    item = _draft(cleo)
    Item.objects.filter(pk=item.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(BadInput) as caught:
        release_item(item, by=cleo)
    assert caught.value.field == "expires_at"


def test_a_past_time_stands_only_where_it_stood_before(cleo: Member) -> None:
    item = _draft(cleo)
    long_ago = timezone.now() - timedelta(days=9)
    Item.objects.filter(pk=item.pk).update(release_at=long_ago)
    kept = plan_item(item, by=cleo, release_at=long_ago.replace(second=0, microsecond=0), expires_at=None)
    assert kept.release_at == long_ago.replace(second=0, microsecond=0)
    with pytest.raises(BadInput):
        plan_item(item, by=cleo, release_at=long_ago + timedelta(days=1), expires_at=None)


def test_a_topic_is_typed_once_however_it_is_written(cleo: Member) -> None:
    first, second = _draft(cleo), _draft(cleo)
    address_item(first, by=cleo, teams=[], topics=["Open  Source", ""])
    address_item(second, by=cleo, teams=[], topics=["open source", "CI"])
    assert sorted(Topic.objects.values_list("name", flat=True)) == ["CI", "Open Source"]


def test_a_story_somebody_has_is_not_discarded(cleo: Member) -> None:
    item = world.item(cleo)
    world.draft(world.person("Bob"), item)
    Item.objects.filter(pk=item.pk).update(state=ItemState.DRAFT)
    with pytest.raises(Refusal):
        discard_item(item, by=cleo)
    assert Item.objects.filter(pk=item.pk).exists()


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        ({"title": "Another"}, True),
        ({"summary": "Another"}, True),
        ({"destination": "https://example.com/2"}, True),
        ({"source": "Another"}, False),
        ({"praises_product": True}, False),
        ({"needs_disclosure": False}, True),
    ],
)
def test_only_what_posts_show_holds_them(cleo: Member, change: dict[str, object], holds: bool) -> None:
    item = world.item(cleo)
    waiting = world.approved(world.draft(world.person("Bob"), item))
    standing = {"title": item.title, "summary": item.summary, "destination": item.destination}
    story = Story(**{**standing, **change})  # type: ignore[arg-type]  # columns by name
    edit_item(item, by=cleo, campaign=item.campaign, story=story, picture=None)
    after = Share.objects.get(pk=waiting.pk)
    assert (after.held_reason == HeldReason.STORY_CHANGED) is holds


def test_describing_a_picture_again_in_the_same_words_holds_nothing(cleo: Member) -> None:
    picture = world.picture(alt_text="A lighthouse")
    world.item(cleo, picture=picture)
    before = AuditEntry.objects.count()
    describe_media(picture, by=cleo, alt_text=" A  lighthouse ")
    assert AuditEntry.objects.count() == before


# --- campaigns ----------------------------------------------------------------------------------


def test_archiving_takes_stories_out_and_bringing_back_returns_them(cleo: Member) -> None:
    bob = world.person("Bob")
    item = release_item(_draft(cleo), by=cleo)
    now = timezone.now()
    archive_campaign(item.campaign, by=cleo)
    assert items_for(bob, at=now).count() == 0
    item.campaign.refresh_from_db()
    with pytest.raises(BadInput):
        release_item(item, by=cleo)
    bring_back_campaign(item.campaign, by=cleo)
    assert items_for(bob, at=now).count() == 1


def test_the_first_story_needs_no_campaign(cleo: Member) -> None:
    first = first_campaign(by=cleo)
    assert first_campaign(by=cleo) == first
    assert (Campaign.objects.count(), first.purpose, first.spacing_minutes) == (1, "reputation", 20)
