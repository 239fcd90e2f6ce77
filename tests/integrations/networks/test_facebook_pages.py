"""Facebook's replies as its pages show them, the Pages of a person, links and photos, and looking up a lost answer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from integrations.networks import network
from integrations.networks.base import (
    Absent,
    Account,
    CannotTell,
    Found,
    NeedsReconnect,
    NotConnected,
    Picture,
    Published,
    Refreshed,
    Refused,
    Removed,
    RevokeByHand,
    TryLater,
    Unknown,
    Uploaded,
    Video,
)
from tests.integrations.networks.spoken import NOW, TRACKED, grant_for, post_for
from tests.integrations.peer import Answer, Peer, reset

PAGES = network("facebook_pages")
BASE = "/facebook_pages/v23.0"
FEED, PHOTOS, MINE = f"{BASE}/78/feed", f"{BASE}/78/photos", f"{BASE}/78/published_posts"
VIDEOS = f"{BASE}/78/videos"


def error(status: int, code: int, sub_code: int = 0) -> Answer:
    body: dict[str, object] = {"message": "…", "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return Answer(status, {"error": body | ({"error_subcode": sub_code} if sub_code else {})})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(400, 190, 463), NeedsReconnect),
        (error(400, 190, 460), NeedsReconnect),
        (error(400, 102), NeedsReconnect),
        (error(403, 10), NeedsReconnect),
        (error(403, 200), NeedsReconnect),
        (error(400, 100), Refused),
        (error(400, 100, 33), NeedsReconnect),
        (error(400, 368), Refused),
        (error(400, 1, 1404078), Refused),
        (error(400, 1, 1404006), Refused),
        (error(400, 1, 4854002), Refused),
        (error(400, 1, 1390008), TryLater),
        (error(400, 4), TryLater),
        (error(400, 32), TryLater),
        (error(400, 506), Unknown),  # of our own earlier attempt, or of an older post: it does not say
        (error(400, 1, 1346003), Unknown),
        (error(400, 1), Unknown),
        (error(500, 2), Unknown),
    ],
    ids=lambda value: str(value.body["error"]) if isinstance(value, Answer) else None,  # type: ignore[index]  # a dict
)
def test_what_a_reply_means(peer: Peer, answer: Answer, kind: type) -> None:
    peer.tell(FEED, answer)
    outcome = PAGES.publish(post_for("facebook_pages"), grant_for("facebook_pages", peer), "k", Uploaded())
    assert type(outcome) is kind


def test_the_tracked_link_is_what_facebook_draws_a_card_of(peer: Peer) -> None:
    peer.tell(FEED, Answer(body={"id": "78_9"}))
    post = replace(post_for("facebook_pages"), tracked_address=TRACKED)
    outcome = PAGES.publish(post, grant_for("facebook_pages", peer), "k", Uploaded())
    assert outcome == Published("78_9", f"{peer.url}/facebook_pages/78_9")  # its own address was not told
    assert peer.asked[0].form() == {"message": post.text, "link": TRACKED}


def test_photos_are_seen_with_their_post_only(peer: Peer) -> None:
    peer.tell(PHOTOS, Answer(body={"id": "501"}))
    peer.tell(FEED, Answer(body={"id": "78_9"}))
    post = replace(post_for("facebook_pages"), media=(Picture("ab", "image/png", "A chart"),), tracked_address=TRACKED)
    grant = grant_for("facebook_pages", peer)
    uploaded = PAGES.upload(post, grant, lambda _: b"picture bytes")
    assert uploaded == Uploaded({"ab": "501"})
    PAGES.publish(post, grant, "k", Uploaded({"ab": "501"}))
    assert b"picture bytes" in peer.asked[0].body
    assert b"A chart" in peer.asked[0].body
    assert b'name="published"\r\n\r\nfalse' in peer.asked[0].body
    form = peer.asked[1].form()
    assert (json.loads(form["attached_media[0]"]), "link" in form) == ({"media_fbid": "501"}, False)
    for answer, kind in ((error(400, 1, 1366046), Refused), (Answer(act=reset), TryLater), (Answer(500), TryLater)):
        peer.tell(PHOTOS, answer)
        assert type(PAGES.upload(post, grant, lambda _: b"picture bytes")) is kind


def test_what_the_person_left_ticked_is_asked_for(peer: Peer) -> None:
    rows = [
        {"permission": "pages_show_list", "status": "granted"},
        {"permission": "pages_manage_posts", "status": "declined"},
        {"permission": "pages_read_engagement", "status": "expired"},
    ]
    peer.tell(f"{BASE}/me/permissions", Answer(body={"data": rows}), error(400, 190), Answer(body={"data": None}))
    assert PAGES.granted(grant_for("facebook_pages", peer)) == frozenset({"pages_show_list"})
    assert isinstance(PAGES.granted(grant_for("facebook_pages", peer)), NeedsReconnect)
    assert isinstance(PAGES.granted(grant_for("facebook_pages", peer)), TryLater)


def test_the_pages_a_person_may_post_for(peer: Peer) -> None:
    grant = grant_for("facebook_pages", peer)
    peer.tell(f"{BASE}/oauth/access_token", Answer(body={"access_token": "long"}))
    rows: list[dict[str, object]] = [
        {"id": "78", "name": "Ann's Garden", "access_token": "p78", "tasks": ["CREATE_CONTENT"]},
        {
            "id": "79",
            "name": "Club",
            "username": "club",
            "access_token": "p79",
            "tasks": ["MODERATE", "CREATE_CONTENT"],
        },
        {"id": "80", "name": "Only to look at", "access_token": "p80", "tasks": ["ANALYZE"]},
    ]
    peer.tell(f"{BASE}/me/accounts", Answer(body={"data": rows}), Answer(body={"data": rows[2:]}), error(400, 190))
    found = PAGES.accounts(grant)
    assert isinstance(found, list)
    assert [one.grant.access_token.reveal() for one in found] == ["p78", "p79"]
    assert [one.grant.account_id for one in found] == ["78", "79"]
    assert {(one.grant.expires_at, one.grant.refresh_token) for one in found} == {(None, None)}
    assert found[0].account == Account("78", "Ann's Garden", "Ann's Garden", url=f"{peer.url}/facebook_pages/78")
    assert found[1].account.handle == "@club"
    assert peer.asked[0].query["fb_exchange_token"] == ["canary-access"]
    assert isinstance(PAGES.accounts(grant), NotConnected)
    assert isinstance(PAGES.accounts(grant), NeedsReconnect)


def test_a_lost_answer_is_looked_up(peer: Peer) -> None:
    post, grant = replace(post_for("facebook_pages"), tracked_address=TRACKED), grant_for("facebook_pages", peer)
    attached = {"data": [{"unshimmed_url": TRACKED}]}
    mine = {"id": "78_9", "message": "shown otherwise", "permalink_url": "https://f.example/9", "attachments": attached}
    peer.tell(MINE, Answer(body={"data": [mine]}), Answer(body={"data": []}), error(403, 10))
    assert PAGES.find(post, grant, "k", NOW) == Found("78_9", "https://f.example/9")
    assert PAGES.find(post, grant, "k", NOW) == Absent()
    assert isinstance(PAGES.find(post, grant, "k", NOW), CannotTell)


def test_closing(peer: Peer) -> None:
    grant = grant_for("facebook_pages", peer)
    peer.tell(f"{BASE}/78_9", Answer(body={"success": True}), error(403, 200))
    assert PAGES.remove("78_9", grant) == Removed()
    assert isinstance(PAGES.remove("78_9", grant), NeedsReconnect)
    assert PAGES.refresh(grant) == Refreshed(grant)
    asked = len(peer.asked)
    assert isinstance(PAGES.revoke(grant), RevokeByHand)
    assert len(peer.asked) == asked  # it would end the person's other Pages here


def test_a_video_is_brought_in_the_pieces_asked_for_and_published_by_the_last_call(peer: Peer) -> None:
    video = Video("cd" * 32, "video/mp4", "", 640, 360, bytes=6, seconds=5)
    post, narrow = replace(post_for("facebook_pages"), media=(video,)), grant_for("facebook_pages", peer)
    refused = PAGES.upload(post, replace(narrow, scopes=frozenset({"pages_manage_posts"})), lambda _: b"moving")
    assert isinstance(refused, Refused), "the permission is asked for where it is switched on"
    begun = {"upload_session_id": "71", "video_id": "72", "start_offset": "0", "end_offset": "4"}
    pieces = [{"start_offset": "4", "end_offset": "6"}, {"start_offset": "6", "end_offset": "6"}]
    peer.tell(VIDEOS, *[Answer(body=said) for said in (begun, *pieces)])
    uploaded = PAGES.upload(post, narrow, lambda _: b"moving")
    assert uploaded == Uploaded({video.sha256: "71:72"})
    assert [piece in asked.body for piece, asked in zip((b"movi", b"ng"), peer.asked[1:], strict=True)] == [True, True]
    peer.tell(VIDEOS, Answer(body={"success": True}), error(400, 200), Answer(500), Answer(body={"success": False}))
    peer.tell("/facebook_pages/v23.0/72", Answer(body={"permalink_url": "/78/videos/72/"}))
    assert isinstance(uploaded, Uploaded)
    outcomes = [PAGES.publish(post, narrow, "k", uploaded) for _ in range(4)]
    assert outcomes[0] == Published("72", f"{peer.url}/facebook_pages/72")
    assert [type(outcome) for outcome in outcomes[1:]] == [NeedsReconnect, Unknown, Unknown]
    ended = next(asked.form() for asked in peer.asked if b"finish" in asked.body)
    assert (ended["upload_session_id"], ended["description"]) == ("71", post.text)
