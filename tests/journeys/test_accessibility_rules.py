"""What no look at a page can tell: rules that hold for every script, style and template, and the document that lists
each criterion of WCAG 2.2 with how it was checked.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SCRIPTS = {path.name: path.read_text() for path in sorted((ROOT / "static/js").glob("*.js"))}
STYLES = {path.name: path.read_text() for path in sorted((ROOT / "static/css").glob("*.css"))}
TEMPLATES = {str(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / "templates").rglob("*.html"))}
PAGES = {name: text for name, text in TEMPLATES.items() if not name.startswith("templates/letters/")}
DOCUMENT = ROOT / "docs/accessibility.md"
# Guideline to its criteria of level A and AA; 4.1.1 is gone since WCAG 2.2.
CRITERIA = {
    "1.1": (1,),
    "1.2": (1, 2, 3, 4, 5),
    "1.3": (1, 2, 3, 4, 5),
    "1.4": (1, 2, 3, 4, 5, 10, 11, 12, 13),
    "2.1": (1, 2, 4),
    "2.2": (1, 2),
    "2.3": (1,),
    "2.4": (1, 2, 3, 4, 5, 6, 7, 11),
    "2.5": (1, 2, 3, 4, 7, 8),
    "3.1": (1, 2),
    "3.2": (1, 2, 3, 4, 6),
    "3.3": (1, 2, 3, 4, 7, 8),
    "4.1": (2, 3),
}
# A company's video is shown as it was uploaded.
NOT_MET = ["1.2.2", "1.2.3", "1.2.5"]
# 1.4.11: what must stand out from what is around it, on each ground it stands on.
EDGES = ("--line-strong", "--accent", "--bad")
GROUNDS = ("--paper", "--surface", "--surface-raised", "--sunken")
LEAST_CONTRAST = 3.0


def _where(pattern: str, texts: dict[str, str]) -> list[str]:
    return [f"{name}: {found[0]}" for name, text in texts.items() for found in re.finditer(pattern, text)]


# --- the document ----------------------------------------------------------------------------------


def test_every_criterion_stands_in_the_document() -> None:
    rows = re.findall(r"^\| (\d\.\d\.\d+) [^|]+\| (A|AA) \| ([^|]+) \| ([^|]+) \|$", DOCUMENT.read_text(), re.MULTILINE)
    assert [row[0] for row in rows] == [f"{of}.{number}" for of, numbers in CRITERIA.items() for number in numbers]
    assert len(rows) == 55
    assert [row[0] for row in rows if row[3].strip() not in {"holds", "does not apply"}] == NOT_MET


def test_the_document_names_tests_that_exist() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT.read_text()))
    assert named
    assert [name for name in sorted(named) if f"def {name}(" not in code] == []
    paths = set(re.findall(r"`((?:tests|templates|accounts|static)/[\w/.]+)`", DOCUMENT.read_text()))
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


# --- scripts ---------------------------------------------------------------------------------------


def test_no_script_acts_on_pressing() -> None:
    """2.5.2 and 2.5.4: what is begun with a pointer can be taken back before it is let go; motion does nothing."""
    assert _where(r"mousedown|pointerdown|touchstart|devicemotion|deviceorientation", SCRIPTS) == []


def test_no_script_listens_to_letters() -> None:
    """2.1.4: no shortcut of one letter, digit or sign."""
    compared = _where(r"\.key(?:Code)? ===? [\"'][^\"']{1,2}[\"']", SCRIPTS)
    assert compared == []


def test_counters_are_polite() -> None:
    """4.1.3: what changes beside a text while it is typed waits for a rest and never interrupts."""
    assert _where(r"aria-live=\"assertive\"", PAGES) == []
    assert _where(r"hx-trigger=\"input changed(?! delay:)", PAGES) == []


# --- styles ----------------------------------------------------------------------------------------


def test_nothing_appears_on_hover() -> None:
    """1.4.13: what only a resting pointer shows, others never find."""
    shown = r":hover[^{}]*\{[^}]*(?:display|visibility|opacity|content|clip-path):[^}]*\}"
    assert _where(shown, STYLES) == []
    assert _where(r"<(?!iframe|svg|link)\w+[^>]* title=\"[^\"]*\"", PAGES) == []


def test_nothing_is_reordered() -> None:
    """1.3.2: what stands first is read first. `order: -1` of a mark before its own words moves no content."""
    assert _where(r"(?:row|column)-reverse|\border: *[1-9]", STYLES) == []


def test_no_orientation_is_locked() -> None:
    """1.3.4: neither by a style nor by the installed app."""
    assert _where(r"orientation:[^)]*\)[^{]*\{[^}]*rotate", STYLES) == []
    assert _where(r"\"orientation\": *\"(?!any|natural)", PAGES) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_edges_can_be_seen(dark: bool) -> None:
    """1.4.11: 3 : 1 between the edge of a control, or the mark of the focus, and each ground."""
    colours = _colours(dark)
    weak = [
        f"{edge} on {ground}: {contrast:.2f}"
        for edge, ground in product(EDGES, GROUNDS)
        if (contrast := _contrast(colours[edge], colours[ground])) < LEAST_CONTRAST
    ]
    assert weak == []


def _colours(dark: bool) -> dict[str, str]:
    """The names of tokens.css with their colour in that scheme."""
    pairs = re.findall(r"(--[\w-]+): light-dark\((#\w{6}), (#\w{6})\);", STYLES["tokens.css"])
    return {name: (night if dark else day) for name, day, night in reversed(pairs)}  # the first of a name is the rule


def _contrast(one: str, other: str) -> float:
    lights = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def _luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- forms -----------------------------------------------------------------------------------------


def test_fields_about_the_person_say_so() -> None:
    """1.3.5: a browser can fill in a name, an address of mail and a password."""
    forms = (ROOT / "accounts/forms.py").read_text()
    fields = re.findall(r"^    (name|email|password\d?) = forms\.\w+\(([^\n]*(?:\n {8}[^\n]*)*)", forms, re.MULTILINE)
    assert fields
    silent = [words for _name, words in fields if "autocomplete" not in words]
    assert [words for words in silent if "Name of the team" not in words] == []
