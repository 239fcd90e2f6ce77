"""What can be checked in a text without judging it: phrases that the company avoids, anywhere or about a story. Pure.

No taste here: nothing about style, praise or length of sentences. Whoever writes reads what was found, and decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.closeness_rules import tokens_of


def said_in(text: str, phrases: Iterable[str]) -> list[str]:
    """The phrases whose words stand in the text, in that order; capitals and punctuation aside."""
    words = [token.word for token in tokens_of(text)]
    return [phrase for phrase in phrases if _stands_in(words, [token.word for token in tokens_of(phrase)])]


@dataclass(frozen=True, slots=True)
class Avoided:
    """A phrase that the company avoids, and what it says `instead`, if it said so."""

    phrase: str
    instead: str = ""


def avoided_in(text: str, lines: Iterable[str]) -> list[Avoided]:
    """Those of the company's lines ("users = people") whose phrase stands in the text."""
    parts = [line.partition("=") for line in lines]
    listed = {phrase.strip(): instead.strip() for phrase, _equals, instead in parts}
    return [Avoided(phrase, listed[phrase]) for phrase in said_in(text, listed)]


def _stands_in(words: list[str], phrase: list[str]) -> bool:
    size = len(phrase)
    return bool(phrase) and any(words[at : at + size] == phrase for at in range(len(words) - size + 1))
