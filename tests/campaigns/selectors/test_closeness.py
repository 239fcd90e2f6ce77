"""Closeness to colleagues, exactly as far as promise 6 lets it go."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Member
from campaigns.actions.messages import suggest_message
from campaigns.actions.reviews import ask_for_review
from campaigns.actions.shares import approve_share, edit_draft, withdraw_share
from campaigns.canonical import shown_post
from campaigns.models import Door, Item, QueuedWording, Share, ShareState
from campaigns.refusals import CopiesTooMuch
from campaigns.selectors.closeness import comparison_of
from campaigns.selectors.preview import preview_of
from campaigns.share_lifecycle import APPROVED_AND_NOT_OUT, move
from tests.campaigns import world
from tests.campaigns.world import Company, acting_in

pytestmark = pytest.mark.django_db

QUEUED = "The build server hums at night now, and I go home before the marmalade lighthouse closes for the winter."
OWN = "My favourite part is the graph on page four, where the line simply stops climbing one Tuesday."
SUGGESTED = "Our builds are twice as fast now, and here is what we threw away to get there in a single month."


@pytest.fixture
def acme() -> Iterator[Company]:
    made = world.company()
    with acting_in(made.organization):
        yield made


def queue_of(count: int, story: Item, *, text: str = QUEUED) -> list[Share]:
    people = [world.person(f"Person{number}") for number in range(count)]
    return [world.approved(world.draft(one, story, text=text, network="mastodon")) for one in people]


def published(story: Item, text: str) -> Share:
    share = world.approved(world.draft(world.person(), story, text=text, network="mastodon"))
    out = {"published_at": timezone.now(), "lease_until": timezone.now()}
    for state in (ShareState.CLAIMED, ShareState.SENDING):
        move(share, state, by=None, because="test", lease_until=out["lease_until"])
    move(share, ShareState.PUBLISHED, by=None, because="test", published_at=out["published_at"])
    return share


def begun(story: Item, text: str) -> Share:
    return world.draft(world.person("Ada"), story, text=text, network="mastodon")


# --- suggested messages and published posts ----------------------------------------------------------


@pytest.mark.parametrize(("visibility", "phrases"), [("public", 1), ("unlisted", 0), ("private", 0)])
def test_only_what_everybody_can_read_is_compared(acme: Company, visibility: str, phrases: int) -> None:
    """Who posted to followers alone did not tell colleagues."""
    story = world.item(acme.owner)
    Share.objects.filter(pk=published(story, QUEUED).pk).update(visibility=visibility)
    assert len(comparison_of(begun(story, QUEUED)).to_posts.phrases) == phrases


def test_a_suggested_message_and_a_published_post_are_marked_without_a_name(acme: Company) -> None:
    story = world.item(acme.owner)
    suggest_message(story, by=acme.owner, text=SUGGESTED, language="en")
    published(story, "I keep a list of things we threw away, and it makes me oddly happy every single Friday.")
    text = "Here is what we threw away to get there. It makes me oddly happy every single Friday, like tidying up."
    found = comparison_of(begun(story, text))
    assert [part for part, marked in found.parts if marked] == [
        "here is what we threw away to get there".capitalize(),
        "It makes me oddly happy every single Friday",
    ]
    assert found.sentences == [
        "45 % of this stands in a suggested message.",
        "40 % of this stands in a published post.",
    ]


def test_own_words_are_told_nothing(acme: Company) -> None:
    story = world.item(acme.owner)
    suggest_message(story, by=acme.owner, text=SUGGESTED, language="en")
    found = comparison_of(begun(story, OWN))
    assert (found.sentences, found.parts) == ([], [])


def test_drafts_texts_to_read_other_stories_and_what_was_taken_down_take_no_part(acme: Company) -> None:
    story, text = world.item(acme.owner), QUEUED
    begun(story, text)
    read_first = world.item(acme.owner, of=world.campaign(acme.owner, needs_review=True))
    asked = world.draft_by_hand(world.person(), read_first, text=text)
    ask_for_review(asked, by=asked.member, seen_sha256=shown_post(asked).digest())
    published(world.item(acme.owner, title="Another"), text)
    gone = published(story, text)
    for state in (ShareState.TAKING_DOWN, ShareState.TAKEN_DOWN):
        move(gone, state, by=None, because="test")
    for one in (story, read_first):
        found = comparison_of(begun(one, text))
        assert (found.sentences, found.parts) == ([], [])


def test_what_nobody_sees_is_no_published_post(acme: Company) -> None:
    story = world.item(acme.owner)
    rehearsed = published(story, QUEUED)
    Share.objects.filter(pk=rehearsed.pk).update(network="practice")
    assert comparison_of(begun(story, QUEUED)).sentences == []


def test_two_thousand_posts_are_compared_in_two_queries_and_little_time(
    acme: Company, django_assert_num_queries: object
) -> None:
    story = world.item(acme.owner)
    first = published(story, QUEUED)
    Share.objects.bulk_create(
        Share(
            member=first.member,
            item=story,
            campaign=story.campaign,
            network="mastodon",
            state=ShareState.PUBLISHED,
            published_at=first.published_at,
            due_at=first.due_at,
            text=" ".join(f"{word}{number % 40}" for word in QUEUED.split() * 4),
        )
        for number in range(2_000)
    )
    share = begun(story, OWN)
    begin = time.perf_counter()
    with django_assert_num_queries(2):  # type: ignore[operator]  # messages; posts and the queue
        comparison_of(share)
    assert time.perf_counter() - begin < 2  # cold, on a busy machine; comparing without shingles would take minutes


# --- what is queued ----------------------------------------------------------------------------------


def test_three_queued_texts_alike_yield_one_sentence_and_two_yield_none(acme: Company) -> None:
    story = world.item(acme.owner)
    queue_of(2, story)
    assert comparison_of(begun(story, QUEUED)).sentences == []
    queue_of(1, story)
    found = comparison_of(begun(story, QUEUED))
    assert found.sentences == ["Colleagues are about to say this in much the same words."]
    assert found.parts == []


def test_one_s_own_queued_text_does_not_count(acme: Company) -> None:
    story = world.item(acme.owner)
    mine = queue_of(3, story)[0]
    assert comparison_of(mine).is_close_to_queued is False


def test_a_stored_hash_is_keyed_by_company_and_story_and_says_no_word(acme: Company) -> None:
    one, other = world.item(acme.owner), world.item(acme.owner, title="Other")
    [first], [second] = queue_of(1, one), queue_of(1, other)
    hashes = [set(share.queued_wording.hashes) for share in (first, second)]
    assert [len(stored) for stored in hashes] == [17, 17]  # of nineteen words
    assert hashes[0].isdisjoint(hashes[1])
    assert {field.name for field in QueuedWording._meta.fields} == {"id", "organization", "share", "hashes"}


def test_hashes_go_with_the_waiting(acme: Company) -> None:
    withdrawn, edited, out = queue_of(3, world.item(acme.owner))
    assert QueuedWording.objects.count() == 3
    withdraw_share(withdrawn, by=withdrawn.member)
    edit_draft(edited, by=edited.member, text=OWN)
    lease = {"lease_until": timezone.now()}
    move(out, ShareState.CLAIMED, by=None, because="test", **lease)
    move(out, ShareState.SENDING, by=None, because="test", **lease)
    assert list(QueuedWording.objects.values_list("share", flat=True)) == [out.pk]
    move(out, ShareState.PUBLISHED, by=None, because="test", published_at=timezone.now())
    assert not QueuedWording.objects.exists()


def test_every_state_that_is_not_waiting_has_no_hashes() -> None:
    waiting = {"scheduled", "claimed", "sending", "unknown", "held"}
    assert {str(state) for state in APPROVED_AND_NOT_OUT} == waiting


def test_nothing_of_a_queued_text_can_be_recovered_from_any_answer(acme: Company) -> None:
    """Every window of it, and each with words around, is typed into the composer: no answer moves, none holds a
    word of it that was not typed, and none holds a name, a handle or a number of those who wait."""
    story = world.item(acme.owner)
    queue_of(3, story)
    share = begun(story, OWN)
    quiet = typed(share, OWN)
    words = QUEUED.split()
    for size in (1, 3, 5, 8):
        for at in range(len(words) - size + 1):
            window = " ".join(words[at : at + size])
            for text in (window, f"{OWN} {window}", f"{window} {OWN}"):
                share.text = text
                found = comparison_of(share)
                assert (found.sentences, found.parts) == ([], [])
    for window in ("The build server hums", "before the marmalade lighthouse closes"):
        answer = typed(share, f"{OWN} {window}")
        assert [word for word in ("hums", "marmalade") if word not in window and word in answer] == []
    assert "Person" not in quiet
    told = typed(share, QUEUED)
    assert "Colleagues are about to say this in much the same words." in told
    assert "<mark>" not in told
    assert "Person" not in told


def typed(share: Share, text: str) -> str:
    """The live answer's words, without the text that was typed."""
    browser = Client()
    user = Member.objects.get(pk=share.member_id).user
    assert user is not None
    browser.force_login(user)
    address = reverse("compose_live", args=[share.organization.slug, share.public_id])
    return browser.post(address, {"text": text}).content.decode()


# --- the ceiling -------------------------------------------------------------------------------------


def test_over_the_ceiling_a_suggested_copy_is_not_approved_and_nothing_is_lost(acme: Company) -> None:
    story = world.item(acme.owner, closeness_ceiling=50)
    suggest_message(story, by=acme.owner, text=SUGGESTED, language="en")
    copy = begun(story, SUGGESTED)
    assert [problem.code for problem in preview_of(copy).problems if problem.blocks] == ["copies_too_much"]
    with pytest.raises(CopiesTooMuch) as refused:
        world.approved(copy)
    assert "At most 50 % of a post about this story may be" in refused.value.sentence
    copy.refresh_from_db()
    assert (copy.state, copy.text) == (ShareState.DRAFT, SUGGESTED)
    mine = edit_draft(copy, by=copy.member, text=OWN)
    assert world.approved(mine).state == ShareState.SCHEDULED


def test_without_a_ceiling_a_copy_goes_out_like_any_text(acme: Company) -> None:
    story = world.item(acme.owner)
    suggest_message(story, by=acme.owner, text=SUGGESTED, language="en")
    assert world.approved(begun(story, SUGGESTED)).state == ShareState.SCHEDULED


@pytest.mark.parametrize("text", [OWN, SUGGESTED])
def test_an_own_wording_takes_no_step_more_than_a_copied_one(acme: Company, text: str) -> None:
    """The same requests, and the same minute: composer, look it over, approve."""
    story = world.item(acme.owner)
    message = suggest_message(story, by=acme.owner, text=SUGGESTED, language="en")
    share = begun(story, "")
    user = share.member.user
    assert user is not None
    browser, requests = Client(), 0
    browser.force_login(user)
    compose = reverse("compose", args=[share.organization.slug, share.public_id])
    typed = {"account": f"account-{share.connection.public_id}" if share.connection else "", "when": "now"}
    if text == SUGGESTED:
        browser.post(compose, {**typed, "text": "", "go": f"use-{message.public_id}"})
        requests += 1
    looked = browser.post(compose, {**typed, "text": text, "go": "look"})
    seen = shown_post(Share.objects.select_related("item", "connection", "link_code").get(pk=share.pk)).digest()
    assert browser.post(looked["Location"].split("?")[0], {"seen_sha256": seen, "when": "now"}).status_code == 302
    requests += 2
    share.refresh_from_db()
    assert share.state == ShareState.SCHEDULED
    assert share.due_at is not None
    assert share.due_at - timezone.now() <= timedelta(minutes=1)
    assert requests <= 3
    assert (text == OWN) is (requests == 2)


def test_the_door_of_an_approval_makes_no_difference_to_the_ceiling(acme: Company) -> None:
    story = world.item(acme.owner, closeness_ceiling=10)
    suggest_message(story, by=acme.owner, text=SUGGESTED, language="en")
    copy = begun(story, SUGGESTED)
    for door in (Door.SESSION, Door.MAIL):
        with pytest.raises(CopiesTooMuch):
            approve_share(copy, by=copy.member, door=door, seen_sha256=shown_post(copy).digest())
    assert json.dumps(list(QueuedWording.objects.values_list("hashes", flat=True))) == "[]"
