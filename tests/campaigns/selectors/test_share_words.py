"""What a person reads about a post is true at the moment they read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tenancy import acting_in
from campaigns.actions.reviews import ask_for_review, pass_review
from campaigns.canonical import shown_post
from campaigns.models import Campaign, Item, Share, ShareState
from campaigns.selectors.reviews import words_sha256
from campaigns.selectors.share_words import words_of
from integrations.limits import freeze, thaw
from integrations.models import Connection
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, again, desk, due, planned, practice_account

pytestmark = pytest.mark.django_db
STOPPED = "Posting is stopped for the moment, so this waits. If it gets late, we ask you first; nothing to do."


@pytest.fixture
def at(db: None) -> Desk:
    return desk()


def sentence(at: Desk, share: Share) -> str:
    with acting_in(at.organization):
        return words_of(again(at, share), now=timezone.now()).sentence


@pytest.mark.parametrize("scope", ["installation", "network:practice"])
def test_a_due_post_says_that_posting_is_stopped(at: Desk, scope: str) -> None:
    share = due(at, practice_account(at), ago=timedelta(minutes=25))
    later = planned(at, practice_account(at, "second"))
    freeze(scope, because="an incident")
    assert sentence(at, share) == STOPPED
    assert sentence(at, later).startswith("Goes out ")
    thaw(scope)
    assert sentence(at, share).startswith("Goes out ")


def test_one_s_own_pause_is_said_as_before(at: Desk) -> None:
    account = practice_account(at)
    share = due(at, account)
    with acting_in(at.organization):
        type(account).objects.filter(pk=account.pk).update(frozen=True)
    assert sentence(at, share).endswith("and waits while you pause.")


def test_what_is_out_without_an_address_says_so_and_leads_where_it_can(at: Desk) -> None:
    with acting_in(at.organization):
        share = world.approved(world.draft(at.member, at.story, network="threads"))
        Connection.objects.filter(member=at.member).update(profile_url="https://www.threads.com/@bob")
        for external_id, sentence, doings in (
            ("17", "did not tell us its address", ["Open my Threads posts", "Take down"]),
            ("", "did not tell us which post it is", ["Open my Threads posts"]),
        ):
            out = {"state": ShareState.PUBLISHED, "published_at": timezone.now(), "external_id": external_id}
            Share.objects.filter(pk=share.pk).update(**out)
            words = words_of(again(at, share), now=timezone.now())
            assert sentence in words.sentence
            assert [one.label for one in words.doings] == doings


@pytest.fixture
def was_read(at: Desk) -> Share:
    with acting_in(at.organization):
        story = world.item(at.owner, of=world.campaign(at.owner, name="Read first", needs_review=True))
        share = world.draft(at.member, story)
        share = ask_for_review(share, by=at.member, seen_sha256=shown_post(share).digest())
        pass_review(share, by=at.owner, seen_sha256=words_sha256(share))
        return share


def test_read_is_said_of_exactly_these_words(at: Desk, was_read: Share) -> None:
    assert sentence(at, was_read).startswith("Alice has read it.")
    with acting_in(at.organization):
        Item.objects.filter(pk=was_read.item_id).update(title="Another title")
    assert sentence(at, was_read) == "A draft. Nothing goes out before you approve it."


def test_a_campaign_that_asks_for_no_reading_any_more_says_nothing_of_it(at: Desk, was_read: Share) -> None:
    with acting_in(at.organization):
        Campaign.objects.filter(pk=was_read.campaign_id).update(needs_review=False)
    assert sentence(at, was_read) == "A draft. Nothing goes out before you approve it."
