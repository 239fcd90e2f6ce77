"""Threads' replies as Meta's pages show them, its count of 500, containers, and how a lost answer is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from integrations import lent_pictures
from integrations.networks import graph_api, network
from integrations.networks.base import (
    Account,
    CannotTell,
    Connected,
    Deed,
    Found,
    NeedsReconnect,
    OAuth,
    Picture,
    Published,
    Refreshed,
    Refused,
    Removed,
    RevokeByHand,
    StillThere,
    TryLater,
    Unknown,
    Uploaded,
)
from integrations.networks.threads_deeds import place_of
from integrations.sandbox.counting import threads_length
from tests.integrations.networks.spoken import NOW, TRACKED, grant_for, post_for, waiting
from tests.integrations.peer import Answer, Peer, reset

THREADS = network("threads")
BASE = "/threads/v1.0"
PUBLISH, MAKE, LIMIT = f"{BASE}/56/threads_publish", f"{BASE}/56/threads", f"{BASE}/56/threads_publishing_limit"


def error(status: int, code: int, sub_code: int = 0, **headers: str) -> Answer:
    body: dict[str, object] = {"message": "…", "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return Answer(status, {"error": body | ({"error_subcode": sub_code} if sub_code else {})}, headers)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(401, 190), NeedsReconnect),
        (error(400, 190, 463), NeedsReconnect),
        (error(400, 102), NeedsReconnect),
        (error(403, 10), NeedsReconnect),
        (error(403, 200), NeedsReconnect),
        (error(403, 299), NeedsReconnect),
        (error(400, 368), Refused),
        (error(400, 10, 4279013), Refused),
        (error(403, 1, 2207051), Refused),
        (error(400, 4), TryLater),
        (error(400, 17), TryLater),
        (error(400, 32), TryLater),
        (error(400, 341), TryLater),
        (error(400, 613), TryLater),
        (error(400, 24, 4279009), Unknown),  # before it was finished, or after it was published: it does not say
        (error(400, 100), Unknown),
        (error(400, 1), Unknown),
        (error(503, 2), Unknown),
        (error(500, 190), Unknown),
    ],
    ids=lambda value: str(value.body["error"]) if isinstance(value, Answer) else None,  # type: ignore[index]  # a dict
)
def test_what_a_reply_means(peer: Peer, answer: Answer, kind: type) -> None:
    peer.tell(PUBLISH, answer)
    post = post_for("threads")
    outcome = THREADS.publish(post, grant_for("threads", peer), "k", waiting(post))
    assert type(outcome) is kind
    if isinstance(outcome, TryLater):
        assert outcome.whole_app == (answer.body["error"]["code"] in (4, 341))  # type: ignore[index]  # a dict


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("plain", 5),
        ("Zażółć", 6),
        ("漢字", 2),
        ("🎉", 4),  # "emojis are counted as the number of UTF-8 bytes"
        ("❤️", 6),
        ("👩‍👩‍👧", 18),
        ("🇵🇱", 8),
        ("1️⃣", 7),
        ("ok 👍🏽", 11),
    ],
)
def test_emoji_count_as_their_bytes(text: str, length: int) -> None:
    assert THREADS.length(text) == length == threads_length(text)


def test_at_most_five_addresses() -> None:
    five = " ".join(f"https://a.example/{number}" for number in range(5))
    assert not THREADS.problems(post_for("threads", f"{five} https://a.example/4"))
    codes = [problem.code for problem in THREADS.problems(post_for("threads", f"{five} https://a.example/5"))]
    assert codes == ["too_many_links"]


def prepared(peer: Peer, *states: str) -> Any:
    peer.tell(MAKE, Answer(body={"id": "1789"}))
    peer.tell(f"{BASE}/1789", *[Answer(body={"id": "1789", "status": state}) for state in states])
    return THREADS.upload(post_for("threads"), grant_for("threads", peer), lambda _: b"")


def test_a_container_is_waited_for(peer: Peer) -> None:
    assert prepared(peer, "IN_PROGRESS", "FINISHED") == waiting(post_for("threads"))
    assert isinstance(prepared(peer, "ERROR"), Refused)
    assert isinstance(prepared(peer, "EXPIRED"), Refused)
    assert isinstance(prepared(peer, "ODD"), TryLater)


def test_nothing_that_goes_wrong_before_publishing_is_unclear(peer: Peer) -> None:
    refused = ((error(400, 100), Refused), (error(400, 100, 33), NeedsReconnect))
    for answer, kind in ((Answer(act=reset), TryLater), (Answer(500), TryLater), *refused):
        peer.tell(MAKE, answer)
        assert type(THREADS.upload(post_for("threads"), grant_for("threads", peer), lambda _: b"")) is kind
    peer.tell(LIMIT, Answer(body={"data": [{"quota_usage": 250, "config": {"quota_total": 250}}]}))
    full = THREADS.upload(post_for("threads"), grant_for("threads", peer), lambda _: b"")
    assert isinstance(full, TryLater)
    assert full.after == timedelta(hours=1)


def test_several_pictures_are_a_carousel(peer: Peer, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    pictures = (Picture("ab", "image/png", "A chart"), Picture("cd", "image/jpeg"))
    post = replace(post_for("threads"), media=pictures)
    peer.tell(MAKE, Answer(body={"id": "1"}), Answer(body={"id": "2"}), Answer(body={"id": "3"}))
    peer.tell(f"{BASE}/1", Answer(body={"status": "IN_PROGRESS"}), Answer(body={"status": "FINISHED"}))
    for made in "23":
        peer.tell(f"{BASE}/{made}", Answer(body={"status": "FINISHED"}))
    assert THREADS.upload(post, grant_for("threads", peer), lambda _: b"bytes") == Uploaded({post.digest(): "3"})
    first, second, whole = (asked.form() for asked in peer.asked if asked.path == MAKE)
    assert (first["media_type"], first["is_carousel_item"], first["alt_text"]) == ("IMAGE", "true", "A chart")
    assert first["image_url"].startswith(settings.SITE_ADDRESS + "/lent/")
    assert "alt_text" not in second
    assert whole == {"media_type": "CAROUSEL", "children": "1,2", "text": post.text}
    assert list((tmp_path / "lent").iterdir()) == []
    looked = [asked.path.rpartition("/")[2] for asked in peer.asked[1:]]  # after the quota
    assert looked == ["threads", "threads", "1", "1", "2", "threads", "3"]  # both are made before one is looked at


def test_a_picture_is_lent_for_longer_than_it_may_be_worked_on(settings: Any) -> None:
    longest = graph_api.PREPARED_WITHIN + graph_api.WAITS[-1] + settings.ENGINE["call_timeout"]
    assert longest < lent_pictures.GOOD_FOR


def test_containers_are_waited_for_together_and_not_for_ever(
    peer: Peer, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(graph_api, "PREPARED_WITHIN", 0.2)
    monkeypatch.setattr(graph_api, "WAITS", (0.05,))
    post = replace(post_for("threads"), media=tuple(Picture(sha, "image/png") for sha in ("ab", "cd", "ef")))
    peer.tell(MAKE, Answer(body={"id": "1"}))
    peer.tell(f"{BASE}/1", Answer(body={"status": "IN_PROGRESS"}))
    assert isinstance(THREADS.upload(post, grant_for("threads", peer), lambda _: b"bytes"), TryLater)
    assert list((tmp_path / "lent").iterdir()) == []


def listed(*rows: Mapping[str, object], more: bool = False) -> Answer:
    return Answer(body={"data": list(rows), "paging": {"next": "https://next"} if more else {}})


def test_a_lost_answer_is_looked_up(peer: Peer) -> None:
    post, grant = replace(post_for("threads"), tracked_address=TRACKED), grant_for("threads", peer)
    mine = {"id": "9", "text": "shown otherwise", "permalink": "https://t.example/9", "link_attachment_url": TRACKED}
    other = {"id": "8", "text": "Good morning", "timestamp": "2026-11-20T09:31:00+0000"}
    peer.tell(MAKE, listed(mine))
    assert THREADS.find(post, grant, "k", NOW) == Found("9", "https://t.example/9")
    assert peer.asked[0].query["since"] == [str(int((NOW - timedelta(minutes=2)).timestamp()))]
    for answer in (listed(other), listed(), listed(other, more=True), error(400, 190)):
        peer.tell(MAKE, answer)
        assert isinstance(THREADS.find(post, grant, "k", NOW), CannotTell)  # the list may be behind


def test_sign_in_brings_a_token_of_sixty_days(peer: Peer) -> None:
    sign_in = THREADS.sign_in()
    assert isinstance(sign_in, OAuth)
    assert (sign_in.pkce, sign_in.client_auth) == (False, "body")
    peer.tell("/threads/access_token", Answer(body={"access_token": "long", "expires_in": 5183944}))
    peer.tell(f"{BASE}/me", Answer(body={"id": "56", "username": "ann", "name": "Ann"}))
    (found,) = THREADS.accounts(grant_for("threads", peer))  # type: ignore[misc]  # one account, as told above
    assert isinstance(found, Connected)
    assert found.account == Account(id="56", handle="@ann", name="Ann", url=f"{peer.url}/threads/@ann")
    assert found.grant.access_token.reveal() == "long"
    assert found.grant.expires_at is not None
    assert abs(found.grant.expires_at - datetime.now(UTC) - timedelta(seconds=5183944)) < timedelta(minutes=1)
    assert peer.asked[0].query["grant_type"] == ["th_exchange_token"]
    peer.tell("/threads/access_token", error(400, 190))
    assert isinstance(THREADS.accounts(grant_for("threads", peer)), NeedsReconnect)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(body={"access_token": "new", "token_type": "bearer", "expires_in": 5183944}), Refreshed),
        (error(400, 190, 463), NeedsReconnect),
        (error(400, 102), NeedsReconnect),
        (error(400, 4), TryLater),
        (error(400, 10), TryLater),  # not old enough to be renewed
        (error(403, 200), TryLater),
        (Answer(403, b"<html>a firewall's page</html>"), TryLater),
        (Answer(200, {"token_type": "bearer"}), TryLater),
        (Answer(503), TryLater),
        (Answer(act=reset), TryLater),  # asked again without harm: no token is spent
    ],
)
def test_a_token_renews_itself(peer: Peer, answer: Answer, kind: type) -> None:
    peer.tell("/threads/refresh_access_token", answer)
    refreshed = THREADS.refresh(grant_for("threads", peer))
    assert type(refreshed) is kind
    if isinstance(refreshed, Refreshed):
        assert refreshed.grant.refresh_token == refreshed.grant.access_token
    assert peer.asked[0].query["access_token"] == ["canary-access"]


def test_a_post_is_taken_down_or_shown_to_be_there(peer: Peer) -> None:
    grant, place = grant_for("threads", peer), f"{BASE}/9"
    peer.tell(place, Answer(body={"success": True, "deleted_id": "9"}))
    assert THREADS.remove("9", grant) == Removed()
    peer.tell(place, error(400, 100, 33))
    assert THREADS.remove("9", grant) == Removed()  # asked twice: neither deleted nor read, so it is gone
    peer.tell(place, error(400, 100, 33), Answer(body={"id": "9"}))
    assert isinstance(THREADS.remove("9", grant), StillThere)
    for answer, kind in ((error(400, 613), TryLater), (error(403, 200), NeedsReconnect), (error(400, 1), Unknown)):
        peer.tell(place, answer)
        assert type(THREADS.remove("9", grant)) is kind
    assert isinstance(THREADS.revoke(grant), RevokeByHand)


ORIGINAL = "https://www.threads.com/@ben.b/post/DAbc_1-x"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (ORIGINAL, ("ben.b", "DAbc_1-x")),
        ("https://threads.net/@ben.b/post/DAbc_1-x/?hl=en", ("ben.b", "DAbc_1-x")),
        ("https://www.threads.com/@ben.b", None),
        ("https://www.threads.com.evil.example/@ben.b/post/DAbc_1-x", None),
    ],
)
def test_a_post_is_known_by_its_address(address: str, place: tuple[str, str] | None) -> None:
    assert place_of(address) == place
    assert (THREADS.target_problem(Deed.REPOST, address) is None) == (place is not None)


def test_a_deed_finds_its_target_among_its_authors_posts(peer: Peer) -> None:
    grant = grant_for("threads", peer)
    post = replace(post_for("threads"), text="", deed=Deed.REPOST, target=ORIGINAL)
    listed = Answer(body={"data": [{"id": "8", "permalink": "…"}, {"id": "7", "permalink": ORIGINAL + "/"}]})
    nothing, odd = Answer(body={"data": []}), Answer(body={"data": "?"})
    peer.tell(f"{BASE}/profile_posts", listed, nothing, error(400, 10), Answer(500), odd)
    answers = [THREADS.upload(post, grant, lambda _: b"") for _ in range(5)]
    assert answers[0] == Uploaded(target="7")
    assert [type(answer) for answer in answers[1:]] == [Refused, NeedsReconnect, TryLater, TryLater]
    assert peer.asked[0].query["username"] == ["ben.b"]
    peer.tell(f"{BASE}/7/repost", Answer(body={"id": "99"}), error(400, 10), Answer(500), Answer(body={}))
    outcomes = [THREADS.publish(post, grant, "k", Uploaded(target="7")) for _ in range(4)]
    assert outcomes[0] == Published("99", ORIGINAL)
    assert [type(outcome) for outcome in outcomes[1:]] == [NeedsReconnect, Unknown, Unknown]


def test_a_repost_is_looked_up_by_what_it_repeats(peer: Peer) -> None:
    grant = grant_for("threads", peer)
    post = replace(post_for("threads"), text="", deed=Deed.REPOST, target=ORIGINAL)
    peer.tell(f"{BASE}/profile_posts", Answer(body={"data": [{"id": "7", "permalink": ORIGINAL}]}))
    mine = [{"id": "99", "reposted_post": {"id": "7"}}, {"id": "98", "reposted_post": {"id": "6"}}]
    peer.tell(MAKE, Answer(body={"data": mine}), Answer(body={"data": mine[1:]}), Answer(500))
    assert THREADS.find(post, grant, "k", NOW) == Found("99", ORIGINAL)
    assert all(isinstance(THREADS.find(post, grant, "k", NOW), CannotTell) for _ in range(2))
