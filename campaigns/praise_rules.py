"""Does a company ask its people for reviews, ratings or praise? That is never asked here (promise 9). Pure.

Employees who rate their own employer or its products mislead whoever reads it (16 CFR 465.5, Directive 2005/29/EC,
Annex I no. 23b and 23c). Plain words of five languages: a verb of giving beside what is given, a verb of rating beside
ourselves, or the name of a rating or of a site of ratings. It finds most such wordings, never all.
"""

from __future__ import annotations

import re

_NEAR = r"(?:\W+\w+){0,4}?\W+"  # at most four words between the two
_SITES = r"glassdoor|kununu|g2|capterra|trustpilot|trustradius|indeed|yelp|getapp|gowork"
_PAIRS: tuple[tuple[str, str], ...] = (
    (
        r"(?:write|leave|give|post|add|submit|rate)",
        r"(?:(?<!code )reviews?|ratings?|testimonials?|recommendations?|(?<!rising )stars)",
    ),
    (r"(?:review|recommend|rate|share)", rf"(?:{_SITES})"),
    (r"(?:review|recommend|rate)", r"(?:us|our (?:company|brand|products?|apps?|shop|services?|firm)|your experience)"),
    (r"share", r"(?:reviews?|ratings?|testimonials?) of (?:us|our \w+)"),
    (rf"(?:{_SITES})", r"(?:reviews?|ratings?|rate|recommend\w*)"),
    (r"(?:oceń\w*|oceni\w*|poleć\w*|zrecenzuj\w*)", r"(?:nas|nasz\w*)"),
    (r"(?:recensi\w+|valuta(?:te)?|raccomanda(?:te)?|consiglia(?:te)?)", r"(?:ci|noi|(?:la |il |i |le )?nostr[aoie])"),
    (r"(?:оцени\w*|порекоменду\w*|рекоменду\w*)", r"(?:нас|наш\w*)"),
    (r"(?:napisz\w*|wystaw\w*|zostaw\w*|dodaj\w*|oceń\w*|ocen\w+)", r"(?:opini\w+|recenzj\w+|ocen[ęyę]?|gwiazd\w+)"),
    (r"(?:scriv\w+|lasci\w+|da(?:i|te|re)|pubblic\w+)", r"(?:recension\w+|valutazion\w+|stelle|giudizi\w*)"),
    (r"(?:напи\w+|остав\w+|постав\w+|дай\w*)", r"(?:отзыв\w*|оценк\w+|рейтинг\w*|звёзд\w*|звезд\w*)"),
)
_ALONE = (
    r"(?:five|5)[\s-]?stars?(?! (?:hotel|restaurant|resort)s?)",
    r"rate (?:us|our|the app|your employer)",
    r"recensiteci|valutateci",
    r"oceńcie nas|oceń nas|pięć gwiazdek",
    r"оцените (?:нас|наш\w*)|пять зв[её]зд",
    r"5 stelle|cinque stelle",
)
_CHINESE = re.compile(
    r"好评|打分|评分|五星|写(?:个|一条|一篇)?评价|给(?:我们|公司)?(?:个|一个|写个|一条)?评价|评价(?:一下)?我们|推荐我们|留下评价"
)
_FOUND = re.compile(
    "|".join([*(rf"\b{verb}{_NEAR}{thing}\b" for verb, thing in _PAIRS), *(rf"\b(?:{words})\b" for words in _ALONE)]),
    re.IGNORECASE,
)


def praise_asked_in(text: str) -> str:
    """The words that ask for it, as they stand there; '' where nothing does."""
    found = _FOUND.search(text) or _CHINESE.search(text)
    return " ".join(found.group().split()) if found else ""
