"""A person at the sandbox's own pages, and the app they connect: the OAuth dance by plain form posts."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

CALLBACK = "http://127.0.0.1:8000/connections/callback"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
AUTHORIZE = {
    "linkedin": "/linkedin/oauth/v2/authorization",
    "x": "/x/i/oauth2/authorize",
    "mastodon": "/mastodon/oauth/authorize",
    "threads": "/threads/oauth/authorize",
    "instagram": "/instagram/oauth/authorize",
}
SCOPES = {
    "linkedin": "openid profile email w_member_social",
    "x": "tweet.read tweet.write users.read media.write offline.access",
    "mastodon": "profile read:statuses write:statuses write:media",
}


class Form(HTMLParser):
    """The hidden fields of a page, as a browser would send them back."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "input" and named.get("type") == "hidden":
            self.hidden[named["name"] or ""] = named["value"] or ""


def ask(network: str, client_id: str, **more: str) -> dict[str, str]:
    """The parameters of an authorization request."""
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "state": "state-1",
        "scope": SCOPES[network],
    }
    if network != "linkedin":
        asked |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    return asked | more


def decide(base_url: str, network: str, asked: dict[str, str], **choice: str) -> dict[str, str]:
    """Open the consent page, send its form, and return what the app receives at its callback."""
    url = base_url + AUTHORIZE[network]
    page = requests.get(url, params=asked, timeout=5)
    assert page.status_code == 200, page.text
    assert "nothing here is public" in page.text
    sent = Form(page.text).hidden | {"decision": "allow"} | choice
    answer = requests.post(url, data=sent, timeout=5, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["Location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == CALLBACK
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def bearer(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **more}


def body_of(answer: requests.Response, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body
