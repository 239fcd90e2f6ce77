"""What is asked besides sharing goes the road of a share: with words or without, and earns by them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Member
from accounts.refusals import BadInput, Refusal
from campaigns.actions.by_hand import post_by_hand_is_gone, post_by_hand_is_out
from campaigns.actions.items import Story, create_item, edit_item, release_item
from campaigns.actions.shares import approve_share, choose_connection, edit_draft, start_share
from campaigns.canonical import shown_post
from campaigns.models import Door, HeldReason, Item, ItemKind, PointEntry, Share, ShareState
from campaigns.refusals import NotReady
from integrations.networks.base import Deed, Post
from tests.campaigns import world

pytestmark = pytest.mark.django_db
POST = "https://x.com/acme/status/17"


def asked(acme: world.Company, asks: str, *, target: str = POST, at: str = "x", **said: object) -> Item:
    said = {"title": "Our new story", "target": target, "target_at": at, "about": "product", **said}
    made = create_item(
        by=acme.owner,
        campaign=world.campaign(acme.owner),
        kind=ItemKind.TEXT,
        story=Story(**said),  # type: ignore[arg-type]  # a few plain values
        asks=asks,
    )
    return release_item(made, by=acme.owner)


def done_by_hand(item: Item, bob: Member, words: str = "") -> Share:
    share = start_share(item, by=bob)
    share = edit_draft(share, by=bob, text=words) if words else share
    seen = shown_post(share).digest()
    share = approve_share(share, by=bob, door=Door.SESSION, seen_sha256=seen, due_at=timezone.now())
    return post_by_hand_is_out(share, by=bob)


@pytest.mark.parametrize(
    ("asks", "words", "text", "points"),
    [
        ("like", "", "", 0),
        ("follow", "", "", 0),
        ("repost", "", "", 0),
        ("repost", "I saw it work.", "I saw it work.\nI work at Acme.", 10),
        ("comment", "I saw it work.", "I saw it work.\nI work at Acme.", 10),
    ],
)
def test_each_is_approved_as_it_is_and_earns_by_its_words(
    acme: world.Company, bob: Member, asks: str, words: str, text: str, points: int
) -> None:
    target = "https://x.com/acme" if asks == "follow" else POST
    share = done_by_hand(asked(acme, asks, target=target), bob, words)
    assert share.approval is not None
    approved = Post.from_canonical(share.approval.canonical)
    assert (approved.deed, approved.target, approved.text) == (Deed(asks), target, text)
    assert (share.state, share.network, share.by_hand, share.link_code) == (ShareState.PUBLISHED, "x", True, None)
    assert sum(PointEntry.objects.values_list("points", flat=True)) == points
    assert post_by_hand_is_gone(share, by=bob).state == ShareState.TAKEN_DOWN
    assert sum(PointEntry.objects.values_list("points", flat=True)) == 0


def test_a_comment_wants_words_and_an_activity_its_own_network(acme: world.Company, bob: Member) -> None:
    share = start_share(asked(acme, "comment"), by=bob)
    with pytest.raises(NotReady):
        approve_share(share, by=bob, door=Door.SESSION, seen_sha256=shown_post(share).digest())
    with pytest.raises(BadInput):
        choose_connection(share, by=bob, network="linkedin", by_hand=True)
    with pytest.raises(BadInput):
        start_share(asked(acme, "like"), by=bob, connection=world.connected(bob, "linkedin"))


def test_another_target_is_looked_at_again(acme: world.Company, bob: Member) -> None:
    item = asked(acme, "like")
    share = start_share(item, by=bob)
    share = approve_share(share, by=bob, door=Door.SESSION, seen_sha256=shown_post(share).digest())
    story = Story(title=item.title, target="https://x.com/acme/status/18", target_at="x", about="product")
    edit_item(item, by=acme.owner, campaign=item.campaign, story=story, picture=None)
    share.refresh_from_db()
    assert (share.state, share.held_reason) == (ShareState.HELD, HeldReason.STORY_CHANGED)


@pytest.mark.parametrize(
    ("asks", "said", "field"),
    [
        ("like", {"target": ""}, "target"),
        ("like", {"target": "nonsense"}, "target"),
        ("like", {"at": "whatsapp"}, "target_at"),
        ("repost", {"target": "https://example.com/a", "at": "xing"}, "target"),
        ("like", {"destination": "https://example.com/"}, "destination"),
        ("praise", {}, "asks"),
        ("task", {"target": "", "at": "", "summary": "Wave"}, "proof"),
        ("task", {"target": "", "at": "", "proof": "tick", "summary": "Please write a short review of us"}, "summary"),
        ("comment", {"summary": "Give us five stars there"}, "summary"),
    ],
)
def test_what_cannot_be_asked(acme: world.Company, asks: str, said: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        asked(acme, asks, **said)
    assert (refused.value.field, Item.objects.count()) == (field, 0)


def test_the_database_says_so_too(acme: world.Company, bob: Member) -> None:
    story = world.item(acme.owner)
    for columns in (
        {"asks": "like", "kind": "text", "destination": ""},
        {"asks": "task", "kind": "text", "destination": ""},
        {"target": POST, "target_at": "x"},
        {"asks": "like", "kind": "text", "target": POST, "target_at": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Item.objects.filter(pk=story.pk).update(**columns)
    task = asked(acme, "task", target="", at="", summary="Wave to a visitor", proof="tick")
    with pytest.raises(Refusal):
        start_share(task, by=bob)
