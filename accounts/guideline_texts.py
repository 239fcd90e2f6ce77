"""The guidelines a company starts with: five points and a text with three blanks, written anew in each language.

The words stand in `default_guidelines/<language>.toml`, for people who do not read Python. They are no translations of
one another's sentences, so they are not in `locale/`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = Path(__file__).with_name("default_guidelines")


@dataclass(frozen=True)
class Blanks:
    """What a company fills in: whom to ask, what never to post, what to say about working here."""

    contact: str = ""
    never: str = ""
    about_us: str = ""


@dataclass(frozen=True)
class GuidelinesWords:
    """Guidelines in one language."""

    points: tuple[str, ...]
    body: str


def default_words(language: str, blanks: Blanks | None = None) -> GuidelinesWords:
    """Ours, with the company's words in the blanks. An empty blank gets plain words that are true everywhere."""
    ours = _ours(language)
    typed = {name: words.strip().rstrip(".。") for name, words in asdict(blanks or Blanks()).items()}
    filled = {name: words or ours["blanks"][name] for name, words in typed.items()}
    body: str = ours["body"].strip()
    for name, words in filled.items():  # not str.format: a company's words may hold braces
        body = body.replace("{" + name + "}", words)
    return GuidelinesWords(points=tuple(ours["points"]), body=body)


def defaults_in_every_language() -> dict[str, GuidelinesWords]:
    return {code: default_words(code) for code, _name in settings.LANGUAGES}


@cache
def _ours(language: str) -> Mapping[str, Any]:
    with (FOLDER / f"{language}.toml").open("rb") as source:
        return tomllib.load(source)
