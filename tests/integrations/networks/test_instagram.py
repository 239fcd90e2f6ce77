"""Instagram's replies as its error page lists them, captions and pictures, and how a lost answer is looked up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integrations.networks import network
from integrations.networks.base import (
    Account,
    CannotTell,
    Connected,
    Found,
    NeedsReconnect,
    Picture,
    Refreshed,
    Refused,
    RevokeByHand,
    StillThere,
    TryLater,
    Unknown,
)
from tests.integrations.networks.spoken import NOW, TRACKED, grant_for, post_for, waiting
from tests.integrations.peer import Answer, Peer

INSTAGRAM = network("instagram")
BASE = "/instagram/v23.0"
PUBLISH, MEDIA = f"{BASE}/90/media_publish", f"{BASE}/90/media"


def error(status: int, code: int, sub_code: int = 0) -> Answer:
    body: dict[str, object] = {"message": "…", "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return Answer(status, {"error": body | ({"error_subcode": sub_code} if sub_code else {})})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(401, 190, 463), NeedsReconnect),
        (error(400, 102), NeedsReconnect),
        (error(403, 10), NeedsReconnect),
        (error(403, 200), NeedsReconnect),
        (error(400, 368), Refused),
        (error(403, 25, 2207050), Refused),
        (error(403, 4, 2207051), Refused),
        (error(403, 9, 2207042), TryLater),
        (error(400, -2, 2207003), TryLater),
        (error(400, 24, 2207020), TryLater),
        (error(400, 9007, 2207027), TryLater),
        (error(400, 9004, 2207052), TryLater),
        (error(400, 36001, 2207004), Refused),
        (error(400, 352, 2207026), Refused),
        (error(400, 36003), Unknown),
        (error(400, 36003, 2207009), Refused),
        (error(400, 36003, 36003), Refused),
        (error(400, 36004, 2207010), Refused),
        (error(400, 4), TryLater),
        (error(400, -1, 2207001), Unknown),
        (error(400, 100), Unknown),
        (error(500, 2), Unknown),
    ],
    ids=lambda value: str(value.body["error"]) if isinstance(value, Answer) else None,  # type: ignore[index]  # a dict
)
def test_what_a_reply_means(peer: Peer, answer: Answer, kind: type) -> None:
    peer.tell(PUBLISH, answer)
    post = post_for("instagram")
    assert type(INSTAGRAM.publish(post, grant_for("instagram", peer), "k", waiting(post))) is kind


def codes(text: str, *media: Picture) -> dict[str, bool]:
    post = replace(post_for("instagram", text), media=media)
    return {problem.code: problem.blocks for problem in INSTAGRAM.problems(post)}


def test_what_stands_in_the_way_while_typing() -> None:
    square = Picture("ab", "image/jpeg", "A chart", 100, 100)
    assert codes("Words alone.") == {"needs_picture": True}
    assert codes("#one " * 30 + "a/#b &#39; C#", square) == {}
    assert codes("#one " * 31, square) == {"too_many_hashtags": True}
    assert codes("@ann " * 20 + "ann@home.example", square) == {}
    assert codes("@ann " * 21, square) == {"too_many_mentions": True}
    assert codes(f"Read {TRACKED}", square) == {"link_cannot_be_pressed": False}
    for width, height, odd in ((80, 100, False), (79, 100, True), (191, 100, False), (192, 100, True)):
        assert ("picture_shape" in codes("Look.", replace(square, width=width, height=height))) is odd
    assert codes("Look.", replace(square, content_type="image/png")) == {"picture_type": True}


def test_a_caption_and_its_picture_wait_together(peer: Peer, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    post, grant = post_for("instagram"), grant_for("instagram", peer)
    peer.tell(MEDIA, Answer(body={"id": "1789"}), error(400, 9004, 2207052))
    peer.tell(f"{BASE}/1789", Answer(body={"status_code": "FINISHED"}))
    limit = {"data": [{"quota_usage": 49, "config": {"quota_total": 50}}]}
    peer.tell(f"{BASE}/90/content_publishing_limit", Answer(body=limit))
    assert INSTAGRAM.upload(post, grant, lambda _: b"bytes") == waiting(post)
    (form,) = [asked.form() for asked in peer.asked if asked.path == MEDIA]
    assert form["image_url"].startswith(f"{settings.SITE_ADDRESS}/lent/")
    assert (form["caption"], form["alt_text"], "media_type" in form) == (post.text, "A chart", False)
    assert isinstance(INSTAGRAM.upload(post, grant, lambda _: b"bytes"), TryLater)
    limit["data"][0]["quota_usage"] = 50
    peer.tell(f"{BASE}/90/content_publishing_limit", Answer(body=limit))
    assert isinstance(INSTAGRAM.upload(post, grant, lambda _: b"bytes"), TryLater)
    assert [asked.path for asked in peer.asked].count(MEDIA) == 2


def test_a_lost_answer_is_looked_up(peer: Peer) -> None:
    post, grant = replace(post_for("instagram"), tracked_address=TRACKED), grant_for("instagram", peer)
    mine = {"id": "9", "caption": f"Words. {TRACKED}", "permalink": "https://i.example/p/9"}
    peer.tell(MEDIA, Answer(body={"data": [mine]}), Answer(body={"data": []}), error(400, 190))
    assert INSTAGRAM.find(post, grant, "k", NOW) == Found("9", "https://i.example/p/9")
    for _ in range(2):
        assert isinstance(INSTAGRAM.find(post, grant, "k", NOW), CannotTell)  # the list may be behind


def test_signing_in_renewing_and_closing(peer: Peer) -> None:
    grant = grant_for("instagram", peer)
    peer.tell("/instagram/access_token", Answer(body={"access_token": "long", "expires_in": 5184000}))
    peer.tell(f"{BASE}/me", Answer(body={"id": "990", "user_id": "90", "username": "ann"}))
    (found,) = INSTAGRAM.accounts(grant)  # type: ignore[misc]  # one account, as told above
    assert isinstance(found, Connected)
    assert found.account == Account(id="90", handle="@ann", name="ann", url=f"{peer.url}/instagram/ann/")
    assert (found.grant.access_token.reveal(), found.grant.account_id) == ("long", "90")
    assert peer.asked[0].query["grant_type"] == ["ig_exchange_token"]
    peer.tell("/instagram/refresh_access_token", Answer(body={"access_token": "new"}), error(400, 190))
    assert isinstance(INSTAGRAM.refresh(grant), Refreshed)
    assert isinstance(INSTAGRAM.refresh(grant), NeedsReconnect)
    asked = len(peer.asked)
    assert isinstance(INSTAGRAM.remove("9", grant), StillThere)
    assert isinstance(INSTAGRAM.revoke(grant), RevokeByHand)
    assert len(peer.asked) == asked
