"""The page after the post: figures with their time, answers as plain words, and all of it for its author alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from accounts.tenancy import acting_in
from campaigns.actions.by_hand import post_by_hand_is_out
from campaigns.figure_reading import read_due_figures
from campaigns.models import FigureClock, Share
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, account, due, publish
from tests.campaigns.publishing.test_figures import aged, told
from tests.integrations.sandbox.rig import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def out(at: Desk, sandbox: SandboxProcess) -> Share:
    cache.clear()
    share = due(at, account(at, sandbox, "mastodon"))
    publish()
    return aged(at, share)


def opened(at: Desk, path: str, by: Member, status: int = 200) -> str:
    client = Client()
    assert by.user is not None
    client.force_login(by.user)
    answer = client.get(f"/o/{at.organization.slug}/{path}")
    assert answer.status_code == status
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def test_the_author_sees_what_became_of_it_and_who_answered(at: Desk, sandbox: SandboxProcess, out: Share) -> None:
    page = f"shares/{out.public_id}/after/"
    assert "We look at it about an hour after it went out" in opened(at, "results/", at.member)
    told(sandbox, out, likes=1207, reposts=0, answers=[{"by": "Ann", "text": "<script>alert(1)</script> Well said"}])
    read_due_figures()
    results = opened(at, "results/", at.member)
    assert "1,207" in results
    assert "Not known" in results  # views: Mastodon does not count them
    words = opened(at, page, at.member)
    assert "1,207" in words
    assert "Ann" in words
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Well said" in words


def test_answers_are_kept_some_minutes_and_a_silent_network_is_said(
    at: Desk, sandbox: SandboxProcess, out: Share
) -> None:
    page = f"shares/{out.public_id}/after/"
    assert "Nobody so far." in opened(at, page, at.member)
    told(sandbox, out, answers=[{"by": "Ann", "text": "Late"}])
    assert "Nobody so far." in opened(at, page, at.member)
    cache.clear()
    sandbox.revoke("mastodon", "bob")
    assert "Mastodon did not show the answers just now." in opened(at, page, at.member)


def test_nobody_else_sees_a_single_posts_figures(at: Desk, sandbox: SandboxProcess, out: Share) -> None:
    with acting_in(at.organization):
        carol = world.person("Carol")
    for other in (at.owner, carol):
        opened(at, f"shares/{out.public_id}/after/", other, status=404)


def test_a_post_by_hand_and_figures_that_were_erased_say_so(at: Desk, out: Share) -> None:
    with acting_in(at.organization):
        by_hand = post_by_hand_is_out(world.approved(world.draft_by_hand(at.member, at.story)), by=at.member)
        FigureClock.objects.update(next_at=None)
    page = f"shares/{out.public_id}/after/"
    assert "Mastodon told us nothing about this post." in opened(at, page, at.member)
    with acting_in(at.organization):
        Share.objects.filter(pk=out.pk).update(published_at=timezone.now() - timedelta(days=400))
    assert "are kept for a short time only, and are gone." in opened(at, page, at.member)
    assert "no network shows us." in opened(at, f"shares/{by_hand.public_id}/after/", at.member)
