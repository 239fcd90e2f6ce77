"""Approval is a ceremony: exactly what was seen, by its owner, through an open door, once (design.md, promise 1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.consent import take_part, withdraw_consent
from accounts.actions.guidelines import publish_guidelines
from accounts.consent_texts import current_version
from accounts.guideline_texts import GuidelinesWords
from accounts.models import AuditEntry, Member, OrganizationSettings
from accounts.refusals import Refusal
from accounts.selectors.guidelines import current_guidelines, has_accepted
from campaigns.actions.shares import approve_share, choose_connection, describe_picture, edit_draft, start_share
from campaigns.canonical import post_of, shown_post
from campaigns.models import Approval, Door, Item, ItemKind, LinkCode, Share, ShareState
from campaigns.refusals import (
    BadTime,
    ChangedMeanwhile,
    DoorClosed,
    GuidelinesNotAccepted,
    NotReady,
    NotTakingPart,
    NotYours,
    StoryEnded,
)
from integrations.models import Connection, ConnectionState
from integrations.networks.base import Post
from tests.campaigns import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def share(acme: world.Company, bob: Member) -> Share:
    return world.draft(bob, world.item(acme.owner))


def approve(share: Share, **changes: Any) -> Share:
    values: dict[str, Any] = {
        "by": share.member,
        "door": Door.SESSION,
        "seen_sha256": shown_post(share).digest(),
        "due_at": timezone.now() + timedelta(days=1),
        **changes,
    }
    return approve_share(share, **values)


def nothing_changed(share: Share) -> bool:
    row = Share.objects.get(pk=share.pk)
    return row.state == ShareState.DRAFT and row.approval is None and not Approval.objects.filter(share=share).exists()


def test_the_approval_keeps_the_whole_post_its_window_and_its_door(share: Share) -> None:
    due_at = timezone.now().replace(microsecond=0) + timedelta(days=2)
    done = approve(share, due_at=due_at)
    approval = Approval.objects.get(share=share)
    assert done.state == ShareState.SCHEDULED
    assert done.approval == approval
    assert (approval.window_start, approval.window_end) == (due_at, due_at + timedelta(hours=24))
    assert approval.door == "session"
    assert approval.sha256 == Post.from_canonical(approval.canonical).digest() == post_of(done).digest()
    assert Post.from_canonical(approval.canonical).text == post_of(share).text
    entry = AuditEntry.objects.get(action="approve_share")
    assert (entry.by, entry.private, entry.details["door"]) == (share.member, True, "session")


def test_the_link_opens_with_the_approval_and_keeps_its_destination(share: Share) -> None:
    assert LinkCode.objects.get(code=share.link_code_id).live_at is None
    approve(share)
    code = LinkCode.objects.get(code=share.link_code_id)
    assert code.live_at is not None
    assert code.destination == "https://example.com/story"


def test_a_second_click_is_one_approval(share: Share) -> None:
    seen, due_at = post_of(share).digest(), timezone.now() + timedelta(days=1)
    first = approve(share, seen_sha256=seen, due_at=due_at)
    second = approve(share, seen_sha256=seen, due_at=due_at)
    assert first.approval == second.approval
    assert Approval.objects.filter(share=share).count() == 1


def test_a_second_click_on_now_is_one_approval(share: Share) -> None:
    seen = post_of(share).digest()
    approve(share, seen_sha256=seen, due_at=None)
    approve(share, seen_sha256=seen, due_at=None)
    assert Approval.objects.filter(share=share).count() == 1


def test_now_waits_the_minute_to_undo(share: Share, settings: pytest.FixtureRequest) -> None:
    before = timezone.now()
    done = approve(share, due_at=None)
    assert done.due_at is not None
    assert timedelta(seconds=60) <= done.due_at - before < timedelta(seconds=70)


def test_an_edit_between_looking_and_approving_is_refused(share: Share, bob: Member) -> None:
    seen = post_of(share).digest()
    edit_draft(share, by=bob, text="Something else")
    with pytest.raises(ChangedMeanwhile):
        approve(share, seen_sha256=seen)
    assert nothing_changed(share)


def test_a_story_that_changed_between_looking_and_approving_is_refused(share: Share) -> None:
    seen = post_of(share).digest()
    Item.objects.update(destination="https://example.com/other")
    with pytest.raises(ChangedMeanwhile):
        approve(share, seen_sha256=seen)
    assert nothing_changed(share)


def test_nobody_approves_for_somebody_else(share: Share, acme: world.Company) -> None:
    for other in (acme.owner, world.person("Carol")):
        with pytest.raises(NotYours):
            approve(share, by=other)
    assert nothing_changed(share)


@pytest.mark.parametrize("door", ["mail", "api", "job", ""])
def test_closed_and_unknown_doors_stay_shut(share: Share, door: str) -> None:
    OrganizationSettings.objects.update(closed_doors=["mail"])
    with pytest.raises(DoorClosed):
        approve(share, door=door)
    assert nothing_changed(share)


def test_who_does_not_take_part_approves_nothing(share: Share, bob: Member) -> None:
    withdraw_consent(bob, by=bob, kind="take_part")
    row = Share.objects.get(pk=share.pk)
    assert row.state == ShareState.WITHDRAWN
    with pytest.raises(NotTakingPart):
        start_share(share.item, by=bob)


def test_a_network_is_agreed_to_before_anything_is_planned_there(share: Share, bob: Member) -> None:
    Connection.objects.update(network="mastodon")
    Share.objects.update(network="mastodon")
    share.refresh_from_db()
    with pytest.raises(NotReady, match="Mastodon"):
        approve(share)
    assert nothing_changed(share)


def test_a_dead_connection_is_refused_with_the_text_safe(share: Share) -> None:
    Connection.objects.update(state=ConnectionState.NEEDS_RECONNECT)
    with pytest.raises(NotReady, match="connect again"):
        approve(share)
    assert Share.objects.get(pk=share.pk).text == "I liked this one."


def test_an_account_is_needed(acme: world.Company, bob: Member) -> None:
    share = edit_draft(start_share(world.item(acme.owner), by=bob), by=bob, text="Mine")
    with pytest.raises(NotReady, match="where"):
        approve(share)


def test_foreign_accounts_cannot_be_chosen(share: Share, bob: Member) -> None:
    with pytest.raises(NotYours):
        choose_connection(share, by=bob, connection=world.connected(world.person("Carol")))


def test_guidelines_are_ticked_at_the_first_approval(acme: world.Company) -> None:
    eve = world.person("Eve", takes_part=False)
    take_part(eve, by=eve, language="en", text_version=current_version("take_part"))
    share = world.draft(eve, world.item(acme.owner))
    with pytest.raises(GuidelinesNotAccepted):
        approve(share)
    shown = current_guidelines()
    assert shown is not None
    newer = publish_guidelines(by=acme.owner, texts={"en": GuidelinesWords(points=("Be kind.",), body="Always.")})
    with pytest.raises(GuidelinesNotAccepted):  # published while she read the older ones
        approve(share, accepts_guidelines=shown.number)
    assert not has_accepted(eve, newer)
    assert approve(share, accepts_guidelines=newer.number).state == ShareState.SCHEDULED
    again = world.draft(eve, world.item(acme.owner))
    assert approve(again).state == ShareState.SCHEDULED


def test_words_too_long_for_the_network_are_refused(acme: world.Company, bob: Member) -> None:
    share = world.draft(bob, world.item(acme.owner), network="mastodon", text="long " * 200)
    with pytest.raises(NotReady, match="too long for Mastodon"):
        approve(share)
    assert nothing_changed(share)


def test_a_link_alone_is_not_own_words(acme: world.Company, bob: Member) -> None:
    share = world.draft(bob, world.item(acme.owner), text="  ")
    with pytest.raises(NotReady, match="own words"):
        approve(share)


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ({"due_at": datetime(2020, 1, 1, tzinfo=UTC)}, "has passed"),
        ({"due_at": None, "wall_time": "2020-01-01T10:00", "time_zone": "Europe/Warsaw"}, "has passed"),
        ({"due_at": None, "wall_time": "2027-03-28T02:30", "time_zone": "Europe/Warsaw"}, "02:30 does not exist"),
        ({"due_at": None, "wall_time": "tomorrow", "time_zone": "Europe/Warsaw"}, "could not read"),
        ({"due_at": None, "wall_time": "2027-01-01T10:00", "time_zone": "Mars/Base"}, "time zone"),
        ({"due_at": datetime(2099, 1, 1, tzinfo=UTC)}, "year ahead"),
    ],
)
def test_times_that_cannot_be_used_say_why(share: Share, when: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadTime) as refused:
        approve(share, **when)
    assert sentence in refused.value.sentence
    assert nothing_changed(share)


def test_the_instant_the_wall_time_and_the_zone_are_kept(share: Share) -> None:
    day = (timezone.now() + timedelta(days=3)).date()
    done = approve(share, due_at=None, wall_time=f"{day}T09:20", time_zone="Asia/Kolkata")
    assert done.due_at == datetime(day.year, day.month, day.day, 3, 50, tzinfo=UTC)
    assert (done.wall_time, done.time_zone) == (f"{day}T09:20", "Asia/Kolkata")


def test_a_story_that_is_over_by_then_is_refused(share: Share) -> None:
    Item.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(StoryEnded):
        approve(share)
    assert approve(share, due_at=None).state == ShareState.SCHEDULED


def test_another_time_is_a_new_approval_of_the_same_text(share: Share) -> None:
    later = timezone.now() + timedelta(days=4)
    again = approve(approve(share), due_at=later)
    assert again.due_at == later
    ends = Approval.objects.filter(share=share).order_by("id").values_list("ended_because", flat=True)
    assert list(ends) == ["approved_again", ""]


def test_editing_ends_the_approval(share: Share, bob: Member) -> None:
    done = approve(share)
    edited = edit_draft(done, by=bob, text="New words")
    assert (edited.state, edited.approval, edited.rkey) == (ShareState.DRAFT, None, "")
    assert Approval.objects.get(share=share).ended_because == "edited"


def test_saving_the_same_words_changes_nothing(share: Share, bob: Member) -> None:
    done = approve(share)
    assert edit_draft(done, by=bob, text="I liked this one.").state == ShareState.SCHEDULED


def test_two_windows_do_not_overwrite_each_other(share: Share, bob: Member) -> None:
    edit_draft(share, by=bob, text="From the phone", seen_version=share.draft_version)
    with pytest.raises(ChangedMeanwhile):
        edit_draft(share, by=bob, text="From the desk", seen_version=share.draft_version)
    assert Share.objects.get(pk=share.pk).text == "From the phone"


def test_a_picture_story_carries_its_picture_and_description(acme: world.Company, bob: Member) -> None:
    story = world.item(acme.owner, kind=ItemKind.PICTURE, picture=world.picture(), destination="")
    share = world.draft(bob, story)
    assert [shown.alt_text for shown in post_of(share).media] == ["A lighthouse"]
    before = post_of(share).digest()
    describe_picture(share, by=bob, position=0, alt_text="Our office at night")
    share.refresh_from_db()
    assert post_of(share).digest() != before


def test_every_refusal_is_a_sentence(share: Share) -> None:
    with pytest.raises(Refusal) as refused:
        approve(share, seen_sha256="0" * 64)
    assert refused.value.sentence.endswith(".")
    assert "Nothing was lost" in refused.value.sentence
