"""Does a company ask its people for reviews, ratings or praise? That is never asked here (promise 9). Pure.

Employees who rate their own employer or its products mislead whoever reads it (16 CFR 465.5, Directive 2005/29/EC,
Annex I no. 23b and 23c). Plain words of five languages: a verb of giving beside what is given, or the name of a rating.
"""

from __future__ import annotations

import re

_NEAR = r"(?:\W+\w+){0,4}?\W+"  # at most four words between the two
_PAIRS: tuple[tuple[str, str], ...] = (
    (r"(?:write|leave|give|post|add|submit|rate)", r"(?:reviews?|ratings?|testimonials?|recommendations?|stars)"),
    (r"(?:napisz\w*|wystaw\w*|zostaw\w*|dodaj\w*|oceń\w*|ocen\w+)", r"(?:opini\w+|recenzj\w+|ocen[ęyę]?|gwiazd\w+)"),
    (r"(?:scriv\w+|lasci\w+|da(?:i|te|re)|pubblic\w+)", r"(?:recension\w+|valutazion\w+|stelle|giudizi\w*)"),
    (r"(?:напи\w+|остав\w+|постав\w+|дай\w*)", r"(?:отзыв\w*|оценк\w+|рейтинг\w*|звёзд\w*|звезд\w*)"),
)
_ALONE = (
    r"(?:five|5)[\s-]?stars?",
    r"rate (?:us|our|the app|your employer)",
    r"recensiteci|valutateci",
    r"oceńcie nas|oceń nas|pięć gwiazdek",
    r"оцените (?:нас|наш\w*)|пять зв[её]зд",
    r"5 stelle|cinque stelle",
)
_CHINESE = re.compile(r"好评|打分|评分|五星|写(?:个|一条|一篇)?评价|给(?:个|一个)?评价|留下评价")
_FOUND = re.compile(
    "|".join([*(rf"\b{verb}{_NEAR}{thing}\b" for verb, thing in _PAIRS), *(rf"\b(?:{words})\b" for words in _ALONE)]),
    re.IGNORECASE,
)


def praise_asked_in(text: str) -> str:
    """The words that ask for it, as they stand there; '' where nothing does."""
    found = _FOUND.search(text) or _CHINESE.search(text)
    return " ".join(found.group().split()) if found else ""
