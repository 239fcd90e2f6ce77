"""How the networks count and read a text: lengths, links, LinkedIn's little-text.

Pure functions, written from the networks' own descriptions and apart from our connectors, so that a mistake there
shows up here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import regex

URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
EMOJI = re.compile(
    r"[\u00a9\u00ae\u200d\u203c\u2049\u20e3\u2122\u2139\u2194-\u21ff\u231a-\u23ff\u24c2\u25aa-\u27bf"
    r"\u2934-\u2b55\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
LITTLE_RESERVED = frozenset("|{}@[]()<>#*_~\\")
LITTLE_MENTION = re.compile(r"@\[((?:[^\]\\]|\\.)*)\]\(urn:li:(?:person|organization):[^)\s]+\)")
LITTLE_HASHTAG_TEMPLATE = re.compile(r"\{hashtag\|\\?#\|([^}]*)\}")


def links_in(text: str) -> list[str]:
    """The addresses a reader can follow, without the punctuation that closes a sentence."""
    return [match.group().rstrip(".,;:!?)'\"") for match in URL.finditer(text)]


def graphemes(text: str) -> int:
    return len(regex.findall(r"\X", text))


def mastodon_length(text: str, *, warning: str = "", address: int = 23) -> int:
    """Grapheme clusters of warning and text, every address of the text as so many."""
    return graphemes(warning + URL.sub("x" * address, text))


def weighted_length(text: str) -> int:
    """X's count out of 280 (twitter-text, configuration v3)."""
    from twitter_text import parse_tweet  # its tables take longer to read than all the rest of the sandbox

    return int(parse_tweet(text).weightedLength)


def threads_length(text: str) -> int:
    """Characters, but of an emoji its UTF-8 bytes: symbols, flags, and what joins or dresses them."""
    plain = EMOJI.sub("", text)
    return len(plain) + len(text.encode()) - len(plain.encode())


@dataclass(frozen=True, slots=True)
class LittleText:
    """What a reader sees of a commentary. `cut` is the character at which LinkedIn silently dropped the rest."""

    visible: str
    cut: str = ""


def read_little_text(commentary: str) -> LittleText:
    """Unescape as LinkedIn does: a reserved character without its backslash ends the text, and nobody is told."""
    seen: list[str] = []
    at = 0
    while at < len(commentary):
        char = commentary[at]
        if char == "\\" and commentary[at + 1 : at + 2] in LITTLE_RESERVED:
            seen.append(commentary[at + 1])
            at += 2
            continue
        if char not in LITTLE_RESERVED:
            seen.append(char)
            at += 1
            continue
        shown, length = _little_element(commentary, at)
        if not length:
            return LittleText("".join(seen), cut=char)
        seen.append(shown)
        at += length
    return LittleText("".join(seen))


def _little_element(commentary: str, at: int) -> tuple[str, int]:
    """A mention, a hashtag template or a plain hashtag at this place; length 0 when it is none."""
    if mention := LITTLE_MENTION.match(commentary, at):
        return re.sub(r"\\(.)", r"\1", mention.group(1)), len(mention.group())
    if template := LITTLE_HASHTAG_TEMPLATE.match(commentary, at):
        return "#" + re.sub(r"\\(.)", r"\1", template.group(1)), len(template.group())
    if commentary[at] == "#" and commentary[at + 1 : at + 2].isalnum():
        return "#", 1
    return "", 0
