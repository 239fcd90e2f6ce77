"""What the networks of Meta's Graph API do alike: whose post a listed one is, and what counts as signed out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from integrations.networks import graph_api, network
from integrations.networks.base import Absent, CannotTell, Finding, Found, NeedsReconnect, TryLater, Uploaded
from tests.integrations.networks.spoken import NOW, grant_for, post_for
from tests.integrations.peer import Answer, Peer

# By network: the list of own posts, and the fields of their words and time.
LISTS = {
    "threads": ("/threads/v1.0/56/threads", "text", "timestamp"),
    "instagram": ("/instagram/v23.0/90/media", "caption", "timestamp"),
    "facebook_pages": ("/facebook_pages/v23.0/78/published_posts", "message", "created_time"),
}
MAY_SEE_FIGURES = frozenset({"threads_manage_insights"})
META = pytest.mark.parametrize("key", LISTS)


def found_among(peer: Peer, key: str, *made: object) -> Finding:
    """What a look-up makes of posts of exactly our words, one for each time."""
    path, words, time = LISTS[key]
    post = post_for(key)
    rows = [{"id": str(number), words: post.text, time: at} for number, at in enumerate(made)]
    peer.tell(path, Answer(body={"data": rows}))
    return network(key).find(post, grant_for(key, peer), "k", NOW)


@META
def test_an_older_post_of_the_same_words_is_not_ours(peer: Peer, key: str) -> None:
    assert not isinstance(found_among(peer, key, "2020-11-20T09:31:00+0000"), Found)
    both = found_among(peer, key, "2020-11-20T09:31:00+0000", "2026-11-20T09:31:00+0000")
    assert isinstance(both, Found)
    assert both.external_id == "1"


@META
@pytest.mark.parametrize("made", [None, "", "yesterday", 7, {}])
def test_a_post_that_does_not_say_when_it_was_made_is_a_doubt(peer: Peer, key: str, made: object) -> None:
    assert isinstance(found_among(peer, key, made), CannotTell)


@pytest.mark.parametrize(("key", "field"), [("threads", "status"), ("instagram", "status_code")])
def test_a_containers_state_settles_what_the_list_does_not_show(peer: Peer, key: str, field: str) -> None:
    node, make, _ = LISTS[key][0].rpartition("/")
    node, post, grant = node.rpartition("/")[0], post_for(key), grant_for(key, peer)
    not_listed, not_shown = CannotTell(graph_api.NOT_LISTED), CannotTell(graph_api.NOT_SHOWN)

    def became(*states: str, doubt: CannotTell = not_listed) -> Finding:
        names = [f"17{number}" if state else "" for number, state in enumerate(states)]
        for name, state in zip(names, states, strict=True):
            peer.tell(f"{node}/{name}", Answer(body={"id": name, field: state}))
        return network(key).became_of(post, grant, names, doubt)

    out = CannotTell(graph_api.OUT, is_out=True)
    for states, doubt in ((["PUBLISHED"], not_shown), (["FINISHED", "PUBLISHED"], not_listed)):
        assert became(*states, doubt=doubt) == out
    for unclear in (["IN_PROGRESS"], ["ERROR"], ["odd"], ["FINISHED", "ERROR"], ["FINISHED", ""]):
        assert became(*unclear) == not_listed
    peer.tell(f"{node}/170", Answer(500), Answer(400, {"error": {"code": 100, "error_subcode": 33}}))
    assert network(key).became_of(post, grant, ["170"], not_listed) == not_listed
    assert network(key).became_of(post, grant, ["170"], not_listed) == not_listed
    assert became("FINISHED", doubt=not_shown) == not_shown  # the list was not read
    assert became("EXPIRED") == became("EXPIRED", "FINISHED") == Absent()
    # The repeat goes on with the container that is still ready, and makes no other.
    peer.tell(f"{node}/171", Answer(body={field: "FINISHED"}))
    assert network(key).upload(post, grant, lambda _: b"") == Uploaded({post.digest(): "171"})
    assert not [asked for asked in peer.asked if asked.method == "POST"]
    peer.tell(f"{node}/171", Answer(body={field: "PUBLISHED"}))
    assert isinstance(network(key).upload(post, grant, lambda _: b""), TryLater)


@META
@pytest.mark.parametrize("status", [401, 403])
def test_a_firewalls_page_signs_nobody_out(peer: Peer, key: str, status: int) -> None:
    for body, kind in ((b"<html>Forbidden</html>", TryLater), ({"error": {"code": 190}}, NeedsReconnect)):
        peer.tell_any(Answer(status, body))
        grant = grant_for(key, peer)
        assert isinstance(network(key).profile(grant), kind)
        assert isinstance(network(key).accounts(grant), kind)
        assert isinstance(network(key).figures(["1"], replace(grant, scopes=MAY_SEE_FIGURES)), kind)
