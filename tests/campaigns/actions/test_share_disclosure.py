"""Whether a story needs a disclosure is switched: drafts and posts that wait follow, and their people see it first."""

from __future__ import annotations

import pytest

from accounts.models import Member, OrganizationSettings
from campaigns.actions.drafts import edit_draft, make_ready_to_show
from campaigns.actions.items import Story, edit_item
from campaigns.actions.shares import approve_share
from campaigns.canonical import shown_post, text_of
from campaigns.models import Door, HeldReason, Item, Share, ShareState
from campaigns.refusals import ChangedMeanwhile
from campaigns.selectors.story_changes import changes_since_approval
from tests.campaigns import world

pytestmark = pytest.mark.django_db
SENTENCE = "I work at Acme."


@pytest.fixture
def bob(acme: world.Company) -> Member:
    return world.person("Bob")


def switch(story: Item, owner: Member, *, needs_disclosure: bool) -> None:
    story = Item.objects.select_related("campaign").get(pk=story.pk)
    standing = {"title": story.title, "summary": story.summary, "destination": story.destination}
    told = Story(language=story.language, needs_disclosure=needs_disclosure, **standing)  # type: ignore[arg-type]  # texts
    edit_item(story, by=owner, campaign=story.campaign, story=told, picture=None)


def again(share: Share) -> Share:
    rows = Share.objects.select_related("item__picture", "campaign", "connection", "link_code", "member", "approval")
    return rows.get(pk=share.pk)


def test_a_planned_post_waits_and_is_approved_with_the_disclosure(acme: world.Company, bob: Member) -> None:
    story = world.item(acme.owner, needs_disclosure=False)
    share = world.approved(world.draft(bob, story))
    assert SENTENCE not in text_of(share)
    switch(story, acme.owner, needs_disclosure=True)
    share = again(share)
    assert (share.state, share.held_reason) == (ShareState.HELD, HeldReason.STORY_CHANGED)
    assert [(one.before, one.now) for one in changes_since_approval(share)] == [("", SENTENCE)]
    share = again(world.approved(share))
    assert share.approval is not None
    assert SENTENCE in share.approval.canonical


def test_a_draft_takes_the_disclosure_and_the_old_page_is_refused(acme: world.Company, bob: Member) -> None:
    story = world.item(acme.owner, needs_disclosure=False)
    share = world.draft(bob, story)
    seen = shown_post(share).digest()
    switch(story, acme.owner, needs_disclosure=True)
    assert again(share).disclosure == SENTENCE
    with pytest.raises(ChangedMeanwhile):
        approve_share(share, by=bob, door=Door.SESSION, seen_sha256=seen)
    switch(story, acme.owner, needs_disclosure=False)
    assert again(share).disclosure == ""


def test_the_companys_new_words_reach_a_draft_when_it_is_opened(acme: world.Company, bob: Member) -> None:
    share = world.draft(bob, world.item(acme.owner))
    OrganizationSettings.objects.update(disclosure="Acme pays my rent.")
    share = again(share)
    with pytest.raises(ChangedMeanwhile):
        approve_share(share, by=bob, door=Door.SESSION, seen_sha256=shown_post(share).digest())
    share = make_ready_to_show(share, by=bob)
    assert share.disclosure == "Acme pays my rent."
    assert world.approved(share).state == ShareState.SCHEDULED


def test_a_planned_post_keeps_the_words_it_was_approved_with(acme: world.Company, bob: Member) -> None:
    share = world.approved(world.draft(bob, world.item(acme.owner)))
    OrganizationSettings.objects.update(disclosure="Acme pays my rent.")
    moved = world.approved(make_ready_to_show(again(share), by=bob))
    assert (moved.state, moved.disclosure) == (ShareState.SCHEDULED, SENTENCE)


def test_another_language_says_it_in_that_language(acme: world.Company, bob: Member) -> None:
    share = world.draft(bob, world.item(acme.owner))
    OrganizationSettings.objects.update(disclosure="Pracuję w Acme.")
    share = edit_draft(again(share), by=bob, text="Dobre.", language="pl")
    assert again(share).disclosure == "Pracuję w Acme."
