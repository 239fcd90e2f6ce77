"""The road through a second pair of eyes, as its author and its reader walk it (design.md §4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.actions.members import change_role
from accounts.models import AuditEntry, Errand, Member
from accounts.roles import Right, may
from accounts.selectors.audit import audit_page
from campaigns.actions.drafts import edit_draft
from campaigns.actions.reviews import ask_for_review, end_unread, pass_review, send_back, take_back_from_review
from campaigns.actions.shares import withdraw_share
from campaigns.canonical import shown_post
from campaigns.models import Approval, Campaign, Item, Review, Share, ShareState
from campaigns.refusals import (
    ChangedMeanwhile,
    ChangedWhileRead,
    NobodyToRead,
    NotReady,
    NotWaitingToBeRead,
    NotYours,
    OwnText,
    ReviewNeeded,
    TooLate,
)
from campaigns.selectors.reviews import texts_to_read, texts_waiting, words_sha256
from tests.campaigns import world
from tests.campaigns.views.browser import Browser, hidden

pytestmark = pytest.mark.django_db

S = ShareState


@pytest.fixture
def cara(acme: world.Company) -> Member:
    """A curator, who need not take part."""
    cara = world.person("Cara", takes_part=False)
    change_role(cara, by=acme.owner, role="curator")
    cara.refresh_from_db()
    return cara


@pytest.fixture
def story(acme: world.Company) -> Item:
    return world.item(acme.owner, of=world.campaign(acme.owner, needs_review=True))


@pytest.fixture
def share(bob: Member, story: Item) -> Share:
    return world.draft(bob, story, network="mastodon")


def now_of(share: Share) -> Share:
    related = ("member", "item__picture", "campaign", "connection", "link_code", "organization", "approval")
    return Share.objects.select_related(*related).get(pk=share.pk)


def ask(share: Share) -> Share:
    return ask_for_review(share, by=share.member, seen_sha256=shown_post(share).digest())


def answer(share: Share, reader: Member, *, passed: bool = True, note: str = "") -> Review:
    said: dict[str, Any] = {"by": reader, "seen_sha256": words_sha256(share), "note": note}
    return pass_review(share, **said) if passed else send_back(share, **said)


def approve(share: Share) -> Share:
    return world.approved(now_of(share))


# --- the pages ---------------------------------------------------------------------------------


def test_ask_read_pass_approve(acme: world.Company, bob: Member, cara: Member, share: Share) -> None:
    author, reader = Browser(acme, bob), Browser(acme, cara)
    assert "can ask a colleague to read it" in author.get(f"shares/{share.public_id}/")
    page = author.get(f"shares/{share.public_id}/approve/")
    assert "The people who read texts at Acme will see this draft and your name." in page
    assert 'id="approval"' not in page
    author.post(f"shares/{share.public_id}/ask-review/", {"seen_sha256": hidden(page, "seen_sha256")})
    assert now_of(share).state == S.IN_REVIEW

    page = author.get(f"shares/{share.public_id}/")
    assert "Take it back" in page
    assert "<textarea" not in page
    assert "A colleague reads it before you can approve it." in author.get("queue/")

    assert 'class="badge badge-accent">1<' in reader.get("")
    page = reader.get("to-read/")
    shown_to_readers = ("Bob", "I liked this one.", share.item.title, "The post as Mastodon shows it")
    assert all(words in page for words in shown_to_readers)
    assert share.connection is not None
    assert share.connection.public_id not in page
    seen = {"seen_sha256": hidden(page, "seen_sha256"), "answer": "fine", "note": "Lovely."}
    reader.post(f"to-read/{share.public_id}/", seen)
    assert "Nothing to read" in reader.get("to-read/")

    page = author.get(f"shares/{share.public_id}/approve/")
    assert "Read by Cara," in page
    assert "Lovely." in page
    shown = {name: hidden(page, name) for name in ("seen_sha256", "due_at", "when", "at")}
    assert "Cara has read it" in author.get("queue/")
    author.post(f"shares/{share.public_id}/approve/", shown)
    done = now_of(share)
    assert (done.state, done.approval and done.approval.member) == (S.SCHEDULED, bob)


def test_ask_send_back_edit_ask_again(acme: world.Company, bob: Member, cara: Member, share: Share) -> None:
    author, reader = Browser(acme, bob), Browser(acme, cara)
    ask(share)
    seen = hidden(reader.get("to-read/"), "seen_sha256")
    page = reader.post(f"to-read/{share.public_id}/", {"seen_sha256": seen, "answer": "back"}, status=400)
    assert "Say in a sentence" in page
    page = reader.post(f"to-read/{share.public_id}/", {"seen_sha256": seen, "note": "Kept words"}, status=400)
    assert "Kept words" in page
    back = {"seen_sha256": seen, "answer": "back", "note": "Who is “we”?"}
    reader.post(f"to-read/{share.public_id}/", back)
    for path in (f"shares/{share.public_id}/", f"shares/{share.public_id}/approve/", "queue/"):
        assert "Who is “we”?" in author.get(path)
    typed = {"text": "Our team did it.", "go": "look"}
    author.post(f"shares/{share.public_id}/", {**typed, "version": str(now_of(share).draft_version)})
    seen = hidden(author.get(f"shares/{share.public_id}/approve/"), "seen_sha256")
    author.post(f"shares/{share.public_id}/ask-review/", {"seen_sha256": seen})
    assert "Our team did it." in reader.get("to-read/")
    answer(now_of(share), cara)
    assert approve(share).state == S.SCHEDULED


def test_taking_it_back_ends_the_reading(acme: world.Company, bob: Member, cara: Member, share: Share) -> None:
    author, reader = Browser(acme, bob), Browser(acme, cara)
    ask(share)
    page = reader.get("to-read/")
    older = {"text": "From an older window", "go": "save"}
    assert "From an older window" in author.post(f"shares/{share.public_id}/", older, status=409)
    assert now_of(share).text == "I liked this one."
    assert author.post(f"shares/{share.public_id}/take-back/").endswith(f"/shares/{share.public_id}/")
    said = {"seen_sha256": hidden(page, "seen_sha256"), "answer": "fine"}
    reader.post(f"to-read/{share.public_id}/", said)
    assert "no longer waits" in reader.get("to-read/")
    assert now_of(share).state == S.DRAFT
    assert not Review.objects.exists()


def test_a_text_that_was_never_asked_for_is_no_reader_s(acme: world.Company, cara: Member, share: Share) -> None:
    reader = Browser(acme, cara)
    reader.post(f"to-read/{share.public_id}/", {"answer": "fine"}, status=404)
    assert share.text not in reader.get("to-read/")


def test_many_texts_cost_no_more_queries(acme: world.Company, cara: Member, django_assert_max_num_queries: Any) -> None:
    reader = Browser(acme, cara)
    asked = [world.asked(world.person(f"Dana{number}"), acme.owner) for number in range(7)]
    with django_assert_max_num_queries(15 + 3 + 5):  # a query for the pictures of each of the five that are shown
        page = reader.get("to-read/")
    assert [share.public_id in page for share in asked] == [True] * 5 + [False] * 2
    assert "More wait after these." in page
    assert texts_waiting(cara, now=timezone.now()).count() == 7


def test_the_curator_turns_it_on(acme: world.Company, cara: Member) -> None:
    browser, campaign = Browser(acme, cara), world.campaign(acme.owner)
    typed = {"name": "News", "purpose": "hiring", "post_late_minutes": "30", "ask_late_minutes": "60"}
    browser.post(f"campaigns/{campaign.public_id}/", {**typed, "spacing_minutes": "20", "needs_review": "on"})
    assert Campaign.objects.get(pk=campaign.pk).needs_review
    assert 'name="needs_review"' in browser.get(f"campaigns/{campaign.public_id}/")


# --- the rules ---------------------------------------------------------------------------------


def test_no_approval_without_a_passed_reading_of_exactly_these_words(share: Share, bob: Member, cara: Member) -> None:
    with pytest.raises(ReviewNeeded):
        approve(share)
    answer(ask(share), cara)
    edit_draft(now_of(share), by=bob, text="Other words.")
    with pytest.raises(ReviewNeeded):
        approve(share)
    edit_draft(now_of(share), by=bob, text="I liked this one.")
    assert approve(share).state == S.SCHEDULED
    assert Approval.objects.count() == 1


def test_another_time_needs_no_other_reading(share: Share, cara: Member) -> None:
    answer(ask(share), cara)
    first = approve(share)
    again = world.approved(now_of(share), due_at=timezone.now() + timedelta(days=3))
    assert first.due_at != again.due_at
    assert Review.objects.count() == 1


@pytest.mark.parametrize("change", ["network", "story", "disclosure"])
def test_what_a_reader_did_not_read_needs_another_reading(
    change: str, acme: world.Company, share: Share, cara: Member
) -> None:
    answer(ask(share), cara)
    before = words_sha256(now_of(share))
    if change == "network":
        Share.objects.filter(pk=share.pk).update(network="linkedin", connection=None, by_hand=True)
    elif change == "story":
        Item.objects.update(destination="https://example.com/other")
    else:
        Share.objects.filter(pk=share.pk).update(disclosure="")
    assert words_sha256(now_of(share)) != before


def test_the_last_answer_to_the_same_words_counts(share: Share, cara: Member) -> None:
    answer(ask(share), cara)
    with pytest.raises(NotReady, match="You can approve it"):
        ask(now_of(share))
    Review.objects.create(share=share, sha256=words_sha256(now_of(share)), passed=False, note="No.", by=cara)
    with pytest.raises(ReviewNeeded):
        approve(share)


def test_nobody_reads_their_own(acme: world.Company, story: Item, cara: Member) -> None:
    owner = acme.owner
    world.connected(owner, "x")
    own = world.draft_by_hand(world.person("Dan"), story)
    Share.objects.filter(pk=own.pk).update(member=cara, state=S.IN_REVIEW)  # as an asking leaves it
    with pytest.raises(OwnText):
        answer(now_of(own), cara)
    assert list(texts_to_read(cara, now=timezone.now())) == []
    assert list(texts_to_read(owner, now=timezone.now())) == [own]


def test_only_its_author_asks_and_takes_back(share: Share, cara: Member) -> None:
    with pytest.raises(NotYours):
        ask_for_review(share, by=cara, seen_sha256=shown_post(share).digest())
    with pytest.raises(NotYours):
        take_back_from_review(ask(share), by=cara)


def test_where_nobody_else_may_read_nobody_is_asked(acme: world.Company, bob: Member) -> None:
    Member.objects.filter(pk=acme.owner.pk).update(role="manager")
    story = world.item(acme.owner, of=world.campaign(acme.owner, needs_review=True))
    with pytest.raises(NobodyToRead):
        ask(world.draft(bob, story))


def test_asking_shows_what_was_seen(share: Share, bob: Member, cara: Member) -> None:
    seen = shown_post(share).digest()
    edit_draft(share, by=bob, text="Typed in another window.")
    with pytest.raises(ChangedMeanwhile):
        ask_for_review(share, by=bob, seen_sha256=seen)


def test_a_text_changed_while_it_was_read(share: Share, bob: Member, cara: Member) -> None:
    seen = words_sha256(ask(share))
    take_back_from_review(share, by=bob)
    with pytest.raises(NotWaitingToBeRead):
        pass_review(share, by=cara, seen_sha256=seen)
    ask(edit_draft(now_of(share), by=bob, text="Quite another thing."))
    with pytest.raises(ChangedWhileRead):
        pass_review(share, by=cara, seen_sha256=seen)
    assert not Review.objects.exists()


def test_while_it_is_read_it_stays_as_it_is(share: Share, bob: Member) -> None:
    ask(share)
    with pytest.raises(TooLate, match="Take it back first"):
        edit_draft(share, by=bob, text="Sneaked in.")
    with pytest.raises(TooLate):
        approve(share)
    assert ask(now_of(share)).state == S.IN_REVIEW
    assert withdraw_share(now_of(share), by=bob).state == S.WITHDRAWN


def test_asking_takes_what_is_planned_out_of_the_plan(acme: world.Company, bob: Member) -> None:
    story = world.item(acme.owner)
    planned = approve(world.draft(bob, story, network="mastodon"))
    Campaign.objects.update(needs_review=True)
    asked = ask(now_of(planned))
    assert (asked.state, asked.approval) == (S.IN_REVIEW, None)
    assert Approval.objects.get().ended_because == "review"


def test_the_author_is_told_once_and_nobody_else_learns_of_it(
    acme: world.Company, share: Share, bob: Member, cara: Member
) -> None:
    answer(ask(share), cara, passed=False, note="Too long.")
    letters = [errand.payload for errand in Errand.objects.filter(kind="letter")]
    [letter] = [one for one in letters if one["template"] == "notice_sent_back"]
    assert (letter["to"], letter["context"]["reader"], letter["context"]["reason"]) == (bob.email, "Cara", "Too long.")
    assert letter["context"]["path"] == f"/o/{acme.organization.slug}/shares/{share.public_id}/"
    acts = set(AuditEntry.objects.filter(subject=f"share {share.public_id}").values_list("action", "private"))
    assert {("ask_for_review", True), ("send_back", True)} <= acts
    assert not any("read" in str(line.act) and line.who in ("Bob", "Cara") for line in audit_page().lines)


def test_who_may_read(acme: world.Company) -> None:
    readers = {role for role in ("owner", "admin", "curator", "manager", "advocate") if may(role, Right.REVIEW)}
    assert readers == {"owner", "admin", "curator"}


def test_what_was_answered_stays_answered(share: Share, cara: Member) -> None:
    review = answer(ask(share), cara)
    for change in (lambda: Review.objects.update(passed=False), lambda: review.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("end", ["ended", "archived", "expired"])
def test_what_waits_to_be_read_ends_with_its_story(end: str, share: Share, cara: Member) -> None:
    ask(share)
    assert end_unread(by=None) == 0
    past = timezone.now() - timedelta(minutes=1)
    if end == "ended":
        Item.objects.update(state="ended")
    elif end == "archived":
        Campaign.objects.update(archived_at=past)
    else:
        Item.objects.update(expires_at=past)
    assert texts_waiting(cara, now=timezone.now()).count() == 0
    assert end_unread(by=None) == 1
    assert now_of(share).state == S.EXPIRED
    assert Errand.objects.filter(kind="letter", payload__template="notice_expired").count() == 1
