"""A person in a browser without JavaScript who connects an account: our pages by the test client, others by HTTP."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from django.test import Client

from accounts.consent_texts import current_version
from accounts.models import Member, Organization
from tests.integrations.sandbox.person import Form

# What stands hidden beside the words on the page: which of them were shown.
YES = {
    "language": "en",
    "text_version": current_version("network"),
    "take_part_version": current_version("take_part"),
}


def browser(member: Member) -> Client:
    """Signed in as this person."""
    client = Client()
    assert member.user is not None
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def connect_address(organization: Organization, network: str, share: str = "", allow: str = "") -> str:
    asked = {name: value for name, value in (("share", share), ("allow", allow)) if value}
    return f"/o/{organization.slug}/connect/{network}/" + (f"?{urlencode(asked)}" if asked else "")


def go(
    client: Client, organization: Organization, network: str, *, share: str = "", allow: str = "", **typed: str
) -> str:
    """Say yes on our page; answers the address of the network's own page."""
    typed = YES | typed | ({"share": share} if share else {})
    page = client.post(connect_address(organization, network, share, allow), typed)
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    assert found, page.content.decode()
    return unescape(found[1])


def state_in(address: str) -> str:
    return parse_qs(urlsplit(address).query)["state"][0]


def decide(address: str, **choice: str) -> str:
    """Choose an account and press a button on the network's page; answers the path it sends the person back to."""
    page = requests.get(address, timeout=5)
    assert page.status_code == 200, page.text
    sent = Form(page.text).hidden | {"decision": "allow", "new_handle": "bob"} | choice
    answer = requests.post(address.partition("?")[0], data=sent, timeout=5, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}" == "http://127.0.0.1:8000"
    return f"{back.path}?{back.query}"


def words(page: Any) -> str:
    """What a person reads: no tags, single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())
