"""What a person does with a post that waits: withdraw in every state, move, answer, post by hand, take down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Errand, Member
from accounts.refusals import BadInput
from campaigns.actions.by_hand import post_by_hand_is_out, remind_later
from campaigns.actions.departures import cancel_planned_shares
from campaigns.actions.drafts import make_ready_to_show
from campaigns.actions.links import open_link
from campaigns.actions.shares import (
    approve_share,
    edit_draft,
    hold_for_changed_story,
    move_share,
    take_down_share,
    withdraw_share,
)
from campaigns.actions.stories import end_links
from campaigns.canonical import post_of, shown_post
from campaigns.models import (
    Approval,
    Attempt,
    Door,
    Evidence,
    HeldReason,
    Item,
    LinkCode,
    PointEntry,
    Share,
    ShareState,
    Statement,
)
from campaigns.refusals import ApprovalNeeded, ChangedMeanwhile, NotReady, NotYours, TooLate
from campaigns.share_lifecycle import move
from tests.campaigns import world

pytestmark = pytest.mark.django_db
S = ShareState
Columns = dict[str, Any]
LEASE: Columns = {"lease_until": timezone.now() + timedelta(minutes=1)}
SETTLE: Columns = {"settle_at": timezone.now() + timedelta(minutes=1)}
HELD: Columns = {"held_reason": HeldReason.LATE, "held_at": timezone.now()}
OUT: Columns = {"published_at": timezone.now(), "external_id": "42", "external_url": "https://example.com/42"}

# How the engine would bring an approved share into each state.
ROADS: dict[ShareState, list[tuple[ShareState, Columns]]] = {
    S.SCHEDULED: [],
    S.CLAIMED: [(S.CLAIMED, LEASE)],
    S.SENDING: [(S.CLAIMED, LEASE), (S.SENDING, LEASE)],
    S.UNKNOWN: [(S.CLAIMED, LEASE), (S.SENDING, LEASE), (S.UNKNOWN, SETTLE)],
    S.HELD: [(S.HELD, HELD)],
    S.FAILED: [(S.CLAIMED, LEASE), (S.FAILED, {})],
    S.PUBLISHED: [(S.CLAIMED, LEASE), (S.SENDING, LEASE), (S.PUBLISHED, OUT)],
    S.EXPIRED: [(S.EXPIRED, {})],
}


def share_in(state: ShareState, acme: world.Company, bob: Member) -> Share:
    share = world.draft(bob, world.item(acme.owner))
    if state == S.DRAFT:
        return share
    share = world.approved(share)
    for step, columns in ROADS[state]:
        move(share, step, by=None, because="test", **columns)
    return share


@pytest.mark.parametrize("state", [S.DRAFT, S.SCHEDULED, S.CLAIMED, S.HELD, S.FAILED])
def test_withdrawing_in_every_waiting_state(acme: world.Company, bob: Member, state: ShareState) -> None:
    share = share_in(state, acme, bob)
    assert withdraw_share(share, by=bob).state == S.WITHDRAWN
    assert withdraw_share(share, by=bob).state == S.WITHDRAWN
    assert not Approval.objects.filter(share=share, ended_at=None).exists()


@pytest.mark.parametrize(
    ("state", "words"), [(S.SENDING, "this very moment"), (S.PUBLISHED, "take it down"), (S.EXPIRED, "over already")]
)
def test_too_late_to_withdraw_says_so(acme: world.Company, bob: Member, state: ShareState, words: str) -> None:
    share = share_in(state, acme, bob)
    with pytest.raises(TooLate, match=words):
        withdraw_share(share, by=bob)
    assert Share.objects.get(pk=share.pk).state == state


def test_taking_back_what_we_cannot_tell_ends_the_approval(acme: world.Company, bob: Member) -> None:
    share = withdraw_share(share_in(S.UNKNOWN, acme, bob), by=bob)
    assert share.state == S.UNKNOWN
    assert Approval.objects.get(share=share).ended_because == "withdrawn"


def test_a_planned_repeat_of_an_unclear_send_becomes_a_question(acme: world.Company, bob: Member) -> None:
    share = share_in(S.SCHEDULED, acme, bob)
    unclear_attempt(share)
    with pytest.raises(TooLate, match="finding out"):
        edit_draft(share, by=bob, text="Other words")
    held = withdraw_share(share, by=bob)
    assert (held.state, held.held_reason) == (S.HELD, HeldReason.COULD_NOT_TELL)


def unclear_attempt(share: Share) -> None:
    assert share.approval is not None
    Attempt.objects.create(
        share=share,
        approval=share.approval,
        fence=share.fence,
        attempt_key=share.attempt_key,
        post_sha256=share.approval.sha256,
        intent_at=timezone.now(),
        outcome="unknown",
    )


def test_nobody_withdraws_for_somebody_else(acme: world.Company, bob: Member) -> None:
    share = share_in(S.SCHEDULED, acme, bob)
    with pytest.raises(NotYours):
        withdraw_share(share, by=acme.owner)


def test_moving_stays_inside_the_approved_window(acme: world.Company, bob: Member) -> None:
    share = share_in(S.SCHEDULED, acme, bob)
    assert share.due_at is not None
    approval, start = share.approval, share.due_at
    moved = move_share(share, by=bob, due_at=start + timedelta(hours=3))
    assert (moved.due_at, moved.approval) == (start + timedelta(hours=3), approval)
    for outside in (start - timedelta(minutes=1), start + timedelta(hours=24)):
        with pytest.raises(ApprovalNeeded):
            move_share(share, by=bob, due_at=outside)


def test_send_it_now_after_could_not_tell_needs_the_persons_word_and_a_new_approval(
    acme: world.Company, bob: Member
) -> None:
    share = share_in(S.UNKNOWN, acme, bob)
    unclear_attempt(share)
    key = share.attempt_key
    move(share, S.HELD, by=None, because="test", held_reason=HeldReason.COULD_NOT_TELL, held_at=timezone.now())
    seen = shown_post(share).digest()
    with pytest.raises(NotReady, match="Look first"):
        approve_share(share, by=bob, door=Door.SESSION, seen_sha256=seen)
    with pytest.raises(TooLate, match="may be out"):
        edit_draft(share, by=bob, text="Other words")
    done = approve_share(share, by=bob, door=Door.SESSION, seen_sha256=seen, is_not_there=True)
    assert done.state == S.SCHEDULED
    assert done.attempt_key == key  # the very same post: a repeat under its key is harmless
    assert Approval.objects.filter(share=share).count() == 2
    assert Statement.objects.get(share=share).kind == "denied"


def test_other_words_get_another_key(acme: world.Company, bob: Member) -> None:
    share = share_in(S.FAILED, acme, bob)
    unclear_attempt(share)
    key = share.attempt_key
    edited = edit_draft(share, by=bob, text="Other words")
    assert world.approved(edited).attempt_key != key


# --- by hand ------------------------------------------------------------------------------------


def test_by_hand_needs_no_account_and_earns_the_same(acme: world.Company, bob: Member) -> None:
    share = world.approved(world.draft_by_hand(bob, world.item(acme.owner)))
    move(share, S.HELD, by=None, because="due", held_reason=HeldReason.BY_HAND, held_at=timezone.now())
    done = post_by_hand_is_out(share, by=bob, url="https://www.linkedin.com/feed/update/1")
    assert (done.state, done.evidence) == (S.PUBLISHED, Evidence.TOLD)
    assert done.external_url == "https://www.linkedin.com/feed/update/1"
    assert Statement.objects.get(share=share).kind == "confirmed"
    assert [(entry.rule, entry.points) for entry in PointEntry.objects.all()] == [("share_told", 10)]
    post_by_hand_is_out(share, by=bob)
    assert PointEntry.objects.count() == 1


def test_faster_than_the_clock(acme: world.Company, bob: Member) -> None:
    share = world.approved(world.draft_by_hand(bob, world.item(acme.owner)))
    assert post_by_hand_is_out(share, by=bob).state == S.PUBLISHED


@pytest.mark.parametrize("url", ["javascript:alert(1)", "not an address", "https://", "https://x.example/" + "a" * 600])
def test_a_strange_address_is_refused_and_nothing_lost(acme: world.Company, bob: Member, url: str) -> None:
    share = world.approved(world.draft_by_hand(bob, world.item(acme.owner)))
    with pytest.raises(BadInput):
        post_by_hand_is_out(share, by=bob, url=url)
    assert Share.objects.get(pk=share.pk).state == S.SCHEDULED


def test_later_today_keeps_the_approval_as_far_as_it_reaches(acme: world.Company, bob: Member) -> None:
    share = world.approved(world.draft_by_hand(bob, world.item(acme.owner)), due_at=timezone.now())
    later = remind_later(share, by=bob)
    assert later.due_at is not None
    assert later.state == S.SCHEDULED
    assert later.due_at > timezone.now() + timedelta(hours=2)
    Approval.objects.update(window_end=timezone.now() + timedelta(hours=1))
    with pytest.raises(ApprovalNeeded):
        remind_later(later, by=bob)


def test_by_hand_buttons_are_for_posts_by_hand(acme: world.Company, bob: Member) -> None:
    with pytest.raises(TooLate):
        post_by_hand_is_out(share_in(S.SCHEDULED, acme, bob), by=bob)


# --- taking down, and what the company changes ------------------------------------------------


def test_taking_down_is_owed_in_the_same_transaction(acme: world.Company, bob: Member) -> None:
    share = take_down_share(share_in(S.PUBLISHED, acme, bob), by=bob)
    assert share.state == S.TAKING_DOWN
    assert take_down_share(share, by=bob).state == S.TAKING_DOWN
    assert Errand.objects.filter(kind="take_down").count() == 1


def test_what_is_not_out_cannot_be_taken_down(acme: world.Company, bob: Member) -> None:
    with pytest.raises(TooLate):
        take_down_share(share_in(S.SCHEDULED, acme, bob), by=bob)
    by_hand = post_by_hand_is_out(world.approved(world.draft_by_hand(bob, world.item(acme.owner))), by=bob)
    with pytest.raises(NotReady, match="delete it there"):
        take_down_share(by_hand, by=bob)


def test_a_changed_story_holds_what_waits_and_leaves_what_is_out(acme: world.Company, bob: Member) -> None:
    waiting = share_in(S.SCHEDULED, acme, bob)
    story = waiting.item
    old_code = waiting.link_code_id
    out = share_in(S.PUBLISHED, acme, world.person("Carol"))
    Share.objects.filter(pk=out.pk).update(item=story)
    story.destination = "https://example.com/new"
    story.save()
    hold_for_changed_story(story, by=acme.owner)
    waiting = Share.objects.select_related("item", "link_code", "connection", "approval").get(pk=waiting.pk)
    assert (waiting.state, waiting.held_reason) == (S.HELD, HeldReason.STORY_CHANGED)
    assert waiting.link_code_id != old_code
    assert LinkCode.objects.get(code=old_code).destination == "https://example.com/story"
    assert Share.objects.get(pk=out.pk).state == S.PUBLISHED
    assert post_of(waiting).destination == "https://example.com/new"
    again = world.approved(waiting)
    assert again.state == S.SCHEDULED
    assert LinkCode.objects.get(code=again.link_code_id).destination == "https://example.com/new"


def test_a_missed_change_is_caught_before_it_is_approved_again(acme: world.Company, bob: Member) -> None:
    share = share_in(S.HELD, acme, bob)
    Item.objects.update(destination="https://example.com/new")
    share = Share.objects.select_related("item", "link_code", "connection").get(pk=share.pk)
    assert post_of(share).digest() != Approval.objects.get(share=share).sha256
    ready = make_ready_to_show(share, by=bob)
    assert ready.link_code_id != share.link_code_id
    assert world.approved(ready).state == S.SCHEDULED


def test_the_company_may_only_end_a_link_and_the_author_is_told(acme: world.Company, bob: Member) -> None:
    share = share_in(S.PUBLISHED, acme, bob)
    assert end_links(share.item, by=acme.owner) == 1
    assert LinkCode.objects.get(code=share.link_code_id).ended_at is not None
    letters = Errand.objects.filter(kind="letter", payload__template="notice_link_ended")
    assert letters.get().payload["to"] == bob.email


@pytest.mark.parametrize("state", [S.SCHEDULED, S.CLAIMED, S.HELD])
def test_a_post_that_waits_when_its_link_ends_asks_again_with_a_new_one(
    acme: world.Company, bob: Member, state: ShareState
) -> None:
    share = share_in(state, acme, bob)
    old, approval = share.link_code_id, share.approval_id
    assert end_links(share.item, by=acme.owner) == 1
    share = Share.objects.select_related("item", "link_code", "connection", "approval").get(pk=share.pk)
    assert (share.state, share.held_reason) == (S.HELD, HeldReason.APPROVAL_CHANGED)
    assert share.link_code is not None
    assert (share.link_code_id != old, share.link_code.live_at) == (True, None)
    assert approval is not None
    assert Approval.objects.get(pk=approval).ended_at is not None
    assert not Errand.objects.filter(payload__template="notice_link_ended").exists()
    world.approved(share)
    assert LinkCode.objects.get(code=share.link_code_id).live_at is not None


@pytest.mark.parametrize("state", [S.SENDING, S.UNKNOWN])
def test_who_may_have_posted_is_told_that_the_link_ended(acme: world.Company, bob: Member, state: ShareState) -> None:
    share = share_in(state, acme, bob)
    assert end_links(share.item, by=acme.owner) == 1
    assert Share.objects.get(pk=share.pk).state == state
    assert Errand.objects.filter(payload__template="notice_link_ended").count() == 1


def test_a_link_that_ended_meanwhile_is_not_opened_again(acme: world.Company, bob: Member) -> None:
    share = share_in(S.HELD, acme, bob)
    assert share.link_code is not None  # as it was read before the company ended it
    LinkCode.objects.filter(code=share.link_code_id).update(ended_at=timezone.now())
    with pytest.raises(ChangedMeanwhile):
        open_link(share, now=timezone.now())
    ready = make_ready_to_show(Share.objects.select_related("item", "link_code").get(pk=share.pk), by=bob)
    assert ready.link_code_id != share.link_code_id


def test_leaving_cancels_what_is_planned(acme: world.Company, bob: Member) -> None:
    planned, out = share_in(S.SCHEDULED, acme, bob), share_in(S.PUBLISHED, acme, bob)
    draft = share_in(S.DRAFT, acme, bob)
    lines = cancel_planned_shares(bob, by=bob)
    assert [(line.what, line.count) for line in lines] == [("planned_cancelled", 1)]
    states = {share.pk: share.state for share in Share.objects.all()}
    assert (states[planned.pk], states[out.pk], states[draft.pk]) == (S.WITHDRAWN, S.PUBLISHED, S.WITHDRAWN)
