"""Whatever a server says, each call of a network answers one of its declared kinds: nothing breaks, and no answer that
may stand for a post is taken for none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.test import override_settings

from integrations import oauth
from integrations.networks import NETWORKS, network
from integrations.networks.base import CannotTell, Deed, Network, OAuth, Picture, Published, Secret, Unknown
from integrations.sign_in_refusals import SignInFailed
from tests.integrations.networks.spoken import (
    NOW,
    SPOKEN,
    STRONG,
    TARGETS,
    UNDONE,
    deed_for,
    grant_for,
    post_for,
    waiting,
)
from tests.integrations.peer import Answer, Peer

OUTSIDE = pytest.mark.parametrize(
    "under_test", [one for one in NETWORKS if one.posts_publicly], ids=lambda o: str(o.key)
)
STATUSES = (200, 201, 202, 204, 206, 302, 304, 400, 401, 403, 404, 409, 410, 418, 422, 429, 500, 502, 503, 520)
BODIES: tuple[object, ...] = (
    b"",
    b"{",
    b"\xff\xfe\x00",
    b"<html>a proxy's page</html>",
    None,
    [],
    [[]],
    [None],
    "a text",
    7,
    {},
    {"data": None},
    {"data": []},
    {"data": {"id": None}},
    {"data": {"id": {"a": 1}}},
    {"id": None},
    {"id": []},
    {"id": 12},
    {"id": "", "url": 5},
    {"uri": 5, "cid": None},
    {"error": None},
    {"error": {"code": "x", "message": None}},
    {"error": ["x"], "errors": "x", "message": 5, "status": "x", "title": None, "detail": []},
    {"records": None, "feed": 5, "posts": {}, "statuses": 1, "value": None},
    {"access_token": None, "expires_in": "soon"},
    {"access_token": 5, "expires_in": -1, "refresh_token": []},
    {"access_token": "new", "expires_in": 10**30},
)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Retry-After": "soon", "x-rate-limit-reset": "never", "Content-Type": "text/html; charset=none-such"},
    {"Retry-After": "-5", "x-rate-limit-reset": "99999999999999999999", "x-restli-id": ""},
)
PICTURE = Picture("ab" * 32, "image/jpeg", "A chart", 1200, 900)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each of ten thousand calls, which pytest would lay out twice."""
    monkeypatch.setattr(logging.getLogger("integrations.http"), "disabled", True)


def calls(under_test: Network, peer: Peer) -> dict[str, Callable[[], Any]]:
    grant, post = grant_for(under_test.key, peer), post_for(under_test.key)
    pictured = replace(post, media=(PICTURE,))
    there = SPOKEN[under_test.key].external_id
    since = NOW - timedelta(minutes=5)
    return {
        "publish": lambda: under_test.publish(post, grant, "key", waiting(post)),
        "upload": lambda: under_test.upload(pictured, grant, lambda _: b"a picture"),
        "find": lambda: under_test.find(post, grant, "key", since),
        "became_of": lambda: under_test.became_of(post, grant, ["1789"], CannotTell("?")),
        "never_came": lambda: under_test.never_came(post, grant, since),
        "remove": lambda: under_test.remove(there, grant),
        "refresh": lambda: under_test.refresh(grant),
        "revoke": lambda: under_test.revoke(grant),
        "granted": lambda: under_test.granted(grant),
        "profile": lambda: under_test.profile(grant),
        "followers": lambda: under_test.followers(grant) if under_test.gives_followers else None,
    }


MAY_STAND_FOR_A_POST = tuple(status for status in STATUSES if status < 400 or status >= 500)


@OUTSIDE
@pytest.mark.parametrize(
    "call",
    [
        "publish",
        "upload",
        "find",
        "became_of",
        "never_came",
        "remove",
        "refresh",
        "revoke",
        "granted",
        "profile",
        "followers",
    ],
)
def test_nonsense_is_answered_in_kind(under_test: Network, call: str, peer: Peer, monkeypatch: Any) -> None:
    """Every body with the statuses that differ, and every status with spoilt headers."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)  # waits for what the network still works on
    odd = [*product((200, 400, 500), BODIES, HEADERS[:1]), *product(STATUSES, BODIES[:1], HEADERS)]
    ask, broke = calls(under_test, peer)[call], []
    for status, body, headers in odd:
        peer.tell_any(Answer(status, body, headers))
        try:
            answered = ask()
        except Exception as error:
            broke.append((status, body, headers, error))
            continue
        if call == "publish" and status in MAY_STAND_FOR_A_POST and not isinstance(answered, Unknown | Published):
            broke.append((status, body, headers, answered))
    assert broke == []


ODD_TARGETS: tuple[object, ...] = (
    {"statuses": [{"id": None}], "accounts": [7]},
    {"statuses": [{"id": [], "url": {}}], "accounts": [{"acct": None}]},
    {"id": "113", "reblog": "x"},
    [{"id": 34, "following": "x"}],
    {"did": [], "id": 5, "service": [None]},
    {"uri": STRONG["uri"], "cid": [], "value": {"reply": {"root": 7}}},
)


@pytest.mark.parametrize("key", TARGETS)
def test_nonsense_about_a_deed_is_answered_in_kind(key: str, peer: Peer) -> None:
    """Nothing breaks, and what may stand for a deed is never taken for none."""
    under_test, grant = network(key), grant_for(key, peer)
    broke: list[tuple[object, ...]] = []
    odd = [(200, body) for body in (*BODIES, *ODD_TARGETS)] + [
        (status, {"error": "Odd"}) for status in (202, 302, 403, 404, 500)
    ]
    with override_settings(NETWORKS={key: {"directory_url": peer.url}}):
        for (status, body), deed in product(odd, [one for one in Deed if one is not Deed.POST]):
            peer.tell_any(Answer(status, body))
            post, found = deed_for(key, deed)
            try:
                under_test.upload(post, grant, lambda _: b"")
                under_test.find(post, grant, "key", NOW - timedelta(minutes=5))
                under_test.remove(UNDONE[key][deed], grant)
                done = under_test.publish(post, grant, "key", found)
            except Exception as error:
                broke.append((deed, status, body, error))
                continue
            if status in MAY_STAND_FOR_A_POST and not isinstance(done, Unknown | Published):
                broke.append((deed, status, body, done))
    assert broke == []


SIGNS_IN = pytest.mark.parametrize(
    "under_test",
    [one for one in NETWORKS if one.posts_publicly and not one.many_servers and isinstance(one.sign_in(), OAuth)],
    ids=lambda o: str(o.key),
)


@SIGNS_IN
def test_a_nonsensical_token_is_no_sign_in(under_test: Network, peer: Peer, monkeypatch: Any) -> None:
    """It ends in a sentence, or in a grant with what the server did say."""
    offer = under_test.sign_in()
    assert isinstance(offer, OAuth)
    here = replace(offer, token_url=f"{peer.url}/token", client_id="us", client_secret=Secret("ours"))
    monkeypatch.setattr(oauth, "offered_sign_in", lambda *_: here)
    for status, body, headers in product((200, 400, 500), BODIES, HEADERS):
        peer.tell_any(Answer(status, body, headers))
        try:
            said = oauth.app_is_known(under_test, "")
        except SignInFailed:
            continue
        assert said in (True, False)
