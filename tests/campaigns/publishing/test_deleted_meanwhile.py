"""A Bluesky post whose answer got lost: repeated where it never came, never put up again after its owner deleted it.

putRecord of the same bytes is harmless while the record stands; once it was deleted it would bring it back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.tenancy import acting_in
from campaigns.actions.shares import withdraw_share
from campaigns.models import Share, Statement
from campaigns.publishing import findings
from campaigns.publishing.balance import differences
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Absent, CannotTell, Found, Post, Removed
from integrations.tokens import open_grant
from tests.campaigns.publishing.posting import Desk, account, again, due, let_time_pass, publish, settled
from tests.integrations.sandbox.rig import SandboxProcess


def sent_without_an_answer(at: Desk, sandbox: SandboxProcess, fault: str) -> tuple[Share, Connection]:
    connection = account(at, sandbox, "bluesky")
    share = due(at, connection)
    sandbox.script("bluesky", fault)
    publish()
    assert again(at, share).state == "unknown"
    return share, connection


def delete_it_there(at: Desk, connection: Connection, sandbox: SandboxProcess) -> None:
    """As its owner does, in Bluesky's own app."""
    (post,) = sandbox.acceptances()
    with acting_in(at.organization):
        grant = open_grant(connection)
    assert network("bluesky").remove(post["external_id"], grant) == Removed()


def standing(sandbox: SandboxProcess) -> int:
    return len(sandbox.acceptances()) - len([line for line in sandbox.lines() if "removed" in line])


def test_what_is_there_is_found_and_not_sent_again(at: Desk, sandbox: SandboxProcess) -> None:
    share, _ = sent_without_an_answer(at, sandbox, "accept_reset")
    assert settled(at, share).state == "published"
    assert publish() == 0
    assert [line["replay"] for line in sandbox.lines()] == [False]


def test_what_never_came_is_sent_again_under_its_key(at: Desk, sandbox: SandboxProcess) -> None:
    share, _ = sent_without_an_answer(at, sandbox, "reset_before")
    key = again(at, share).attempt_key
    assert settled(at, share).state == "scheduled"
    publish()
    assert (again(at, share).state, again(at, share).attempt_key) == ("published", key)
    assert len(sandbox.acceptances()) == 1
    with acting_in(at.organization):
        assert Statement.objects.count() == 0  # a look-up before a repeat proves nothing more
    assert differences() == []


def test_what_its_owner_deleted_stays_deleted(at: Desk, sandbox: SandboxProcess) -> None:
    share, connection = sent_without_an_answer(at, sandbox, "accept_reset")
    delete_it_there(at, connection, sandbox)
    held = settled(at, share)
    assert (held.state, held.held_reason) == ("held", "could_not_tell")
    assert publish() == 0
    assert (len(sandbox.acceptances()), standing(sandbox)) == (1, 0)
    assert differences() == []


def test_taken_back_and_deleted_there_it_is_withdrawn(at: Desk, sandbox: SandboxProcess) -> None:
    share, connection = sent_without_an_answer(at, sandbox, "accept_reset")
    delete_it_there(at, connection, sandbox)
    with acting_in(at.organization):
        withdraw_share(again(at, share), by=at.member)
    assert settled(at, share).state == "withdrawn"
    assert (publish(), standing(sandbox)) == (0, 0)


def test_another_post_before_it_is_no_reason_to_ask(at: Desk, sandbox: SandboxProcess) -> None:
    connection = account(at, sandbox, "bluesky")
    first = due(at, connection, "The first one.")
    publish()
    assert again(at, first).state == "published"
    second = due(at, connection, "The second one.")
    sandbox.script("bluesky", "reset_before")
    let_time_pass(at, second, timedelta(hours=1))
    publish()
    assert settled(at, second).state == "scheduled"
    publish()
    assert again(at, second).state == "published"
    assert len(sandbox.acceptances()) == 2


def test_a_silent_network_is_asked_again_and_then_the_person(
    at: Desk, sandbox: SandboxProcess, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    share, _ = sent_without_an_answer(at, sandbox, "accept_reset")
    settings.OUTBOUND_ALLOWED_HOSTS = []  # nothing can be reached from here
    settings.ENGINE = {**settings.ENGINE, "settle": 0.001, "lease": 0.001}  # over long ago; half an hour is not
    assert settled(at, share).state == "unknown"
    monkeypatch.setattr(findings, "SILENCE", timedelta())
    assert (settled(at, share).state, again(at, share).held_reason) == ("held", "could_not_tell")


def test_our_file_and_the_sandbox_agree_about_the_last_commit(at: Desk, sandbox: SandboxProcess) -> None:
    share, connection = sent_without_an_answer(at, sandbox, "accept_reset")
    where = network("bluesky")
    with acting_in(at.organization):
        grant, sent = open_grant(connection), share.attempts.get()
        post = Post.from_canonical(sent.approval.canonical)
    assert isinstance(where.find(post, grant, "", sent.intent_at), Found)
    delete_it_there(at, connection, sandbox)
    assert where.find(post, grant, "", sent.intent_at) == Absent()
    verdict = where.never_came(post, grant, sent.intent_at)
    assert isinstance(verdict, CannotTell)
    assert verdict.for_good
    assert where.never_came(post, grant, sent.intent_at + timedelta(hours=1)) == Absent()
