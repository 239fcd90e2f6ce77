"""Mastodon at the sandbox: apps, PKCE, keys and their hour, counting, reading back, removal."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.integrations.sandbox.person import CALLBACK, SCOPES, VERIFIER, ask, bearer, body_of, decide
from tests.integrations.sandbox.rig import Body, SandboxProcess


def register(sandbox: SandboxProcess) -> Body:
    sent = {"client_name": "Our app", "redirect_uris": [CALLBACK], "scopes": SCOPES["mastodon"]}
    return body_of(requests.post(sandbox.base_url + "/mastodon/api/v1/apps", json=sent, timeout=5))


def sign_in(sandbox: SandboxProcess, app: Body) -> Body:
    code = decide(sandbox.base_url, "mastodon", ask("mastodon", app["client_id"]), account="giulia")["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
    }
    return body_of(requests.post(sandbox.base_url + "/mastodon/oauth/token", data=form, timeout=5))


def post(sandbox: SandboxProcess, token: str, text: str, key: str = "", **more: Any) -> requests.Response:
    headers = bearer(token, **({"Idempotency-Key": key} if key else {}))
    url = sandbox.base_url + "/mastodon/api/v1/statuses"
    return requests.post(url, json={"status": text, **more}, headers=headers, timeout=5)


def test_the_sign_in_of_a_registered_app_never_expires_and_can_be_revoked(sandbox: SandboxProcess) -> None:
    app = register(sandbox)
    said = sign_in(sandbox, app)
    assert set(said) == {"access_token", "token_type", "scope", "created_at"}
    url = sandbox.base_url + "/mastodon/api/v1/accounts/verify_credentials"
    me = body_of(requests.get(url, headers=bearer(said["access_token"]), timeout=5))
    assert (me["username"], me["source"]["privacy"]) == ("giulia", "public")
    form = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": said["access_token"]}
    for _ in range(2):
        assert body_of(requests.post(sandbox.base_url + "/mastodon/oauth/revoke", data=form, timeout=5)) == {}
    answer = requests.get(url, headers=bearer(said["access_token"]), timeout=5)
    assert body_of(answer, 401) == {"error": "The access token was revoked"}


def test_an_unregistered_address_or_scope_is_refused(sandbox: SandboxProcess) -> None:
    app, url = register(sandbox), sandbox.base_url + "/mastodon/oauth/authorize"
    elsewhere = ask("mastodon", app["client_id"], redirect_uri="http://127.0.0.1:8000/other")
    assert requests.get(url, params=elsewhere, timeout=5, allow_redirects=False).status_code == 400
    greedy = ask("mastodon", app["client_id"], scope="write:follows")
    refused = requests.get(url, params=greedy, timeout=5, allow_redirects=False)
    assert "error=invalid_scope" in refused.headers["Location"]


def test_a_repeated_key_answers_with_the_same_status(sandbox: SandboxProcess) -> None:
    token = sandbox.account("mastodon")["access_token"]
    first = body_of(post(sandbox, token, "hello", key="k1", visibility="unlisted", language="it"))
    again = body_of(post(sandbox, token, "hello", key="k1"))
    assert again["id"] == first["id"]
    assert [line["replay"] for line in sandbox.lines()] == [False, True]
    line = sandbox.acceptances()[0]
    assert (line["attempt_key"], line["visibility"], line["language"]) == ("k1", "unlisted", "it")
    other = sandbox.account("mastodon", "other")["access_token"]
    assert body_of(post(sandbox, other, "hello", key="k1"))["id"] != first["id"]


def test_a_key_is_forgotten_after_its_time_and_on_removal_answers_not_found(sandbox: SandboxProcess) -> None:
    token = sandbox.account("mastodon")["access_token"]
    first = body_of(post(sandbox, token, "hello", key="k1"))
    sandbox.settings(idempotency_seconds=0)
    second = body_of(post(sandbox, token, "hello", key="k1"))
    sandbox.settings(idempotency_seconds=3600)
    assert second["id"] != first["id"]
    assert len(sandbox.acceptances()) == 2
    url = f"{sandbox.base_url}/mastodon/api/v1/statuses/{second['id']}"
    assert body_of(requests.delete(url, headers=bearer(token), timeout=5))["text"] == "hello"
    assert body_of(post(sandbox, token, "hello", key="k1"), 404) == {"error": "Record not found"}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("a" * 500, 200),
        ("a" * 501, 422),
        ("👨‍👩‍👧‍👦" * 500, 200),
        ("a" * 476 + " https://example.com/" + "b" * 200, 200),
        ("a" * 477 + " https://example.com/" + "b" * 200, 422),
        ("  ", 422),
    ],
)
def test_graphemes_are_counted_and_an_address_is_23(sandbox: SandboxProcess, text: str, status: int) -> None:
    assert post(sandbox, sandbox.account("mastodon")["access_token"], text).status_code == status


def test_media_is_described_and_shown(sandbox: SandboxProcess) -> None:
    token = sandbox.account("mastodon")["access_token"]
    files = {"file": ("a.png", b"\x89PNG bytes", "image/png")}
    url = sandbox.base_url + "/mastodon/api/v2/media"
    sent = requests.post(url, files=files, data={"description": "A dog"}, headers=bearer(token), timeout=5)
    status = body_of(post(sandbox, token, "dog", media_ids=[body_of(sent)["id"]]))
    assert status["media_attachments"][0]["description"] == "A dog"
    assert sandbox.acceptances()[0]["media"][0][1] == "A dog"
    assert 'alt="A dog"' in requests.get(status["url"], timeout=5).text


def test_own_statuses_are_listed_and_private_ones_stay_private(sandbox: SandboxProcess) -> None:
    account = sandbox.account("mastodon", "lister")
    mine = bearer(account["access_token"])
    ids = [
        body_of(post(sandbox, account["access_token"], f"n{number}", visibility=seen))["id"]
        for number, seen in enumerate(("public", "private"))
    ]
    url = f"{sandbox.base_url}/mastodon/api/v1/accounts/{account['account_id']}/statuses"
    assert [s["id"] for s in requests.get(url, headers=mine, timeout=5).json()] == ids[::-1]
    assert [s["id"] for s in requests.get(url, timeout=5).json()] == ids[:1]
    one = requests.get(f"{sandbox.base_url}/mastodon/api/v1/statuses/{ids[1]}", timeout=5)
    assert one.status_code == 404
    listed = requests.get(url, headers=mine, timeout=5)
    assert listed.headers["X-RateLimit-Limit"] == "300"
    assert "n0" in requests.get(f"{sandbox.base_url}/mastodon/@lister", timeout=5).text
