"""Answers that lie or say too little, and workers that die between two steps (reliability.md rows 9 to 13).

Every test counts what the networks really accepted.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from accounts.tenancy import acting_in
from campaigns.media_store import read_media
from campaigns.models import Attempt, Share
from campaigns.publishing.balance import differences
from campaigns.publishing.claim import Claimed, claim
from campaigns.publishing.intent import commit_intent
from campaigns.publishing.work import upload
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Grant, Post, Published, Removed, Unknown, Uploaded
from integrations.tokens import fresh_grant, open_grant
from tests.campaigns.publishing.posting import (
    Desk,
    account,
    again,
    come_due,
    due,
    due_with_picture,
    planned,
    publish,
    settled,
)
from tests.integrations.sandbox.rig import SandboxProcess

ALL = ["mastodon", "x", "bluesky", "linkedin"]


def grant_of(at: Desk, connection: Connection) -> Grant:
    with acting_in(at.organization):
        return open_grant(connection)


def approved_post(at: Desk, share: Share) -> Post:
    with acting_in(at.organization):
        approval = again(at, share).approval
        assert approval is not None
        return Post.from_canonical(approval.canonical)


# --- row 9: an error although it was accepted ---------------------------------------------------------


@pytest.mark.parametrize("fault", ["status_500_after", "status_400_after"])
@pytest.mark.parametrize("key", ALL)
def test_an_error_after_acceptance_is_no_second_post(at: Desk, sandbox: SandboxProcess, key: str, fault: str) -> None:
    share = due(at, account(at, sandbox, key))
    sandbox.script(key, fault)
    publish()
    assert again(at, share).state == "unknown"
    settled(at, share)
    publish()
    assert again(at, share).state == ("held" if key == "linkedin" else "published")
    assert len(sandbox.acceptances()) == 1
    assert differences() == []


# --- row 10: Mastodon's key is best effort ------------------------------------------------------------


@pytest.mark.parametrize(("age", "accepted"), [(timedelta(minutes=55), 1), (timedelta(), 2)])
def test_mastodon_is_looked_up_where_its_key_may_be_over(
    at: Desk, sandbox: SandboxProcess, age: timedelta, accepted: int
) -> None:
    """The server has forgotten the key at once: only the look-up saves it. A young send shows that the test bites."""
    share = due(at, account(at, sandbox, "mastodon"))
    sandbox.settings(idempotency_seconds=0.0)
    try:
        sandbox.script("mastodon", "accept_reset")
        publish()
        with acting_in(at.organization):
            Attempt.objects.update(intent_at=F("intent_at") - age)
        settled(at, share)
        publish()
        assert again(at, share).state == "published"
        assert len(sandbox.acceptances()) == accepted
    finally:
        sandbox.settings(idempotency_seconds=3600.0)


# --- row 11: Bluesky's replay -----------------------------------------------------------------------


def test_a_hundred_replays_at_bluesky_are_one_record(at: Desk, sandbox: SandboxProcess) -> None:
    connection = account(at, sandbox, "bluesky")
    share = planned(at, connection)
    post, grant = approved_post(at, share), grant_of(at, connection)
    answers = [network("bluesky").publish(post, grant, str(share.attempt_key), Uploaded()) for _ in range(100)]
    assert len({answer.external_id for answer in answers if isinstance(answer, Published)}) == 1
    assert [line["replay"] for line in sandbox.lines()] == [False] + [True] * 99


# --- row 12: a duplicate is evidence, not proof -------------------------------------------------------


@pytest.mark.parametrize("is_ghost", [False, True])
def test_linkedins_duplicate_is_never_sent_again(at: Desk, sandbox: SandboxProcess, is_ghost: bool) -> None:
    """The same text stands there, or stood there and was deleted: LinkedIn names it, and lets nobody look."""
    connection = account(at, sandbox, "linkedin")
    share = planned(at, connection)
    post, grant = approved_post(at, share), grant_of(at, connection)
    first = network("linkedin").publish(post, grant, "", Uploaded())
    assert isinstance(first, Published)
    if is_ghost:
        assert network("linkedin").remove(first.external_id, grant) == Removed()
    sandbox.settings(ghost_duplicates=is_ghost)
    try:
        come_due(at, share)
        publish()
        assert again(at, share).state == "unknown"
        held = settled(at, share)
        assert (held.state, held.held_reason) == ("held", "could_not_tell")
        assert publish() == 0
    finally:
        sandbox.settings(ghost_duplicates=False)
    assert len(sandbox.acceptances()) == 1


def test_xs_duplicate_is_looked_up_and_adopted(at: Desk, sandbox: SandboxProcess) -> None:
    """X says 403 without naming the post; the post with our link is there, so it is this one."""
    connection = account(at, sandbox, "x")
    share = planned(at, connection)
    first = network("x").publish(approved_post(at, share), grant_of(at, connection), "", Uploaded())
    assert isinstance(first, Published)
    come_due(at, share)
    publish()
    assert again(at, share).state == "unknown"
    assert (settled(at, share).state, again(at, share).external_id) == ("published", first.external_id)
    assert (publish(), len(sandbox.acceptances())) == (0, 1)


# --- row 13: a worker dies after each step ------------------------------------------------------------


@pytest.fixture
def pictures(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def die_after(step: str, at: Desk, claimed: Claimed, share: Share) -> None:
    """What a worker does up to that step, and not one line more."""
    if step == "claim":
        return
    grant = fresh_grant(at.organization.pk, claimed.connection_id)
    assert isinstance(grant, Grant)
    post = approved_post(at, share)
    uploaded = upload(post, grant, lambda sha256: read_media(at.organization.pk, sha256))
    assert isinstance(uploaded, Uploaded)
    if step == "upload":
        return
    hashes = frozenset(picture.sha256 for picture in post.pictures())
    intent = commit_intent(claimed, picture_hashes=hashes)
    assert intent is not None
    if step == "send":
        network(post.network).publish(intent.post, grant, intent.attempt_key, uploaded)


@pytest.mark.usefixtures("pictures")
@pytest.mark.parametrize("step", ["claim", "upload", "intent", "send"])
@pytest.mark.parametrize("key", ["mastodon", "x", "bluesky"])
def test_killed_after_each_step_it_is_one_post(at: Desk, sandbox: SandboxProcess, key: str, step: str) -> None:
    share = due_with_picture(at, account(at, sandbox, key))
    (claimed,) = claim([at.organization.pk], limit=5)
    die_after(step, at, claimed, share)
    settled(at, share)  # its lease is over
    settled(at, share)  # and, where it was on its way, its settle time
    publish()
    assert again(at, share).state == "published"
    (post,) = sandbox.acceptances()
    assert len(post["media"]) == 1
    assert orphans(sandbox, key) == (1 if step in BROUGHT_TWICE[key] else 0)
    assert differences() == []


# Bluesky names a picture by its content. Mastodon's replay brings it again, though its key then tells the post's first.
BROUGHT_TWICE = {"mastodon": ("upload", "intent", "send"), "x": ("upload", "intent"), "bluesky": ()}


def orphans(sandbox: SandboxProcess, key: str) -> int:
    """Pictures brought there that no post shows: seen by nobody, and dropped by the networks themselves in time."""
    return int(sandbox.get("/sandbox/health")["uploads"].get(key, 0)) - 1


def test_a_dropped_answer_is_unclear_for_every_network(at: Desk, sandbox: SandboxProcess) -> None:
    """The connectors themselves never call a lost answer anything else."""
    for key in ALL:
        connection = account(at, sandbox, key, f"lost-{key}")
        sandbox.script(key, "accept_reset")
        post = approved_post(at, planned(at, connection, f"Lost at {key}."))
        assert isinstance(network(key).publish(post, grant_of(at, connection), "key", Uploaded()), Unknown)
