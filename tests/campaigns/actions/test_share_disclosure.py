"""Whether a story needs a disclosure is switched: drafts and posts that wait follow, and their people see it first."""

from __future__ import annotations

import pytest

from accounts.actions.settings import change_own_locale
from accounts.models import Member, OrganizationSettings
from accounts.refusals import BadInput
from campaigns.actions.disclosures import drop_disclosure, set_disclosure
from campaigns.actions.drafts import edit_draft, make_ready_to_show
from campaigns.actions.items import Story, edit_item
from campaigns.actions.shares import approve_share, choose_connection
from campaigns.canonical import post_of, shown_post, text_of
from campaigns.disclosure_rules import CompanyLine
from campaigns.models import Door, HeldReason, Item, Share, ShareState
from campaigns.refusals import ChangedMeanwhile
from campaigns.selectors.story_changes import changes_since_approval
from campaigns.selectors.wording_problems import wording_problems
from integrations.networks.base import Post
from tests.campaigns import world

pytestmark = pytest.mark.django_db
SENTENCE = "I work at Acme."


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


def test_country_and_network_decide_and_the_label_comes_along(acme: world.Company, bob: Member) -> None:
    """The member's country, else the company's; drafts follow a move, and what was approved stays."""
    story = world.item(acme.owner)
    share = world.draft(bob, story, network="x")
    assert (share.disclosure, post_of(share).labels) == (SENTENCE, ())
    OrganizationSettings.objects.update(country="GB")
    share = make_ready_to_show(again(share), by=bob)
    assert text_of(share).startswith(f"I liked this one.\n#ad: {SENTENCE}")
    set_disclosure(CompanyLine("US", "x", sentence="My employer is Acme.", label=True), by=acme.owner)
    change_own_locale(bob, by=bob, language="en", time_zone="Europe/Warsaw", country="US")
    share = make_ready_to_show(again(share), by=bob)
    assert (share.disclosure, post_of(share).labels) == ("My employer is Acme.", ("paid_partnership",))
    share = again(world.approved(share))
    assert share.approval is not None
    assert Post.from_canonical(share.approval.canonical).labels == ("paid_partnership",)
    drop_disclosure("US", "x", "", by=acme.owner)
    assert post_of(again(share)).labels == ("paid_partnership",)
    by_hand = choose_connection(world.draft(bob, story, network="mastodon"), by=bob, network="x", by_hand=True)
    assert (again(by_hand).disclosure, again(by_hand).labels) == (SENTENCE, [])


@pytest.mark.parametrize(
    "line",
    [
        CompanyLine("QQ", sentence="Hello."),
        CompanyLine(network="nowhere", sentence="Hello."),
        CompanyLine(language="xx", sentence="Hello."),
        CompanyLine("US"),
        CompanyLine(network="mastodon", label=True),
        CompanyLine(network="facebook", sentence="a" * 111),  # Facebook shows 110 at once
    ],
)
def test_a_line_that_cannot_be_is_refused(acme: world.Company, line: CompanyLine) -> None:
    with pytest.raises(BadInput):
        set_disclosure(line, by=acme.owner)
    assert OrganizationSettings.objects.get().disclosures == []


def test_a_line_that_readers_do_not_see_is_said_and_earns_nothing(acme: world.Company, bob: Member) -> None:
    OrganizationSettings.objects.update(
        disclosure="I am one of the many people who work at Acme, " * 2 + "and so is my sister."
    )
    share = world.draft_by_hand(bob, world.item(acme.owner), network="facebook")
    share = make_ready_to_show(again(share), by=bob)
    assert share.disclosure in text_of(share)
    assert "before “more”" in [one.sentence for one in wording_problems(share) if one.code == "disclosure"][0]
    share.disclosure = ""  # as a text would stand there whose line somebody took out
    assert "Nothing in this text" in [one.sentence for one in wording_problems(share) if one.code == "disclosure"][0]
