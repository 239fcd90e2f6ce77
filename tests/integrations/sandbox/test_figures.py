"""What became of a post: our connectors against the sandbox's figures and answers, over real HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from integrations.networks import NETWORKS, network
from integrations.networks.base import Figures, FiguresRead, NeedsReconnect, Replies, Secret
from integrations.networks.figures import FIGURES, counted
from tests.integrations.sandbox.rig import Body, SandboxProcess
from tests.integrations.sandbox.test_with_connectors import grant_of, post_for, publish

TOLD = {"likes": 12, "comments": 3, "reposts": 2, "views": 340, "followers": 77}
REVIEWED = {
    "linkedin": ["w_member_social", "r_member_postAnalytics"],
    "threads": ["threads_basic", "threads_content_publish", "threads_delete", "threads_manage_insights"],
}
SHOW_FIGURES = [one.key for one in NETWORKS if one.figures_of]
SHOW_REPLIES = [one.key for one in NETWORKS if one.shows_replies]


def account_of(there: SandboxProcess, key: str) -> Body:
    more = {"scopes": REVIEWED[key]} if key in REVIEWED else {}
    return there.account(key, "writer", **more)


def tell(there: SandboxProcess, key: str, post: str, **told: object) -> None:
    there.post("/sandbox/figures", {"network": key, "post": post, **told})


@pytest.mark.proves("figures")
@pytest.mark.parametrize("key", SHOW_FIGURES)
def test_each_figure_that_is_declared_is_read_and_no_other(there: SandboxProcess, key: str) -> None:
    account = account_of(there, key)
    grant = grant_of(account)
    one, other = (publish(key, post_for(key, account, text), grant, text).external_id for text in ("One.", "Two."))
    tell(there, key, one, **TOLD)
    read: Any = network(key).figures([one, other], grant)
    wanted = {name: number for name, number in TOLD.items() if name in network(key).figures_of}
    assert read.of[one] == Figures(**wanted)
    assert read.of[other].likes == 0
    assert set(read.of) == {one, other}


@pytest.mark.parametrize("key", [key for key in SHOW_FIGURES if network(key).can_remove])
def test_a_post_that_is_gone_has_no_figures(there: SandboxProcess, key: str) -> None:
    account = account_of(there, key)
    grant = grant_of(account)
    gone = publish(key, post_for(key, account), grant).external_id
    network(key).remove(gone, grant)
    read: Any = network(key).figures([gone], grant)
    assert read.of.get(gone, Figures()) == Figures()


@pytest.mark.parametrize("key", [key for key in SHOW_FIGURES if key != "bluesky"])  # asked there without a grant
def test_a_grant_that_ended_asks_to_reconnect(there: SandboxProcess, key: str) -> None:
    account = account_of(there, key)
    grant = grant_of(account)
    post = publish(key, post_for(key, account), grant).external_id
    there.revoke(key, "writer")
    assert isinstance(network(key).figures([post], grant), NeedsReconnect)


@pytest.mark.parametrize("key", list(REVIEWED))
def test_without_the_reviewed_permission_nothing_is_asked_and_all_is_unknown(there: SandboxProcess, key: str) -> None:
    grant = replace(grant_of(there.account(key, "writer")), access_token=Secret("never asked with"))
    assert network(key).figures(["7"], grant) == FiguresRead({"7": Figures()})


@pytest.mark.parametrize("key", SHOW_REPLIES)
def test_answers_come_as_plain_words(there: SandboxProcess, key: str) -> None:
    account = there.account(key, "writer")
    grant = grant_of(account)
    post = publish(key, post_for(key, account), grant).external_id
    assert network(key).replies(post, grant) == Replies()
    tell(there, key, post, answers=[{"by": "Ann", "text": "Well <b>said</b> & done"}])
    found: Any = network(key).replies(post, grant)
    assert [(reply.author, reply.text) for reply in found.replies] == [("Ann", "Well <b>said</b> & done")]


@pytest.mark.parametrize("one", NETWORKS, ids=lambda one: str(one.key))
def test_what_is_declared_about_figures_fits_together(one: Any) -> None:
    assert one.figures_of <= set(FIGURES)
    assert bool(one.figures_of) == bool(one.figures_page)
    assert one.figures_of or not one.figures_need


@pytest.mark.parametrize("value", [None, -1, True, "12", 1.5, {}])
def test_what_is_no_number_is_unknown(value: object) -> None:
    assert counted({"likes": value}, "likes") is None
    assert counted(value, "likes") is None
