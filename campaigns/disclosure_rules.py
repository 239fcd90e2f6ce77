"""The line that says whose story it is: which one stands, where it stands, and whether a reader sees it. Pure.

It always stands before the fold of that network, never in the middle of a sentence. Owns the one way words, disclosure
and tracked address become the text that readers see, and which of a company's lines a post takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from integrations.networks.folds import UNKNOWN, Fold

MOST_LINES_OF_A_COMPANY = 100
LONGEST_DISCLOSURE = 120
COMMERCIAL_LABELS = frozenset({"paid_partnership"})  # networks' own labels that say: there is a business behind


# --- which one --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """What a company says for one country, network and language; an empty one of these is "any".

    `sentence` empty: as elsewhere. `label`: the network's own label comes beside it, where that network has one.
    """

    country: str = ""
    network: str = ""
    language: str = ""
    sentence: str = ""
    label: bool = False

    @property
    def place(self) -> tuple[str, str, str]:
        return self.country, self.network, self.language

    def holds(self, country: str, network: str, language: str) -> bool:
        asked = (country, network, language)
        return all(mine in ("", theirs) for mine, theirs in zip(self.place, asked, strict=True))


def line_for(lines: Iterable[CompanyLine], *, country: str, network: str, language: str) -> CompanyLine:
    """What holds there: law before place before tongue, so a country's line wins over a network's.

    The sentence and the label are found each by itself: a line that only switches the label on keeps the words, and
    one that only has words keeps the label.
    """
    holding = [line for line in lines if line.holds(country, network, language)]
    nearest = sorted(holding, key=lambda line: [bool(part) for part in line.place], reverse=True)
    sentence = next((line.sentence for line in nearest if line.sentence), "")
    label = any(line.label for line in nearest)
    return CompanyLine(country, network, language, sentence, label)


# --- where it stands ----------------------------------------------------------------------------------


def compose(words: str, *, disclosure: str, address: str, fold: Fold = UNKNOWN) -> str:
    """The text as it will stand there: own words, disclosure in sight, the tracked address last."""
    text = with_disclosure(words.strip(), disclosure.strip(), fold)
    return "\n\n".join(part for part in (text, address) if part)


def with_disclosure(words: str, disclosure: str, fold: Fold = UNKNOWN) -> str:
    """After the first paragraph where that keeps it in sight, else in front."""
    if not disclosure or in_sight(words, disclosure, fold):
        return words
    first, gap, rest = _first_paragraph(words)
    after = f"{first}\n{disclosure}" if first else disclosure
    if in_sight(after, disclosure, fold):
        return f"{after}{gap}{rest}"
    return f"{disclosure}\n{words}"


def with_warning(warning: str, disclosure: str, fold: Fold = UNKNOWN) -> str:
    """The line behind which a post is folded, as it will stand there: it is all that is seen at once, so it says it."""
    warning, disclosure = " ".join(warning.split()), disclosure.strip()
    if not warning or not disclosure or in_sight(warning, disclosure, fold):
        return warning
    after = f"{warning} · {disclosure}"
    return after if in_sight(after, disclosure, fold) else f"{disclosure} · {warning}"


# --- is it seen -----------------------------------------------------------------------------------------


class Seen(StrEnum):
    """Of a disclosure in a text as it is now, whoever wrote or changed it."""

    IN_SIGHT = "in_sight"
    BEHIND_THE_FOLD = "behind_the_fold"
    MISSING = "missing"


def seen_in(text: str, disclosure: str, fold: Fold = UNKNOWN) -> Seen:
    if not disclosure:
        return Seen.MISSING
    # Not by casefold(): it lengthens some letters (ß, ﬀ), and the place found would be another one.
    found = re.search(re.escape(disclosure), text, re.IGNORECASE)
    if found is None:
        return Seen.MISSING
    shown = text[: found.end()]
    is_shown = len(shown) <= fold.characters and shown.count("\n") < fold.lines
    return Seen.IN_SIGHT if is_shown else Seen.BEHIND_THE_FOLD


def in_sight(text: str, disclosure: str, fold: Fold = UNKNOWN) -> bool:
    """Does the disclosure stand whole in what a feed shows before the fold?"""
    return seen_in(text, disclosure, fold) is Seen.IN_SIGHT


def _first_paragraph(words: str) -> tuple[str, str, str]:
    first, gap, rest = words.partition("\n\n")
    return first.rstrip(), gap, rest
