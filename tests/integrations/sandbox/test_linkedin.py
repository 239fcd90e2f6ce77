"""LinkedIn at the sandbox: sign-in, little-text, duplicates, versions, pictures, removal."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.integrations.sandbox.person import CALLBACK, ask, bearer, body_of, decide
from tests.integrations.sandbox.rig import Body, SandboxProcess

VERSION = {"Linkedin-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}


def exchange(sandbox: SandboxProcess, **form: str) -> requests.Response:
    sent = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "client_id": "app", "client_secret": "s"}
    return requests.post(sandbox.base_url + "/linkedin/oauth/v2/accessToken", data=sent | form, timeout=5)


def post(sandbox: SandboxProcess, account: Body, text: str, **more: Any) -> requests.Response:
    body = {
        "author": f"urn:li:person:{account['account_id']}",
        "commentary": text,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    headers = bearer(account["access_token"], **VERSION)
    return requests.post(sandbox.base_url + "/linkedin/rest/posts", json=body | more, headers=headers, timeout=5)


def test_the_sign_in_gives_sixty_days_a_comma_joined_scope_and_no_refresh(sandbox: SandboxProcess) -> None:
    came_back = decide(sandbox.base_url, "linkedin", ask("linkedin", "app"), account="amara")
    assert came_back["state"] == "state-1"
    said = body_of(exchange(sandbox, code=came_back["code"]))
    assert said["expires_in"] == 5_184_000
    assert said["scope"] == "email,openid,profile,w_member_social"
    assert "refresh_token" not in said
    me = body_of(
        requests.get(sandbox.base_url + "/linkedin/v2/userinfo", headers=bearer(said["access_token"]), timeout=5)
    )
    assert (me["name"], me["given_name"], me["email_verified"]) == ("Amara Okafor", "Amara", True)


def test_a_code_works_once_and_only_with_its_address_and_secret(sandbox: SandboxProcess) -> None:
    code = decide(sandbox.base_url, "linkedin", ask("linkedin", "app"), new_handle="newcomer")["code"]
    assert exchange(sandbox, code=code, redirect_uri=CALLBACK + "/").status_code == 400
    assert exchange(sandbox, code=code, client_secret="other").status_code == 401
    assert exchange(sandbox, code=code).status_code == 200
    assert body_of(exchange(sandbox, code=code), 400)["error"] == "invalid_grant"


def test_a_denied_consent_and_a_scope_that_is_not_self_serve_come_back_as_errors(sandbox: SandboxProcess) -> None:
    denied = decide(sandbox.base_url, "linkedin", ask("linkedin", "app"), decision="deny")
    assert (denied["error"], denied["state"]) == ("user_cancelled_authorize", "state-1")
    asked = ask("linkedin", "app", scope="openid r_member_social")
    url = sandbox.base_url + "/linkedin/oauth/v2/authorization"
    answer = requests.get(url, params=asked, timeout=5, allow_redirects=False)
    assert "error=unauthorized_scope_error" in answer.headers["Location"]


def test_an_app_without_an_id_sees_a_page_and_is_not_sent_anywhere(sandbox: SandboxProcess) -> None:
    url = sandbox.base_url + "/linkedin/oauth/v2/authorization"
    answer = requests.get(url, params=ask("linkedin", ""), timeout=5, allow_redirects=False)
    assert (answer.status_code, "Location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    ("commentary", "visible"),
    [
        ("plain text", "plain text"),
        (r"brackets \(kept\) and snake\_case", "brackets (kept) and snake_case"),
        ("brackets (lost) and more", "brackets "),
        ("a #hashtag stays, a # alone cuts", "a #hashtag stays, a "),
        ("thanks @[Ana Ruiz](urn:li:person:abc) for this", "thanks Ana Ruiz for this"),
        (r"mail me\@example.com", "mail me@example.com"),
        ("mail me@example.com", "mail me"),
        ("{hashtag|\\#|work} is work", "#work is work"),
        (r"back\\slash", "back\\slash"),
    ],
)
def test_little_text_is_unescaped_and_cut_silently(sandbox: SandboxProcess, commentary: str, visible: str) -> None:
    answer = post(sandbox, sandbox.account("linkedin"), commentary)
    assert (answer.status_code, answer.text) == (201, "")
    assert sandbox.acceptances()[-1]["text"] == visible
    assert sandbox.acceptances()[-1]["external_id"] == answer.headers["x-restli-id"]


def test_the_same_text_again_is_refused_and_names_the_first(sandbox: SandboxProcess) -> None:
    account = sandbox.account("linkedin")
    first = post(sandbox, account, "once").headers["x-restli-id"]
    again = body_of(post(sandbox, account, "once"), 422)
    assert (again["code"], again["message"]) == ("DUPLICATE_POST", f"Content is a duplicate of {first}")
    assert post(sandbox, sandbox.account("linkedin", "other"), "once").status_code == 201
    sandbox.settings(duplicate_seconds=0)
    assert post(sandbox, account, "once").status_code == 201
    sandbox.settings(duplicate_seconds=86_400)


def test_a_ghost_may_still_be_named_as_the_duplicate(sandbox: SandboxProcess) -> None:
    account = sandbox.account("linkedin")
    urn = post(sandbox, account, "ghost").headers["x-restli-id"]
    url = sandbox.base_url + "/linkedin/rest/posts/" + quote(urn, safe="")
    requests.delete(url, headers=bearer(account["access_token"], **VERSION), timeout=5)
    sandbox.settings(ghost_duplicates=True)
    assert urn in body_of(post(sandbox, account, "ghost"), 422)["message"]
    sandbox.settings(ghost_duplicates=False)
    assert post(sandbox, account, "ghost").status_code == 201


def test_the_version_header_is_asked_for(sandbox: SandboxProcess) -> None:
    account = sandbox.account("linkedin")
    url, headers = sandbox.base_url + "/linkedin/rest/posts", bearer(account["access_token"])
    assert body_of(requests.post(url, json={}, headers=headers, timeout=5), 400)["code"] == "VERSION_MISSING"
    retired = headers | {"Linkedin-Version": "202409"}
    assert body_of(requests.post(url, json={}, headers=retired, timeout=5), 426)["code"] == "NONEXISTENT_VERSION"
    assert sandbox.acceptances() == []


def test_a_text_of_3000_passes_and_one_more_does_not(sandbox: SandboxProcess) -> None:
    account = sandbox.account("linkedin")
    assert post(sandbox, account, "a" * 3000).status_code == 201
    assert body_of(post(sandbox, account, "a" * 3001), 400)["code"] == "FIELD_LENGTH_TOO_LONG"


def test_an_article_keeps_its_card_and_its_uploaded_thumbnail(sandbox: SandboxProcess) -> None:
    account = sandbox.account("linkedin")
    headers = bearer(account["access_token"], **VERSION)
    started = body_of(
        requests.post(
            sandbox.base_url + "/linkedin/rest/images?action=initializeUpload",
            json={"initializeUploadRequest": {"owner": f"urn:li:person:{account['account_id']}"}},
            headers=headers,
            timeout=5,
        )
    )["value"]
    article = {"source": "https://example.com/a", "title": "T", "description": "D", "thumbnail": started["image"]}
    early = body_of(post(sandbox, account, "card", content={"article": article}), 400)
    assert early["code"] == "MEDIA_ASSET_WAITING_UPLOAD"
    put = requests.put(started["uploadUrl"], data=b"\x89PNG bytes", headers=headers, timeout=5)
    assert put.status_code == 201
    assert post(sandbox, account, "card", content={"article": article}).status_code == 201
    card = sandbox.acceptances()[-1]["card"]
    assert (card["url"], card["title"], card["description"], len(card["picture"])) == (article["source"], "T", "D", 64)


def test_a_removed_post_is_gone_from_its_permalink(sandbox: SandboxProcess) -> None:
    account = sandbox.account("linkedin")
    urn = post(sandbox, account, "for a while").headers["x-restli-id"]
    permalink = f"{sandbox.base_url}/linkedin/feed/update/{urn}/"
    assert "for a while" in requests.get(permalink, timeout=5).text
    headers, url = bearer(account["access_token"], **VERSION), sandbox.base_url + "/linkedin/rest/posts/"
    assert requests.delete(url + urn, headers=headers, timeout=5).status_code == 400
    assert requests.delete(url + quote(urn, safe=""), headers=headers, timeout=5).status_code == 204
    assert requests.delete(url + quote(urn, safe=""), headers=headers, timeout=5).status_code == 404
    assert requests.get(permalink, timeout=5).status_code == 410
    assert sandbox.lines()[-1]["removed"] == urn


def test_own_posts_and_figures_cannot_be_read(sandbox: SandboxProcess) -> None:
    headers = bearer(sandbox.account("linkedin")["access_token"], **VERSION)
    for path in ("/linkedin/rest/posts?q=author", "/linkedin/rest/memberCreatorPostAnalytics?q=me"):
        said = body_of(requests.get(sandbox.base_url + path, headers=headers, timeout=5), 403)
        assert (said["code"], said["serviceErrorCode"]) == ("ACCESS_DENIED", 100)


@pytest.mark.parametrize(
    ("how", "code", "service"),
    [
        ("revoke", "REVOKED_ACCESS_TOKEN", 65601),
        ("expire", "EXPIRED_ACCESS_TOKEN", 65602),
        ("restrict", "RESTRICTED_MEMBER", 65608),
    ],
)
def test_what_ends_a_grant_has_its_own_code(sandbox: SandboxProcess, how: str, code: str, service: int) -> None:
    account = sandbox.account("linkedin", "ending")
    sandbox.revoke("linkedin", "ending", how)
    said = body_of(post(sandbox, account, "too late"), 401)
    assert (said["code"], said["serviceErrorCode"]) == (code, service)
    assert sandbox.acceptances() == []
