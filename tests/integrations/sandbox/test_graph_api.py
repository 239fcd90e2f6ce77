"""Meta's sandboxes: tokens of an hour and of sixty days, containers that are published once, duplicates, pictures."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.integrations.sandbox.person import CALLBACK, bearer, body_of, decide
from tests.integrations.sandbox.rig import Body, SandboxProcess

SIXTY_DAYS = 5_184_000
SCOPES = {
    "threads": "threads_basic threads_content_publish threads_delete",
    "instagram": "instagram_business_basic instagram_business_content_publish",
}


def get(sandbox: SandboxProcess, path: str, **parameters: str) -> requests.Response:
    return requests.get(sandbox.base_url + path, params=parameters, timeout=5)


def post(sandbox: SandboxProcess, path: str, token: str, **form: str) -> requests.Response:
    return requests.post(sandbox.base_url + path, data=form, headers=bearer(token), timeout=5)


def error_of(answer: requests.Response) -> tuple[int, Any, Any]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("error_subcode")


@pytest.mark.parametrize(("network", "grant"), [("threads", "th"), ("instagram", "ig")])
def test_a_short_token_becomes_a_long_one_that_renews_itself(sandbox: SandboxProcess, network: str, grant: str) -> None:
    sandbox.settings(meta_refresh_after_seconds=86_400)
    asked = {"response_type": "code", "client_id": "app", "redirect_uri": CALLBACK, "scope": SCOPES[network]}
    code = decide(sandbox.base_url, network, asked | {"state": "s"}, account="jonas")["code"]
    form = {"client_id": "app", "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    url = f"{sandbox.base_url}/{network}/oauth/access_token"
    short = body_of(requests.post(url, data=form | {"client_secret": "secret"}, timeout=5))
    assert short["user_id"]
    fields = {"grant_type": f"{grant}_exchange_token", "access_token": short["access_token"]}
    assert error_of(get(sandbox, f"/{network}/access_token", **fields, client_secret="wrong")) == (400, 101, None)  # noqa: S106
    long = body_of(get(sandbox, f"/{network}/access_token", **fields, client_secret="secret"))  # noqa: S106
    assert long["expires_in"] == SIXTY_DAYS
    again = {"grant_type": f"{grant}_exchange_token", "client_secret": "secret", "access_token": long["access_token"]}
    assert get(sandbox, f"/{network}/access_token", **again).status_code == 400
    renew = {"grant_type": f"{grant}_refresh_token", "access_token": long["access_token"]}
    assert error_of(get(sandbox, f"/{network}/refresh_access_token", **renew)) == (400, 10, None)
    sandbox.settings(meta_refresh_after_seconds=0)
    new = body_of(get(sandbox, f"/{network}/refresh_access_token", **renew))
    assert new["access_token"] != long["access_token"]
    sandbox.revoke(network, "jonas")
    assert error_of(get(sandbox, f"/{network}/refresh_access_token", **renew)) == (400, 190, None)


def container(sandbox: SandboxProcess, account: Body, text: str) -> str:
    made = post(
        sandbox,
        f"/threads/v1.0/{account['account_id']}/threads",
        account["access_token"],
        media_type="TEXT",
        text=text,
    )
    return str(body_of(made)["id"])


def test_a_container_is_published_once_by_its_owner(sandbox: SandboxProcess) -> None:
    account, stranger = sandbox.account("threads", "poster"), sandbox.account("threads", "stranger")
    made, token = container(sandbox, account, "once"), account["access_token"]
    publish = f"/threads/v1.0/{account['account_id']}/threads_publish"
    assert sandbox.acceptances() == []
    assert error_of(post(sandbox, publish, stranger["access_token"], creation_id=made)) == (400, 100, 33)
    assert post(sandbox, publish, token, creation_id=made).status_code == 200
    assert error_of(post(sandbox, publish, token, creation_id=made)) == (400, 24, 4279009)
    assert [line["text"] for line in sandbox.acceptances()] == ["once"]


@pytest.mark.parametrize(("text", "status"), [("a" * 500, 200), ("a" * 501, 400), ("🎉" * 125, 200), ("🎉" * 126, 400)])
def test_threads_counts_emoji_by_their_bytes(sandbox: SandboxProcess, text: str, status: int) -> None:
    account = sandbox.account("threads", "poster")
    path = f"/threads/v1.0/{account['account_id']}/threads"
    assert post(sandbox, path, account["access_token"], media_type="TEXT", text=text).status_code == status


def test_a_page_refuses_its_last_post_again_and_a_persons_token(sandbox: SandboxProcess) -> None:
    page = sandbox.account("facebook_pages", "garden")
    feed = f"/facebook_pages/v23.0/{page['account_id']}/feed"
    assert post(sandbox, feed, page["access_token"], message="Spring is here").status_code == 200
    assert error_of(post(sandbox, feed, page["access_token"], message="Spring is here")) == (400, 506, None)
    assert post(sandbox, feed, page["access_token"], message="Summer").status_code == 200
    other = sandbox.account("facebook_pages", "club", scopes=["pages_show_list", "pages_manage_posts"])
    club = f"/facebook_pages/v23.0/{other['account_id']}/feed"
    assert error_of(post(sandbox, club, other["access_token"], message="Hello")) == (403, 200, None)


def test_instagram_takes_no_words_alone_and_says_what_it_cannot_fetch(sandbox: SandboxProcess) -> None:
    account = sandbox.account("instagram", "poster")
    path, token = f"/instagram/v23.0/{account['account_id']}/media", account["access_token"]
    assert error_of(post(sandbox, path, token, caption="Words")) == (400, 100, None)
    made = body_of(post(sandbox, path, token, image_url=f"{sandbox.base_url}/nothing-here"))["id"]
    seen = requests.get(f"{sandbox.base_url}/instagram/v23.0/{made}", headers=bearer(token), timeout=5)
    assert body_of(seen)["status_code"] == "ERROR"
