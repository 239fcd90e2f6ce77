"""The product as an app: its manifest, a worker that keeps nobody's page, and sharing into it, which only fills in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from accounts.models import User
from tests.accounts.companies import company
from tests.accounts.views.people_at_screens import Acme, acme, signed_in

__all__ = ["acme"]
pytestmark = pytest.mark.django_db
SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"


def file_behind(address: str) -> Path:
    found = finders.find(address.removeprefix(settings.STATIC_URL))
    assert isinstance(found, str), address
    return Path(found)


def test_manifest_names_files_that_are_what_it_says(client: Client) -> None:
    answer = client.get("/app.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert (manifest["id"], manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "/",
        "/",
        "/",
        "standalone",
    )
    assert [icon["purpose"] for icon in manifest["icons"]] == ["any", "any", "any", "maskable"]
    for icon in manifest["icons"]:
        path = file_behind(icon["src"])
        if path.suffix == ".png":
            with Image.open(path) as picture:
                assert f"{picture.width}x{picture.height}" == icon["sizes"]


@pytest.mark.parametrize(("language", "name"), [("en", "Good stories"), ("pl", "Dobre historie")])
def test_manifest_speaks_the_persons_language(client: Client, language: str, name: str) -> None:
    manifest = json.loads(client.get("/app.webmanifest", headers={"Accept-Language": language}).content)
    assert (manifest["lang"], manifest["name"]) == (language, name)


def test_worker_stands_at_the_top_and_is_asked_for_anew(client: Client) -> None:
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert 'const OFFLINE = "/offline/";' in answer.content.decode()
    csp = client.get("/offline/")["Content-Security-Policy"]
    assert "worker-src 'self'" in csp
    assert "manifest-src 'self'" in csp


def test_worker_keeps_the_offline_page_and_static_files_alone() -> None:
    """What is written into a cache stands in one function, and is not what somebody asked for."""
    worker = (SCRIPTS / "service-worker.js").read_text()
    kept = worker[worker.index("async function keepOfflinePage") : worker.index("async function forgetOlder")]
    writes = re.findall(r"\.(?:put|add|addAll)\(", worker)
    assert writes == [".put(", ".addAll("]
    assert re.findall(r"\.(?:put|add|addAll)\(", kept) == writes
    assert "request" not in kept
    assert "file.startsWith(STATIC)" in kept


def test_offline_page_knows_nobody(acme: Acme) -> None:
    client = signed_in(acme.ada)
    page = client.get("/offline/")
    assert page.content == signed_in(acme.owner).get("/offline/").content
    assert not page.cookies
    text = page.content.decode()
    for word in ("ada@x.test", "csrf", "Acme", "session"):
        assert word not in text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', text):
        file_behind(address)


def test_typed_words_are_let_go_only_where_a_page_of_the_persons_answered(acme: Acme) -> None:
    """The marks by which offline-draft.js tells such a page from that of signing in, and from an error's."""
    script = (SCRIPTS / "offline-draft.js").read_text()
    assert 'querySelector("#menu") && !document.querySelector(".error-page")' in script
    ada = signed_in(acme.ada)
    assert 'id="menu"' in ada.get("/o/acme/me/").content.decode()
    assert 'class="page-narrow error-page"' in ada.get("/o/acme/nothing/").content.decode()
    assert 'id="menu"' not in ada.get("/o/globex/me/").content.decode()
    assert 'id="menu"' not in Client().get("/o/acme/me/", follow=True).content.decode()


def test_what_is_shared_into_the_app_fills_in_and_sends_nothing(acme: Acme) -> None:
    answer = signed_in(acme.ada).get(
        "/share/", {"title": "A title", "text": "Look", "url": "https://x.test/1", "odd": "1"}
    )
    place = urlsplit(answer["Location"])
    assert (answer.status_code, place.path) == (302, "/o/acme/suggest/")
    assert parse_qs(place.query) == {"title": ["A title"], "text": ["Look"], "address": ["https://x.test/1"]}


def test_whoever_is_in_several_companies_or_none_is_asked(acme: Acme) -> None:
    assert acme.owner.user is not None
    company("Globex", owner="somebody@globex.test")
    nobody = Client()
    nobody.force_login(User.objects.create_user(email="nobody@x.test"))
    assert "You are in no company yet" in nobody.get("/share/").content.decode()
    assert Client().get("/share/", {"url": "https://x.test/1"})["Location"].startswith("/accounts/login/?next=/share/")
