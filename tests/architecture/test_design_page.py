"""What templates are built of is shown on /design/: every component, and every class that a style sheet knows."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STYLES = Path(settings.BASE_DIR) / "static" / "css"
COMMENT = re.compile(r"/\*.*?\*/|{#.*?#}", re.DOTALL)

pytestmark = pytest.mark.django_db


def without_comments(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


def pages() -> list[Path]:
    return [path for path in TEMPLATES.rglob("*.html") if "design" not in str(path.relative_to(TEMPLATES))]


@cache
def styled() -> frozenset[str]:
    """Every class that a selector names."""
    sources = "\n".join(without_comments(path) for path in STYLES.glob("*.css"))
    selectors = re.sub(r"{[^{}]*}", "{}", sources)
    return frozenset(re.findall(r"\.([a-z][\w-]*)", selectors))


def classes(source: str) -> set[str]:
    """Of a template: conditions are left out, both their branches are read."""
    found = re.findall(r'class="((?:[^"{]|{%.*?%}|{{.*?}})*)"', source)
    plain = (re.sub(r"{%.*?%}", " ", re.sub(r"[\w-]*{{.*?}}[\w-]*", " ", one)) for one in found)
    return {name for one in plain for name in one.split()}


def shown() -> str:
    """As a visitor and as an owner meet it: two frames."""
    client = Client()
    return client.get("/design/").content.decode() + client.get("/design/?role=owner").content.decode()


def test_every_styled_class_of_a_template_is_shown() -> None:
    used = set().union(*(classes(without_comments(path)) for path in pages())) & styled()
    assert len(used) > 100
    assert sorted(used - classes(shown())) == [], "show it in templates/design/"


def test_every_component_is_shown() -> None:
    """By its includes, those of included ones too."""
    parts = [TEMPLATES / "base.html", TEMPLATES / "design.html", *(TEMPLATES / "design").glob("*.html")]
    found = set[str]()
    while parts:
        named = set(re.findall(r'{% include "([\w/.]+)"', without_comments(parts.pop()))) - found
        found |= named
        parts += [TEMPLATES / name for name in named]
    components = {f"components/{path.name}" for path in (TEMPLATES / "components").glob("*.html")}
    assert sorted(components - found) == [], "include it in templates/design/"


def test_every_colour_and_size_is_shown_in_both_schemes() -> None:
    page, tokens = shown(), (STYLES / "tokens.css").read_text()
    for name in re.findall(r"^    --([\w-]+): light-dark", tokens, re.MULTILINE):
        assert page.count(f'class="swatch token-{name}"') == 4, name  # light and dark, for each of the two visitors
    for name in re.findall(r"^    --((?:text|space)-\w+):", tokens, re.MULTILINE):
        assert f"token-{name}" in page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_whole_page_can_be_seen_in_one_scheme(scheme: str) -> None:
    assert f'class="page scheme-{scheme}"' in Client().get("/design/", {"scheme": scheme}).content.decode()
    assert 'class="page"' in Client().get("/design/", {"scheme": "odd"}).content.decode()
