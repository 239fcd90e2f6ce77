"""Every collected text is there in every language, with its placeholders and plural forms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po
from django.conf import settings

LANGUAGES = ("zh_Hans", "pl", "it", "ru")
MARK = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?[a-z]+")


def texts(language: str) -> list[Message]:
    path = Path(settings.BASE_DIR) / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as source:
        return [message for message in read_po(source, locale=language) if message.id]


def forms(words: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words or ("",))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_or_unsure(language: str) -> None:
    assert [message.id for message in texts(language) if message.fuzzy or not all(forms(message.string))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_put_in_stands_in_every_form(language: str) -> None:
    wrong = []
    for message in texts(language):
        wanted = [sorted(MARK.findall(form)) for form in forms(message.id)]
        wrong += [form for form in forms(message.string) if sorted(MARK.findall(form)) not in wanted]
    assert wrong == []


def test_all_languages_hold_the_same_texts() -> None:
    known = [{(message.context, forms(message.id)) for message in texts(language)} for language in LANGUAGES]
    assert all(one == known[0] for one in known)
    assert {language.lower().replace("_", "-") for language in LANGUAGES} == set(dict(settings.LANGUAGES)) - {"en"}
