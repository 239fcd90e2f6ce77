"""LinkedIn's replies as its documentation shows them, its little-text and its uploads."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.networks import network
from integrations.networks.base import (
    Account,
    CannotTell,
    Deed,
    LinkCard,
    NeedsReconnect,
    OAuth,
    Picture,
    Published,
    Refused,
    Removed,
    RevokeByHand,
    Revoked,
    StillThere,
    TryLater,
    Unknown,
    Uploaded,
    Video,
)
from integrations.networks.linkedin import little_text, post_urn_in
from integrations.networks.linkedin_media import upload_one
from integrations.sandbox.counting import read_little_text
from tests.integrations.networks.spoken import NOW, URN, grant_for, post_for
from tests.integrations.peer import Answer, Peer

LINKEDIN = network("linkedin")
POSTS, IMAGES = "/linkedin/rest/posts", "/linkedin/rest/images"


def error(status: int, code: str, message: str = "…", service: int | None = None) -> Answer:
    body: dict[str, object] = {"message": message, "status": status, "code": code}
    return Answer(status, body if service is None else body | {"serviceErrorCode": service})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(401, "INVALID_ACCESS_TOKEN", service=65600), NeedsReconnect),
        (error(401, "REVOKED_ACCESS_TOKEN", service=65601), NeedsReconnect),
        (error(401, "EXPIRED_ACCESS_TOKEN", service=65602), NeedsReconnect),
        (error(401, "RESTRICTED_MEMBER", "Member is restricted", 65608), Refused),
        (error(403, "ACCESS_DENIED", "Not enough permissions to access: …", 100), NeedsReconnect),
        (error(422, "DUPLICATE_POST", f"Content is a duplicate of {URN}"), Unknown),
        (error(400, "FIELD_LENGTH_TOO_LONG"), Refused),
        (error(400, "MEDIA_ASSET_WAITING_UPLOAD"), TryLater),
        (error(400, "MEDIA_ASSET_PROCESSING_FAILED"), Refused),
        (error(426, "NONEXISTENT_VERSION"), TryLater),
        (error(400, "VERSION_MISSING"), TryLater),
        (error(429, "TOO_MANY_REQUESTS", "Resource level throttle MEMBER DAY limit…"), TryLater),
        (error(500, "INTERNAL_SERVER_ERROR"), Unknown),
        (error(401, "SOMETHING_NEW"), Unknown),
        (error(422, "UNPROCESSABLE_ENTITY"), Unknown),
    ],
    ids=lambda value: str(value.body["code"]) if isinstance(value, Answer) else None,  # type: ignore[index]  # a dict
)
def test_what_a_reply_means(peer: Peer, answer: Answer, kind: type) -> None:
    peer.tell(POSTS, answer)
    outcome = LINKEDIN.publish(post_for("linkedin"), grant_for("linkedin", peer), "k", Uploaded())
    assert type(outcome) is kind


def test_daily_quotas_end_at_midnight_utc(peer: Peer) -> None:
    peer.tell(POSTS, error(429, "TOO_MANY_REQUESTS"))
    outcome = LINKEDIN.publish(post_for("linkedin"), grant_for("linkedin", peer), "k", Uploaded())
    assert isinstance(outcome, TryLater)
    until = datetime.now(UTC) + outcome.after
    assert min(until.hour * 60 + until.minute, 1440 - until.hour * 60 - until.minute) <= 1


@pytest.mark.parametrize(
    ("text", "commentary"),
    [
        ("plain", "plain"),
        ("a (b) [c] {d} <e> *f* ~g_ h|i \\ @j", r"a \(b\) \[c\] \{d\} \<e\> \*f\* \~g\_ h\|i \\ \@j"),
        ("#Team and C# and #1st, # alone", r"#Team and C\# and #1st, \# alone"),
        ("https://a.example/x_y#part", r"https://a.example/x\_y\#part"),
        ("员工 #分享 🎉", "员工 #分享 🎉"),
    ],
)
def test_little_text_keeps_every_character(text: str, commentary: str) -> None:
    assert little_text(text) == commentary
    seen = read_little_text(commentary)  # the sandbox's own reading, written apart from ours
    assert (seen.visible, seen.cut) == (text, "")


def test_escapes_count(peer: Peer) -> None:
    assert LINKEDIN.length("(a)") == 5


def test_a_post_says_who_and_to_whom(peer: Peer) -> None:
    peer.tell(POSTS, Answer(201, b"", {"x-restli-id": URN}))
    post = replace(post_for("linkedin", "Hello"), visibility="connections")
    LINKEDIN.publish(post, grant_for("linkedin", peer), "k", Uploaded())
    assert peer.asked[0].json() == {
        "author": "urn:li:person:canary",
        "commentary": "Hello",
        "visibility": "CONNECTIONS",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    headers = peer.asked[0].headers
    assert (headers["linkedin-version"], headers["x-restli-protocol-version"]) == ("202609", "2.0.0")


def test_pictures_and_cards_are_uploaded_and_named(peer: Peer) -> None:
    pictures = {hashlib.sha256(name).hexdigest(): name for name in (b"first", b"second", b"card")}
    first, second, card = (Picture(sha256, "image/png", f"alt {name!r}") for sha256, name in pictures.items())
    made = [
        Answer(body={"value": {"uploadUrl": f"{peer.url}/put/{n}", "image": f"urn:li:image:{n}"}}) for n in range(3)
    ]
    peer.tell(IMAGES, *made)
    for number in range(3):
        peer.tell(f"/put/{number}", Answer(201))
    post = replace(post_for("linkedin"), media=(first, second), link=LinkCard("https://g.example", "T", "D", card))
    uploaded = LINKEDIN.upload(post, grant_for("linkedin", peer), pictures.__getitem__)
    assert isinstance(uploaded, Uploaded)
    assert [uploaded.ids[one.sha256] for one in (first, second, card)] == [f"urn:li:image:{n}" for n in range(3)]
    assert [asked.body for asked in peer.asked if asked.method == "PUT"] == [b"first", b"second", b"card"]
    peer.tell(POSTS, Answer(201, b"", {"x-restli-id": URN}))
    grant = grant_for("linkedin", peer)
    for sent in (post, replace(post, media=(first,)), replace(post, media=())):
        LINKEDIN.publish(sent, grant, "k", uploaded)
    several, single, article = (asked.json()["content"] for asked in peer.asked if asked.path == POSTS)
    assert [image["altText"] for image in several["multiImage"]["images"]] == ["alt b'first'", "alt b'second'"]
    assert single == {"media": {"id": "urn:li:image:0", "altText": "alt b'first'"}}
    assert article == {
        "article": {"source": "https://g.example", "title": "T", "description": "D", "thumbnail": "urn:li:image:2"}
    }


def test_the_token_is_uploaded_to_linkedin_and_nobody_else(peer: Peer) -> None:
    peer.tell(IMAGES, Answer(body={"value": {"uploadUrl": "https://evil.example/put", "image": "urn:li:image:1"}}))
    post = replace(post_for("linkedin"), media=(Picture("ab", "image/png"),))
    assert isinstance(LINKEDIN.upload(post, grant_for("linkedin", peer), lambda _: b"x"), TryLater)
    assert len(peer.asked) == 1


@pytest.mark.parametrize(
    ("address", "urn"),
    [
        ("https://www.linkedin.com/feed/update/urn:li:share:12/", "urn:li:share:12"),
        ("https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A12?utm_source=share", "urn:li:ugcPost:12"),
        ("https://www.linkedin.com/embed/feed/update/urn:li:share:12", "urn:li:share:12"),
        ("https://www.linkedin.com/posts/ann-lee_we-are-hiring-ugcPost-12-x1Yz", "urn:li:ugcPost:12"),
        ("https://www.linkedin.com/posts/ann-lee_we-are-hiring-activity-12-x1Yz", "urn:li:activity:12"),
        ("https://www.linkedin.com/feed/update/urn:li:activity:12/", "urn:li:activity:12"),
        ("https://linkedin.com.evil.example/feed/update/urn:li:share:12/", ""),
        ("https://www.linkedin.com/in/ann-lee/", ""),
    ],
)
def test_a_post_is_known_by_its_address(address: str, urn: str) -> None:
    assert post_urn_in(address) == urn
    problem = LINKEDIN.target_problem(Deed.REPOST, address)
    assert (problem is None) == (urn.startswith(("urn:li:share", "urn:li:ugcPost")))
    assert ("Embed this post" in problem.sentence if problem else False) == urn.startswith("urn:li:activity")


def test_a_repost_names_what_it_reposts_and_nothing_else(peer: Peer) -> None:
    grant = grant_for("linkedin", peer)
    target = "https://www.linkedin.com/feed/update/urn:li:share:12/"
    post = replace(post_for("linkedin", "Worth [reading]"), deed=Deed.REPOST, target=target)
    assert LINKEDIN.upload(post, grant, lambda _: b"") == Uploaded(target="urn:li:share:12")
    peer.tell(POSTS, Answer(201, b"", {"x-restli-id": URN}), error(422, "DUPLICATE_POST"))
    uploaded = Uploaded(target="urn:li:share:12")
    assert isinstance(LINKEDIN.publish(post, grant, "k", uploaded), Published)
    assert isinstance(LINKEDIN.publish(post, grant, "k", uploaded), Unknown)
    body = peer.asked[0].json()
    assert (body["reshareContext"], body["commentary"]) == ({"parent": "urn:li:share:12"}, "Worth \\[reading\\]")
    assert "content" not in body
    assert isinstance(LINKEDIN.publish(post, grant, "k", Uploaded(target="urn:li:activity:12")), Refused)
    assert len(peer.asked) == 2


def test_comments_and_reactions_are_done_by_a_reviewed_app_alone(peer: Peer, settings: Any) -> None:
    target, urn = "https://www.linkedin.com/feed/update/urn:li:activity:12/", "urn:li:activity:12"
    comment = replace(post_for("linkedin", "Well [said]"), deed=Deed.COMMENT, target=target)
    like, grant = replace(comment, text="", deed=Deed.LIKE), grant_for("linkedin", peer)
    assert isinstance(LINKEDIN.refusal(like, grant), Refused)
    settings.NETWORKS = {**settings.NETWORKS, "linkedin": {"reviewed": "1"}}
    assert not LINKEDIN.may(Deed.LIKE, replace(grant, scopes=frozenset({"w_member_social"})))
    assert LINKEDIN.refusal(like, replace(grant, scopes=frozenset({"w_member_social_feed"}))) is None
    uploaded = LINKEDIN.upload(comment, grant, lambda _: b"")
    assert uploaded == Uploaded(target=urn)
    peer.tell_any(Answer(201, b"", {"x-restli-id": "34"}))
    assert LINKEDIN.publish(comment, grant, "k", Uploaded(target=urn)) == Published(f"comment:{urn}/34", target)
    assert peer.asked[0].json()["message"] == {"text": "Well [said]"}, "a comment is plain text, without escapes"
    assert LINKEDIN.publish(like, grant, "k", Uploaded(target=urn)) == Published(f"like:{urn}", target)
    assert peer.asked[1].json() == {"root": urn, "reactionType": "LIKE"}
    peer.tell_any(Answer(204, b""))
    for external_id in (f"comment:{urn}/34", f"like:{urn}"):
        assert LINKEDIN.remove(external_id, grant) == Removed()
    assert [asked.path for asked in peer.asked[2:]] == [
        "/linkedin/rest/socialActions/urn%3Ali%3Aactivity%3A12/comments/34",
        "/linkedin/rest/reactions/(actor:urn%3Ali%3Aperson%3Acanary,entity:urn%3Ali%3Aactivity%3A12)",
    ]
    peer.tell_any(error(403, "ACCESS_DENIED", "…", 100))
    assert isinstance(LINKEDIN.publish(like, grant, "k", Uploaded(target=urn)), NeedsReconnect)


def test_a_video_is_brought_in_parts_without_the_token_and_waited_for(peer: Peer) -> None:
    video, grant = Video("cd" * 32, "video/mp4", "", 640, 360, bytes=6, seconds=5), grant_for("linkedin", peer)
    place = f"{peer.url}/linkedin/dms-uploads/v/part"
    parts = [{"uploadUrl": f"{place}/{n}", "firstByte": 3 * n, "lastByte": 3 * n + 2} for n in range(2)]
    value = {"video": "urn:li:video:v", "uploadToken": "t", "uploadInstructions": parts}
    peer.tell("/linkedin/rest/videos", Answer(body={"value": value}), Answer(200, b""))
    for n in range(2):
        peer.tell(f"/linkedin/dms-uploads/v/part/{n}", Answer(200, b"", {"ETag": f'"mark-{n}"'}))
    waiting, done = Answer(body={"status": "PROCESSING"}), Answer(body={"status": "AVAILABLE"})
    peer.tell("/linkedin/rest/videos/urn%3Ali%3Avideo%3Av", waiting, done, Answer(body={"status": "PROCESSING_FAILED"}))
    brought = upload_one(video, post_for("linkedin"), grant, lambda _: b"moving")
    assert brought == "urn:li:video:v"
    carried = [asked for asked in peer.asked if "dms-uploads" in asked.path]
    assert [asked.body for asked in carried] == [b"mov", b"ing"]
    assert not any("authorization" in asked.headers for asked in carried)
    ended = next(asked for asked in peer.asked if "finalizeUploadRequest" in (asked.body or b"").decode("latin-1"))
    assert ended.json()["finalizeUploadRequest"] == {
        "video": "urn:li:video:v",
        "uploadToken": "t",
        "uploadedPartIds": ["mark-0", "mark-1"],
    }
    again = upload_one(video, post_for("linkedin"), grant, lambda _: b"moving")
    assert isinstance(again, Refused), "it is asked about, and not brought again"
    assert len([asked for asked in peer.asked if "dms-uploads" in asked.path]) == 2


def test_sign_in_is_linkedins_own_way(peer: Peer) -> None:
    sign_in = LINKEDIN.sign_in()
    assert isinstance(sign_in, OAuth)
    assert (sign_in.pkce, sign_in.client_auth, sign_in.scope_separator) == (False, "body", ",")
    assert sign_in.authorize_url == f"{peer.url}/linkedin/oauth/v2/authorization"


def test_the_profile_is_the_member(peer: Peer) -> None:
    person = {"sub": "abc", "name": "Ann Lee", "picture": "javascript:alert(1)"}
    peer.tell("/linkedin/v2/userinfo", Answer(body=person))
    assert LINKEDIN.profile(grant_for("linkedin", peer)) == Account(id="abc", handle="Ann Lee", name="Ann Lee")
    peer.tell("/linkedin/v2/userinfo", error(401, "EXPIRED_ACCESS_TOKEN", service=65602))
    assert isinstance(LINKEDIN.profile(grant_for("linkedin", peer)), NeedsReconnect)


def test_closing_a_post_and_a_grant(peer: Peer) -> None:
    grant = grant_for("linkedin", peer)
    path = "/linkedin/rest/posts/urn%3Ali%3Ashare%3A7000000000000000001"
    peer.tell(path, Answer(204), error(404, "NOT_FOUND"), error(401, "RESTRICTED_MEMBER", service=65608))
    assert [LINKEDIN.remove(URN, grant) for _ in range(2)] == [Removed(), Removed()]
    still = LINKEDIN.remove(URN, grant)
    assert isinstance(still, StillThere)
    assert still.by_hand == f"{peer.url}/linkedin/feed/update/{URN}/"
    peer.tell("/linkedin/oauth/v2/revoke", Answer(200), Answer(400), Answer(503))
    assert LINKEDIN.revoke(grant) == Revoked()
    assert isinstance(LINKEDIN.revoke(grant), RevokeByHand)
    assert isinstance(LINKEDIN.revoke(grant), TryLater)
    form = peer.asked[-1].form()
    assert form == {
        "client_id": "sandbox-linkedin",
        "client_secret": "sandbox-secret-of-linkedin",
        "token": "canary-access",
    }
    assert isinstance(LINKEDIN.refresh(grant), NeedsReconnect)
    assert isinstance(LINKEDIN.find(post_for("linkedin"), grant, "k", NOW - timedelta(hours=1)), CannotTell)


def test_a_comment_is_shorter_than_a_post() -> None:
    post = replace(
        post_for("linkedin", "a" * 1_251), deed=Deed.COMMENT, target="https://www.linkedin.com/feed/update/x"
    )
    assert "too_long" in {problem.code for problem in LINKEDIN.problems(post)}
    assert not [problem for problem in LINKEDIN.problems(post_for("linkedin", "a" * 3_000)) if problem.blocks]
