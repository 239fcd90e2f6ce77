"""X at the sandbox: PKCE, Basic, rotation and its family, posts, reading back, pictures."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.integrations.sandbox.person import CALLBACK, VERIFIER, ask, bearer, body_of, decide
from tests.integrations.sandbox.rig import Body, SandboxProcess

BASIC = ("app", "secret")


def token_call(
    sandbox: SandboxProcess, form: dict[str, str], auth: tuple[str, str] | None = BASIC
) -> requests.Response:
    return requests.post(sandbox.base_url + "/x/2/oauth2/token", data=form, auth=auth, timeout=5)


def sign_in(sandbox: SandboxProcess) -> Body:
    code = decide(sandbox.base_url, "x", ask("x", "app"), account="jonas")["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return body_of(token_call(sandbox, form))


def post(sandbox: SandboxProcess, token: str, text: str, **more: Any) -> requests.Response:
    body = {"text": text, **more}
    return requests.post(sandbox.base_url + "/x/2/tweets", json=body, headers=bearer(token), timeout=5)


def read(sandbox: SandboxProcess, token: str, path: str, **parameters: str) -> Body:
    return body_of(requests.get(sandbox.base_url + path, params=parameters, headers=bearer(token), timeout=5))


def test_the_sign_in_wants_pkce_and_basic(sandbox: SandboxProcess) -> None:
    url, asked = sandbox.base_url + "/x/i/oauth2/authorize", ask("x", "app")
    without = {key: value for key, value in asked.items() if not key.startswith("code_challenge")}
    refused = requests.get(url, params=without, timeout=5, allow_redirects=False)
    assert "error=invalid_request" in refused.headers["Location"]
    code = decide(sandbox.base_url, "x", asked, account="jonas")["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    right = form | {"code_verifier": VERIFIER}
    in_body = token_call(sandbox, right | {"client_id": "app", "client_secret": "secret"}, None)
    assert body_of(in_body, 401)["error_description"] == "Missing valid authorization header"
    assert token_call(sandbox, form | {"code_verifier": "another"}).status_code == 400
    said = body_of(token_call(sandbox, right))
    assert (said["token_type"], said["expires_in"]) == ("bearer", 7200)
    assert token_call(sandbox, right).status_code == 400
    me = read(sandbox, said["access_token"], "/x/2/users/me", **{"user.fields": "public_metrics,username"})
    assert (me["data"]["username"], me["data"]["public_metrics"]["followers_count"]) == ("jonas", 120)


def test_a_denied_consent_comes_back_as_access_denied(sandbox: SandboxProcess) -> None:
    denied = decide(sandbox.base_url, "x", ask("x", "app"), decision="deny")
    assert (denied["error"], denied["state"]) == ("access_denied", "state-1")


def test_a_refresh_token_works_once_and_its_repeat_ends_the_family(sandbox: SandboxProcess) -> None:
    first = sign_in(sandbox)
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = body_of(token_call(sandbox, form))
    assert second["refresh_token"] != first["refresh_token"]
    assert post(sandbox, second["access_token"], "with the new pair").status_code == 201
    assert body_of(token_call(sandbox, form), 400)["error_description"] == "Value passed for the token was invalid."
    assert post(sandbox, second["access_token"], "family is dead").status_code == 401
    assert token_call(sandbox, form | {"refresh_token": second["refresh_token"]}).status_code == 400
    assert sandbox.get("/sandbox/health")["refreshes"] == {"x": 3}


def test_a_revoked_token_is_refused(sandbox: SandboxProcess) -> None:
    token = sign_in(sandbox)["access_token"]
    form = {"token": token}
    said = body_of(requests.post(sandbox.base_url + "/x/2/oauth2/revoke", data=form, auth=BASIC, timeout=5))
    assert said == {"revoked": True}
    assert body_of(post(sandbox, token, "no"), 401)["title"] == "Unauthorized"


def test_a_post_has_its_id_its_limits_and_its_place_in_the_timeline(sandbox: SandboxProcess) -> None:
    account = sandbox.account("x", "poster")
    token = account["access_token"]
    answer = post(sandbox, token, "read https://example.com/l/abc today")
    said = body_of(answer, 201)["data"]
    assert said["text"].startswith("read https://t.co/")
    assert (answer.headers["x-rate-limit-limit"], answer.headers["x-rate-limit-remaining"]) == ("100", "99")
    listed = read(
        sandbox, token, f"/x/2/users/{account['account_id']}/tweets", **{"tweet.fields": "entities,created_at"}
    )
    assert listed["meta"]["result_count"] == 1
    assert listed["data"][0]["entities"]["urls"][0]["expanded_url"] == "https://example.com/l/abc"
    assert sandbox.acceptances()[-1]["text"] == "read https://example.com/l/abc today"
    assert sandbox.acceptances()[-1]["links"] == ["https://example.com/l/abc"]
    page = requests.get(f"{sandbox.base_url}/x/poster/status/{said['id']}", timeout=5)
    assert "https://example.com/l/abc" in page.text


def test_an_empty_timeline_says_so(sandbox: SandboxProcess) -> None:
    account = sandbox.account("x", "silent")
    listed = read(sandbox, account["access_token"], f"/x/2/users/{account['account_id']}/tweets")
    assert listed == {"meta": {"result_count": 0}}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("a" * 280, 201),
        ("a" * 281, 400),
        ("漢" * 140, 201),
        ("漢" * 141, 400),
        ("👨‍👩‍👧‍👦" * 140, 201),
        ("a" * 256 + " https://example.com/" + "b" * 300, 201),
        ("", 400),
    ],
)
def test_the_length_is_weighted(sandbox: SandboxProcess, text: str, status: int) -> None:
    assert post(sandbox, sandbox.account("x")["access_token"], text).status_code == status


def test_duplicates_and_unknown_fields_are_refused(sandbox: SandboxProcess) -> None:
    token = sandbox.account("x")["access_token"]
    assert post(sandbox, token, "once").status_code == 201
    assert body_of(post(sandbox, token, "once"), 403) == {
        "title": "Forbidden",
        "detail": "You are not allowed to create a Tweet with duplicate content.",
        "type": "about:blank",
        "status": 403,
    }
    assert post(sandbox, token, "other", scheduled_at="tomorrow").status_code == 400
    assert len(sandbox.acceptances()) == 1


def test_pictures_carry_their_alt_text(sandbox: SandboxProcess) -> None:
    token = sandbox.account("x")["access_token"]
    files = {"media": ("a.png", b"\x89PNG bytes", "image/png")}
    form = {"media_category": "tweet_image"}
    url = sandbox.base_url + "/x/2/media"
    media_id = body_of(requests.post(url + "/upload", data=form, files=files, headers=bearer(token), timeout=5))[
        "data"
    ]["id"]
    alt = {"id": media_id, "metadata": {"alt_text": {"text": "A cat"}}}
    assert requests.post(url + "/metadata", json=alt, headers=bearer(token), timeout=5).status_code == 200
    assert post(sandbox, token, "cat", media={"media_ids": [media_id]}).status_code == 201
    sha256, described = sandbox.acceptances()[-1]["media"][0]
    assert (len(sha256), described) == (64, "A cat")
    assert requests.get(f"{sandbox.base_url}/sandbox/pictures/{sha256}", timeout=5).content == b"\x89PNG bytes"
    stranger = sandbox.account("x", "stranger")["access_token"]
    assert post(sandbox, stranger, "cat", media={"media_ids": [media_id]}).status_code == 400


def test_figures_and_removal(sandbox: SandboxProcess) -> None:
    token = sandbox.account("x", "remover")["access_token"]
    post_id = body_of(post(sandbox, token, "short life"), 201)["data"]["id"]
    figures = read(sandbox, token, "/x/2/tweets", ids=f"{post_id},1", **{"tweet.fields": "public_metrics"})
    assert figures["data"][0]["public_metrics"]["like_count"] == 0
    assert figures["errors"][0]["value"] == "1"
    url = f"{sandbox.base_url}/x/2/tweets/{post_id}"
    stranger = bearer(sandbox.account("x", "stranger")["access_token"])
    assert requests.delete(url, headers=stranger, timeout=5).status_code == 403
    assert body_of(requests.delete(url, headers=bearer(token), timeout=5)) == {"data": {"deleted": True}}
    assert "data" not in read(sandbox, token, "/x/2/tweets", ids=post_id)
    assert requests.get(f"{sandbox.base_url}/x/remover/status/{post_id}", timeout=5).status_code == 410
