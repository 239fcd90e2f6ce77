"""Where the disclosure stands in a post: always before the fold, never in the middle of a sentence.

Owns the one way words, disclosure and tracked address become the text that readers see. Pure.
"""

from __future__ import annotations

import re

# Feeds cut a post after about this much ("… see more"): LinkedIn on a phone shows some 140 characters in
# three lines, and no other network here shows less.
FOLD_CHARACTERS = 140
FOLD_LINES = 3


def compose(words: str, *, disclosure: str, address: str) -> str:
    """The text as it will stand there: own words, disclosure in sight, the tracked address last."""
    text = with_disclosure(words.strip(), disclosure.strip())
    return "\n\n".join(part for part in (text, address) if part)


def with_disclosure(words: str, disclosure: str) -> str:
    """After the first paragraph where that keeps it in sight, else in front."""
    if not disclosure or in_sight(words, disclosure):
        return words
    first, gap, rest = _first_paragraph(words)
    after = f"{first}\n{disclosure}" if first else disclosure
    if in_sight(after, disclosure):
        return f"{after}{gap}{rest}"
    return f"{disclosure}\n{words}"


def in_sight(text: str, disclosure: str) -> bool:
    """Does the disclosure stand whole in what a feed shows before the fold?"""
    if not disclosure:
        return False
    # Not by casefold(): it lengthens some letters (ß, ﬀ), and the place found would be another one.
    found = re.search(re.escape(disclosure), text, re.IGNORECASE)
    if found is None:
        return False
    shown = text[: found.end()]
    return len(shown) <= FOLD_CHARACTERS and shown.count("\n") < FOLD_LINES


def _first_paragraph(words: str) -> tuple[str, str, str]:
    first, gap, rest = words.partition("\n\n")
    return first.rstrip(), gap, rest
