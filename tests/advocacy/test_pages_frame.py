"""The frame: what every page carries, in each language and for each role, and how light it is."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from accounts import moments
from accounts.models import Member, Organization
from accounts.roles import Role
from advocacy.navigation import groups_for

BUDGET = 80_000
NOON = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)
ADDRESSES = ("/design/", "/design/?role=owner", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")


def _page(client: Client, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).content, "html.parser")


def _shown(source: str, **values: Any) -> str:
    return Template(source).render(Context(values))


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*ADDRESSES, "/nothing/"])
def test_every_page_has_its_landmarks_and_one_heading(client: Client, address: str) -> None:
    page = _page(client, address)
    assert len(page.select("main#content")) == 1
    assert len(page.select("h1")) == 1
    assert page.select_one("a.skip[href='#content']")
    assert page.html is not None
    assert page.html["lang"] == "en"
    assert page.title is not None
    assert page.title.text.strip(" ·")
    assert page.select_one("#messages[role=status][aria-live=polite]")


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*ADDRESSES, "/nothing/"])
def test_no_page_carries_unnamed_style_or_script(client: Client, address: str) -> None:
    page = _page(client, address)
    assert page.select("[style], style:not([nonce])") == []
    data = {"application/json"}
    assert [one for one in page.select("script:not([src])") if one.get("type") not in data] == []
    assert [one.name for one in page.find_all(True) if any(name.startswith("on") for name in one.attrs)] == []
    assert all(one.get("nonce") for one in page.select("script[src]"))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_asks_anybody_else_for_anything(client: Client, address: str) -> None:
    page = _page(client, address)
    asked = [one.get("src") or one.get("href") for one in page.select("script[src], link[href], img[src]")]
    assert [one for one in asked if not str(one).startswith(("/static/", "/app.webmanifest", "data:"))] == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/design/?role=owner", "/accounts/login/"])
def test_first_load_is_light(client: Client, address: str) -> None:
    """What the wire carries without pictures, compressed as WhiteNoise compresses at its least."""
    answer = client.get(address)
    page = BeautifulSoup(answer.content, "html.parser")
    names = [str(one.get("src") or one.get("href")) for one in page.select("script[src], link[rel=stylesheet]")]
    weights = {"page": len(gzip.compress(answer.content))}
    for name in names:
        found = finders.find(urljoin("/", name).removeprefix("/static/"))
        assert isinstance(found, str), name
        with open(found, "rb") as file:
            weights[name] = len(gzip.compress(file.read()))
    assert sum(weights.values()) < BUDGET, weights


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans", "pl", "it", "ru"])
def test_page_speaks_the_browsers_language(client: Client, language: str) -> None:
    page = BeautifulSoup(client.get("/accounts/login/", headers={"accept-language": language}).content, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == language
    chosen = page.select_one("#language option[selected]")
    assert chosen is not None
    assert chosen["value"] == language


@pytest.mark.django_db
def test_choosing_a_language_keeps_the_page_and_the_choice(client: Client) -> None:
    answer = client.post("/language/", {"language": "pl", "next": "/accounts/login/"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert _page(client, "/accounts/login/").html["lang"] == "pl"  # type: ignore[index]  # asserted elsewhere


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_choosing_a_language_leads_nowhere_else(client: Client, wanted: str) -> None:
    answer = client.post("/language/", {"language": "pl", "next": wanted})
    assert answer["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_language_changes_nothing(client: Client) -> None:
    assert "language" not in client.post("/language/", {"language": "xx"}).cookies


@pytest.mark.django_db
@pytest.mark.parametrize("status_and_address", [(404, "/nothing/"), (405, "/language/")])
def test_missing_page_names_the_request(client: Client, status_and_address: tuple[int, str]) -> None:
    status, address = status_and_address
    answer = client.get(address, headers={"x-request-id": "abcdefgh-1234"})
    assert answer.status_code == status
    assert answer["X-Request-Id"] == "abcdefgh-1234"
    if status == 404:
        assert "abcdefgh-1234" in answer.content.decode()


HEADINGS = {
    Role.OWNER: ["Mine", "Stories", "Team", "The programme"],
    Role.ADMIN: ["Mine", "Stories", "Team", "The programme"],
    Role.CURATOR: ["Mine", "Stories"],
    Role.MANAGER: ["Mine", "Team"],
    Role.ADVOCATE: ["Mine"],
}


@pytest.mark.parametrize("role", list(Role))
def test_navigation_offers_what_the_role_may_open(role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advocacy.navigation.reverse", lambda name, args: f"/o/{args[0]}/{name}/")
    request = RequestFactory().get("/")
    request.member = Member(role=role)  # type: ignore[attr-defined]  # what for_member sets
    request.organization = Organization(slug="acme")  # type: ignore[attr-defined]
    request.resolver_match = type("Match", (), {"url_name": "queue"})()
    groups = groups_for(request)
    assert [group.heading for group in groups] == HEADINGS[role]
    assert [link.name for group in groups for link in group.links if link.current] == ["queue"]


def test_navigation_marks_the_page_above(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advocacy.navigation.reverse", lambda name, args: f"/o/{args[0]}/{name}/")
    request = RequestFactory().get("/o/acme/people/invite/")
    request.member = Member(role=Role.OWNER)  # type: ignore[attr-defined]  # what for_member sets
    request.organization = Organization(slug="acme")  # type: ignore[attr-defined]
    request.resolver_match = None
    marked = {link.name: link.current for group in groups_for(request) for link in group.links if link.current}
    assert marked == {"people": "true"}


def test_navigation_is_empty_before_we_know_the_person() -> None:
    assert groups_for(RequestFactory().get("/")) == []


# --- moments and figures ---------------------------------------------------------------------

MOMENTS = {
    "en": ("Tue 24 Nov, 09:20", "Warsaw", "1,234.5", "25%"),
    "pl": ("wt., 24 lis, 09:20", "Warszawa", "1\u00a0234,5", "25%"),
    "it": ("mar 24 nov, 09:20", "Varsavia", "1.234,5", "25%"),
    "ru": ("вт, 24 нояб., 09:20", "Варшава", "1\u00a0234,5", "25\u00a0%"),
    "zh-hans": ("11月24日周二, 09:20", "华沙", "1,234.5", "25%"),
}


@pytest.mark.parametrize("language", list(MOMENTS))
def test_moments_and_numbers_follow_language_and_zone(language: str) -> None:
    local = NOON.astimezone(ZoneInfo("Europe/Warsaw"))
    with translation.override(language):
        shown = (
            moments.day_and_clock(local, now=NOON),
            moments.place(local),
            moments.number(1234.5),
            moments.percent(0.25),
        )
    assert shown == MOMENTS[language]


def test_moment_names_the_zone_and_keeps_the_exact_time() -> None:
    with timezone.override("Europe/Warsaw"):
        assert 'datetime="2026-11-24T09:20:00+01:00"' in _shown("{% moment at %}", at=NOON)
        assert "(Tokyo)" in _shown("{% moment at 'Asia/Tokyo' %}", at=NOON)
        assert _shown("{% moment at %}", at=None) == "–"


def test_another_year_is_named() -> None:
    local = NOON.replace(tzinfo=ZoneInfo("UTC"))
    assert moments.day_and_clock(local, now=NOON + timedelta(days=365)) == "Tue 24 Nov 2026, 08:20"
    assert moments.place(local) == "UTC"


def test_distance_in_time_goes_both_ways() -> None:
    assert moments.ago(NOON - timedelta(hours=3), now=NOON) == "3 hours ago"
    assert moments.ago(NOON + timedelta(days=2), now=NOON) == "in 2 days"


# --- words of people -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Zofia Nowak", "ZN"), ("zofia", "Z"), ("王芳", "王"), ("a.b@c.example", "AB"), ("", "·"), ("Élodie d'Ys", "ÉY")],
)
def test_initials(name: str, letters: str) -> None:
    assert _shown("{{ name|initials }}", name=name) == letters


def test_post_text_escapes_and_tints() -> None:
    shown = _shown("{{ text|post_text }}", text='<b>5</b> & "x" https://a.example/?q=1&r=2 #tag @me')
    assert shown == (
        "&lt;b&gt;5&lt;/b&gt; &amp; &quot;x&quot; "
        '<span class="post-link">https://a.example/?q=1&amp;r=2</span> '
        '<span class="post-link">#tag</span> <span class="post-link">@me</span>'
    )


@pytest.mark.django_db
def test_field_ties_hint_and_error_to_its_control(client: Client) -> None:
    page = _page(client, "/design/")
    for control in page.select("form.card [aria-describedby]"):
        for described in str(control["aria-describedby"]).split():
            assert page.select_one(f"#{described}"), described
    name = page.select_one("#id_name")
    assert name is not None
    assert name["aria-invalid"] == "true"
    assert str(name["aria-describedby"]).split() == ["id_name_helptext", "id_name_error"]


def test_no_style_names_a_colour_outside_the_tokens() -> None:
    for name in ("base", "frame", "layout", "controls", "components", "data"):
        found = finders.find(f"css/{name}.css")
        assert isinstance(found, str)
        with open(found) as file:
            styles = file.read()
        assert set(re.findall(r"#[0-9a-f]{3,8}\b", styles)) <= {"#fff", "#000"}  # white and black paper in print


@pytest.mark.django_db
def test_what_no_database_can_keep_is_refused_before_it_is_asked(client: Client) -> None:
    assert client.get("/accounts/login/?next=%00").status_code == 400
    assert client.get("/i/a%00b/").status_code == 400
    answer = client.post("/in/", {"email": "ada\0@acme.test"})
    assert answer.status_code == 400
    assert "Go back and try again. Nothing was changed." in answer.content.decode()
