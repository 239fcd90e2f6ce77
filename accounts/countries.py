"""Countries by the two letters of ISO 3166, with their names in the reader's language."""

from __future__ import annotations

from functools import cache

from babel import Locale
from django.utils.translation import get_language

NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})  # groups and tests, in the same list


@cache
def _names(language: str) -> dict[str, str]:
    listed = Locale.parse(language, sep="-").territories
    found = {code: name for code, name in listed.items() if len(code) == 2 and code.isalpha()}
    return {code: name for code, name in found.items() if code not in NOT_COUNTRIES}


def country_names() -> dict[str, str]:
    return _names(get_language() or "en")


def is_country(code: str) -> bool:
    return code in _names("en")


def country_choices(empty: str) -> list[tuple[str, str]]:
    """For a form, by name; `empty` are the words for none."""
    return [("", empty), *sorted(country_names().items(), key=lambda pair: pair[1].casefold())]
