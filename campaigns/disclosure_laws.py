"""What the law of a country wants a reader to see, and the line we begin with there. Facts, no legal advice.

A company may say it otherwise (`actions/disclosures.py`); the sentences are msgids, said in the post's language.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True)
class Law:
    """One source, its page, what it asks for, and where it holds; without countries it is everywhere else's."""

    key: str
    source: str
    page: str
    asks: str
    sentence: str
    countries: frozenset[str] = frozenset()


PLAIN = gettext_noop("I work at %(company)s.")
EUROPEAN = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "  # the Union
    "IS LI NO"  # and who takes its law over
)

LAWS: tuple[Law, ...] = (
    Law(
        "us",
        source="16 CFR 255.5 (FTC, 2023)",
        page="https://www.ecfr.gov/current/title-16/chapter-I/subchapter-B/part-255",
        asks=gettext_noop("Who works there says so in the post itself, clearly, where no reader can miss it."),
        sentence=PLAIN,
        countries=frozenset({"US"}),
    ),
    Law(
        "uk",
        source="CMA, Social media endorsements (2025)",
        page="https://www.gov.uk/government/publications/social-media-endorsements-guide-for-influencers",
        asks=gettext_noop("Posts about one's own brand are labelled too, in sight at once; “#ad” is clear."),
        sentence=gettext_noop("#ad: I work at %(company)s."),
        countries=frozenset({"GB"}),
    ),
    Law(
        "eu",
        source="UCPD 2005/29/EC, art. 7(2)",
        page="https://eur-lex.europa.eu/eli/dir/2005/29/oj",
        asks=gettext_noop("A commercial intent is never hidden. Some countries want a word of their own: “Anzeige”."),
        sentence=PLAIN,
        countries=frozenset(EUROPEAN.split()),
    ),
)
ELSEWHERE = Law(
    "elsewhere",
    source="ICC Advertising and Marketing Communications Code",
    page="https://iccwbo.org/business-solutions/the-icc-advertising-and-marketing-communications-code/",
    asks=gettext_noop("Where we know of no rule of its own, readers see it all the same."),
    sentence=PLAIN,
)


def law_of(country: str) -> Law:
    """By the two letters of ISO 3166; nothing known, nothing assumed."""
    return next((law for law in LAWS if country in law.countries), ELSEWHERE)
