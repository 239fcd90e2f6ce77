"""What our connectors do to somebody's post at the sandbox: reply, repost, like, follow, and each of them undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.networks import NETWORKS, network
from integrations.networks.base import (
    Absent,
    AfterUnknown,
    Deed,
    Found,
    Grant,
    Post,
    Published,
    Refused,
    Removed,
    Unknown,
    Uploaded,
)
from tests.integrations.sandbox.rig import SandboxProcess
from tests.integrations.sandbox.test_with_connectors import PICTURES, grant_of, post_for, publish

READS_NO_POSTS = ("linkedin",)  # its apps are told nothing of anybody's posts: what is gone is refused when it is sent
SHOWN = {Deed.REPOST: "repost", Deed.LIKE: "like", Deed.COMMENT: "comment"}
DONE = [
    pytest.param(
        one.key, deed, id=f"{one.key}-{deed}", marks=[pytest.mark.proves(SHOWN[deed])] if deed in SHOWN else []
    )
    for one in NETWORKS
    for deed in Deed
    if deed is not Deed.POST and one.posts_publicly and deed in one.deeds
]


def fan(there: SandboxProcess, key: str, deed: Deed) -> tuple[dict[str, Any], Grant]:
    """Who does it, with what this deed needs and no more; before that it is refused without a call."""
    narrow = there.account(key, "fan")
    more = network(key).deed_scopes.get(deed, frozenset())
    if grant_of(narrow).scopes:
        assert network(key).may(deed, grant_of(narrow)) == (not more - set(narrow["scopes"]))
    account = there.account(key, "fan", scopes=[*narrow["scopes"], *more])
    assert network(key).may(deed, grant_of(account))
    return account, grant_of(account)


def target_of(there: SandboxProcess, key: str, deed: Deed) -> str:
    """Where a browser sees what it is done to: somebody else's post, or their account."""
    author = there.account(key, "author")
    outcome = publish(key, post_for(key, author), grant_of(author))
    assert isinstance(outcome, Published)
    profile: Any = network(key).profile(grant_of(author))
    target = str(profile.url if deed is Deed.FOLLOW else outcome.url)
    assert network(key).target_problem(deed, target) is None
    return target


def deed_of(key: str, account: dict[str, Any], deed: Deed, target: str) -> Post:
    words = "Well said, and worth reading." if deed is Deed.COMMENT else ""
    return replace(post_for(key, account, words), text=words, media=(), deed=deed, target=target)


@pytest.mark.parametrize(("key", "deed"), DONE)
def test_a_deed_is_done_found_and_undone(there: SandboxProcess, key: str, deed: Deed) -> None:
    under_test, (account, grant) = network(key), fan(there, key, deed)
    post = deed_of(key, account, deed, target_of(there, key, deed))
    assert not [problem for problem in under_test.problems(post) if problem.blocks]
    since = datetime.now(UTC) - timedelta(minutes=1)
    looked_up = under_test.after_unknown is not AfterUnknown.OPAQUE
    if looked_up:
        assert not isinstance(under_test.find(post, grant, "attempt-1", since), Found)

    there.script(key, "accept_reset", "none")
    assert isinstance(publish(key, post, grant), Unknown)
    (done,) = [line for line in there.acceptances() if line["account_id"] == account["account_id"]]
    assert (done["deed"], done["text"]) == (str(deed), post.text)
    assert done["target"]
    found = under_test.find(post, grant, "attempt-1", since) if looked_up else None
    assert isinstance(found, Found) or not looked_up
    external_id = found.external_id if isinstance(found, Found) else done["external_id"]
    if under_test.after_unknown is AfterUnknown.REPLAY:
        again = publish(key, post, grant)
        assert isinstance(again, Published), again
        assert again.external_id == external_id
        assert len(there.acceptances()) == 2, "a repeat is nothing new"
    if under_test.can_remove:
        for _ in range(2):
            assert under_test.remove(external_id, grant) == Removed()
        assert there.lines()[-1]["removed"] == done["external_id"]
        after = under_test.find(post, grant, "attempt-1", since) if looked_up else Absent()
        assert not isinstance(after, Found)


@pytest.mark.parametrize(("key", "deed"), DONE)
def test_what_is_not_there_is_refused_before_anything_is_done(there: SandboxProcess, key: str, deed: Deed) -> None:
    account, grant = fan(there, key, deed)
    target = target_of(there, key, deed)
    last = target.rstrip("/").rpartition("/")[2]
    gone = target.replace(last, ("2" if last[:1] != "@" else "@nobody") + last[2:])
    elsewhere = deed_of(key, account, deed, "https://example.com/@nobody/12")
    for post in (elsewhere,) if key in READS_NO_POSTS else (deed_of(key, account, deed, gone), elsewhere):
        assert isinstance(network(key).upload(post, grant, PICTURES.__getitem__), Refused)
    assert not isinstance(network(key).publish(deed_of(key, account, deed, gone), grant, "k", Uploaded()), Published)
    assert [line for line in there.acceptances() if line["account_id"] == account["account_id"]] == []
