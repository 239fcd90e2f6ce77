"""Bluesky at the sandbox: app passwords, rotating sessions, keyed records, facets, blobs, removal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.integrations.sandbox.person import bearer, body_of
from tests.integrations.sandbox.rig import Body, SandboxProcess

RKEY = "3lbqz5jyxt22k"
CREATED = "2026-11-22T10:00:00.000Z"
POSTS = "app.bsky.feed.post"


def call(sandbox: SandboxProcess, name: str, token: str = "", body: Body | None = None) -> requests.Response:
    headers = bearer(token) if token else {}
    return requests.post(f"{sandbox.base_url}/bluesky/xrpc/{name}", json=body, headers=headers, timeout=5)


def read(sandbox: SandboxProcess, name: str, **parameters: str) -> requests.Response:
    return requests.get(f"{sandbox.base_url}/bluesky/xrpc/{name}", params=parameters, timeout=5)


def record(text: str, **more: Any) -> Body:
    return {"$type": POSTS, "text": text, "createdAt": CREATED, "langs": ["pl"], **more}


def put(sandbox: SandboxProcess, account: Body, made: Body, rkey: str = RKEY, **more: Any) -> requests.Response:
    body = {"repo": account["account_id"], "collection": POSTS, "rkey": rkey, "record": made, **more}
    return call(sandbox, "com.atproto.repo.putRecord", account["access_token"], body)


def test_an_app_password_is_made_on_its_page_and_opens_a_session(sandbox: SandboxProcess) -> None:
    url = sandbox.base_url + "/bluesky/settings/app-passwords"
    assert "nothing here is public" in requests.get(url, timeout=5).text
    assert requests.post(url, data={"account": "piotr"}, timeout=5).status_code == 422
    page = requests.post(url, data={"account": "piotr.sandbox.test", "name": "our app"}, timeout=5)
    found = re.search(r'id="app-password">([a-z2-7]{4}(?:-[a-z2-7]{4}){3})<', page.text)
    assert found is not None
    name = "com.atproto.server.createSession"
    wrong = call(sandbox, name, body={"identifier": "piotr.sandbox.test", "password": "nope"})
    assert body_of(wrong, 401)["error"] == "AuthenticationRequired"
    session = body_of(call(sandbox, name, body={"identifier": "piotr.sandbox.test", "password": found.group(1)}))
    assert (session["handle"], session["active"]) == ("piotr.sandbox.test", True)
    assert session["did"].startswith("did:plc:")
    assert session["didDoc"]["service"][0]["serviceEndpoint"] == sandbox.base_url + "/bluesky"


def test_a_spent_refresh_token_answers_with_its_successor_for_two_hours(sandbox: SandboxProcess) -> None:
    account, name = sandbox.account("bluesky"), "com.atproto.server.refreshSession"
    first = body_of(call(sandbox, name, account["refresh_token"]))
    again = body_of(call(sandbox, name, account["refresh_token"]))
    assert again["refreshJwt"] == first["refreshJwt"]
    assert again["accessJwt"] != first["accessJwt"]
    assert body_of(call(sandbox, name, first["refreshJwt"]))["did"] == account["account_id"]
    assert sandbox.get("/sandbox/health")["families_ended_by_reuse"] == {}


@pytest.fixture
def no_grace(sandbox: SandboxProcess) -> Iterator[None]:
    before = sandbox.settings(bluesky_grace_seconds=0.0)
    assert before["bluesky_grace_seconds"] == 0.0
    yield
    sandbox.settings(bluesky_grace_seconds=7200.0)


@pytest.mark.usefixtures("no_grace")
def test_a_session_rotates_and_the_old_refresh_token_ends_it(sandbox: SandboxProcess) -> None:
    account, name = sandbox.account("bluesky"), "com.atproto.server.refreshSession"
    assert body_of(call(sandbox, name, account["access_token"]), 400)["error"] == "InvalidToken"
    fresh = body_of(call(sandbox, name, account["refresh_token"]))
    assert fresh["did"] == account["account_id"]
    assert body_of(call(sandbox, name, account["refresh_token"]), 400)["error"] == "ExpiredToken"
    late = put(sandbox, account | {"access_token": fresh["accessJwt"]}, record("late"))
    assert body_of(late, 400) == {"error": "ExpiredToken", "message": "Token has been revoked"}


def test_a_deleted_session_is_over(sandbox: SandboxProcess) -> None:
    account = sandbox.account("bluesky")
    assert call(sandbox, "com.atproto.server.deleteSession", account["refresh_token"]).status_code == 200
    assert put(sandbox, account, record("late")).status_code == 400
    assert body_of(call(sandbox, "com.atproto.repo.putRecord", body={}), 401)["error"] == "AuthMissing"


def test_the_same_record_a_hundred_times_is_one_record(sandbox: SandboxProcess) -> None:
    account = sandbox.account("bluesky")
    first = body_of(put(sandbox, account, record("cześć")))
    assert first["uri"] == f"at://{account['account_id']}/{POSTS}/{RKEY}"
    assert "commit" in first
    for _ in range(99):
        again = body_of(put(sandbox, account, record("cześć")))
        assert (again["cid"], "commit" in again) == (first["cid"], False)
    assert len(sandbox.acceptances()) == 1
    assert sum(line["replay"] for line in sandbox.lines()) == 99
    line = sandbox.acceptances()[0]
    assert (line["rkey"], line["created_at"], line["language"]) == (RKEY, CREATED, "pl")


def test_another_record_under_the_key_is_an_edit_unless_it_must_be_absent(sandbox: SandboxProcess) -> None:
    account = sandbox.account("bluesky")
    put(sandbox, account, record("one"))
    assert put(sandbox, account, record("one"), swapRecord=None).status_code == 200
    assert body_of(put(sandbox, account, record("two"), swapRecord=None), 400)["error"] == "InvalidSwap"
    assert put(sandbox, account, record("two")).status_code == 200
    assert [line["text"] for line in sandbox.acceptances()] == ["one", "two"]
    listed = body_of(read(sandbox, "com.atproto.repo.listRecords", repo=account["account_id"], collection=POSTS))
    assert [item["value"]["text"] for item in listed["records"]] == ["two"]


@pytest.mark.parametrize("rkey", ["", "short", "z" * 13, "3LBQZ5JYXT22K", "3lbqz5jyxt22k1"])
def test_a_key_must_be_a_tid(sandbox: SandboxProcess, rkey: str) -> None:
    answer = put(sandbox, sandbox.account("bluesky"), record("hi"), rkey=rkey)
    assert answer.status_code == (200 if not rkey else 400)


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (record("👨‍👩‍👧‍👦" * 100 + "a" * 200), 200),
        (record("a" * 301), 400),
        (record("👨‍👩‍👧‍👦" * 200), 400),  # 200 graphemes, 5,000 bytes
        (record("hi") | {"createdAt": "yesterday"}, 400),
        (record("hi") | {"$type": "app.bsky.feed.like"}, 400),
        (record("hi", langs=["a", "b", "c", "d"]), 400),
    ],
)
def test_a_record_is_checked(sandbox: SandboxProcess, made: Body, status: int) -> None:
    answer = put(sandbox, sandbox.account("bluesky"), made)
    assert answer.status_code == status
    assert status == 200 or answer.json()["error"] == "InvalidRequest"


def facet(start: int, end: int) -> Body:
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": "https://example.com/full"}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


@pytest.mark.parametrize(
    ("facets", "status"),
    [
        ([facet(6, 17)], 200),
        ([facet(6, 99)], 400),
        ([facet(1, 17)], 400),  # cuts ż in two
        ([facet(6, 12), facet(10, 17)], 400),
        ([facet(9, 9)], 400),
    ],
)
def test_facets_are_byte_ranges(sandbox: SandboxProcess, facets: list[Body], status: int) -> None:
    answer = put(sandbox, sandbox.account("bluesky"), record("żółw example.com", facets=facets))
    assert len("żół".encode()) == 6
    assert answer.status_code == status
    if status == 200:
        assert sandbox.acceptances()[0]["links"] == ["https://example.com/full"]


def test_a_card_and_pictures_need_uploaded_blobs(sandbox: SandboxProcess) -> None:
    account = sandbox.account("bluesky")
    headers = bearer(account["access_token"], **{"Content-Type": "image/png"})
    url = sandbox.base_url + "/bluesky/xrpc/com.atproto.repo.uploadBlob"
    blob = body_of(requests.post(url, data=b"\x89PNG bytes", headers=headers, timeout=5))["blob"]
    assert (blob["mimeType"], blob["size"], blob["ref"]["$link"][:5]) == ("image/png", 10, "bafkr")
    external = {"uri": "https://example.com", "title": "T", "description": "D", "thumb": blob}
    card = record("card", embed={"$type": "app.bsky.embed.external", "external": external})
    assert put(sandbox, account, card).status_code == 200
    assert sandbox.acceptances()[0]["card"]["title"] == "T"
    images = {"$type": "app.bsky.embed.images", "images": [{"alt": "A bird", "image": blob}]}
    assert put(sandbox, account, record("bird", embed=images), rkey="3lbqz5jyxt22l").status_code == 200
    assert sandbox.acceptances()[1]["media"][0][1] == "A bird"
    missing = {**blob, "ref": {"$link": "bafkreinothing"}}
    images = {"$type": "app.bsky.embed.images", "images": [{"alt": "", "image": missing}]}
    assert put(sandbox, account, record("x", embed=images), rkey="3lbqz5jyxt22m").status_code == 400


def test_two_people_may_upload_the_same_picture_at_once(sandbox: SandboxProcess) -> None:
    url = sandbox.base_url + "/bluesky/xrpc/com.atproto.repo.uploadBlob"
    people = [sandbox.account("bluesky", handle) for handle in ("ada", "ben")]
    for one in people:
        headers = bearer(one["access_token"], **{"Content-Type": "image/png"})
        blob = body_of(requests.post(url, data=b"\x89PNG bytes", headers=headers, timeout=5))["blob"]
    images = {"$type": "app.bsky.embed.images", "images": [{"alt": "A bird", "image": blob}]}
    for one in people:
        assert put(sandbox, one, record("bird", embed=images)).status_code == 200


def test_a_record_is_read_back_counted_and_removed(sandbox: SandboxProcess) -> None:
    account = sandbox.account("bluesky", "ada")
    uri = body_of(put(sandbox, account, record("here")))["uri"]
    where = {"repo": account["account_id"], "collection": POSTS, "rkey": RKEY}
    assert body_of(read(sandbox, "com.atproto.repo.getRecord", **where))["value"] == record("here")
    assert body_of(read(sandbox, "app.bsky.feed.getPosts", uris=uri))["posts"][0]["likeCount"] == 0
    pages = [
        f"{sandbox.base_url}/bluesky/profile/{who}/post/{RKEY}" for who in ("ada.sandbox.test", account["account_id"])
    ]
    assert [requests.get(page, timeout=5).status_code for page in pages] == [200, 200]
    for _ in range(2):
        assert call(sandbox, "com.atproto.repo.deleteRecord", account["access_token"], where).status_code == 200
    assert body_of(read(sandbox, "com.atproto.repo.getRecord", **where), 400)["error"] == "RecordNotFound"
    assert [requests.get(page, timeout=5).status_code for page in pages] == [410, 410]
    assert [line["removed"] for line in sandbox.lines() if "removed" in line] == [uri]
