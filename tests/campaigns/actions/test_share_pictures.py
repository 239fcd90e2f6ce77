"""A picture story gets another picture: what waits asks again and shows it, what is out keeps what was approved."""

from __future__ import annotations

import pytest

from accounts.models import Member
from campaigns.actions.drafts import describe_picture, make_ready_to_show
from campaigns.actions.items import Story, edit_item
from campaigns.actions.shares import approve_share, withdraw_share
from campaigns.canonical import pictures_of, shown_post
from campaigns.models import Door, HeldReason, Item, ItemKind, Media, Share, ShareState
from campaigns.refusals import ChangedMeanwhile
from campaigns.selectors.story_changes import changes_since_approval
from integrations.networks.base import Post
from tests.campaigns import world

pytestmark = pytest.mark.django_db
OLD, NEW = "a" * 64, "b" * 64


@pytest.fixture
def story(acme: world.Company) -> Item:
    return world.item(acme.owner, kind=ItemKind.PICTURE, picture=world.picture(OLD), destination="")


def replace_picture(story: Item, owner: Member) -> Media:
    new = world.picture(NEW, "A harbour")
    story = Item.objects.select_related("campaign").get(pk=story.pk)
    told = Story(title=story.title, summary=story.summary, destination=story.destination, language=story.language)
    edit_item(story, by=owner, campaign=story.campaign, story=told, picture=new)
    return new


def again(share: Share) -> Share:
    rows = Share.objects.select_related("item__picture", "campaign", "connection", "link_code", "member", "approval")
    return rows.get(pk=share.pk)


def shown(share: Share) -> list[tuple[str, str]]:
    return [(picture.sha256, picture.alt_text) for picture in pictures_of(share)]


def test_a_planned_post_waits_and_is_approved_with_the_new_picture(
    acme: world.Company, bob: Member, story: Item
) -> None:
    share = world.approved(world.draft(bob, story))
    replace_picture(story, acme.owner)
    share = again(share)
    assert (share.state, share.held_reason) == (ShareState.HELD, HeldReason.STORY_CHANGED)
    assert shown(share) == [(NEW, "A harbour")]
    assert [(one.before, one.now) for one in changes_since_approval(share)] == [
        ("A lighthouse (aaaaaa)", "A harbour (bbbbbb)")
    ]
    share = again(world.approved(share))
    assert share.approval is not None
    assert [picture.sha256 for picture in Post.from_canonical(share.approval.canonical).pictures()] == [NEW]


def test_a_draft_shows_the_new_one_and_the_old_page_is_refused(acme: world.Company, bob: Member, story: Item) -> None:
    share = describe_picture(world.draft(bob, story), by=bob, position=0, alt_text="My own words")
    seen = shown_post(again(share)).digest()
    replace_picture(story, acme.owner)
    with pytest.raises(ChangedMeanwhile):
        approve_share(share, by=bob, door=Door.SESSION, seen_sha256=seen)
    assert shown(again(share)) == [(NEW, "A harbour")]


def test_a_missed_change_is_caught_when_the_draft_is_opened(acme: world.Company, bob: Member, story: Item) -> None:
    share = world.draft(bob, story)
    Item.objects.update(picture=world.picture(NEW, "A harbour"))
    share = again(share)
    with pytest.raises(ChangedMeanwhile):
        approve_share(share, by=bob, door=Door.SESSION, seen_sha256=shown_post(share).digest())
    share = make_ready_to_show(share, by=bob)
    assert shown(share) == [(NEW, "A harbour")]
    assert world.approved(share).state == ShareState.SCHEDULED


def test_the_person_s_own_description_stays_while_the_picture_does(
    acme: world.Company, bob: Member, story: Item
) -> None:
    share = describe_picture(world.draft(bob, story), by=bob, position=0, alt_text="My own words")
    assert shown(make_ready_to_show(again(share), by=bob)) == [(OLD, "My own words")]


def test_what_is_over_keeps_its_picture(acme: world.Company, bob: Member, story: Item) -> None:
    share = withdraw_share(world.approved(world.draft(bob, story)), by=bob)
    replace_picture(story, acme.owner)
    assert shown(again(share)) == [(OLD, "A lighthouse")]
