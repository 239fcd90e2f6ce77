"""How close two wordings are, in any language: which runs of words stand in both. Pure.

Owns what a shingle is and the few thresholds. It compares what it is given, and never knows whose text it was.
Shingles rather than an edit distance: they find a borrowed sentence inside a new text, say where it stands, and can
be compared as keyed hashes, where only the hashes are at hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

# Words in a row. Texts written apart share few runs of three words, copies share most of them (Lyon, Malcolm and
# Dickerson, "Detecting short passages of similar text in large document collections", EMNLP 2001). Scripts without
# spaces give one token a sign, two signs to a word at most: five signs are as telling as three words.
WORD, SIGN, SHINGLE = 5, 3, 15
# A phrase is marked from two overlapping shingles on (four words, six signs): three words alone are often grammar.
LEAST_SHINGLES_IN_A_PHRASE = 2
# Half in common is "roughly the same" (Broder, "On the resemblance and containment of documents", 1997).
CLOSE_PERCENT = 50
SAME = 0.5
# Below this a text is too short to be anybody's wording ("Congratulations to the whole team!").
LEAST_SHINGLES = 5
# Whoever reads that something queued is close learns what three people wrote alike, and nothing of any one of them.
LEAST_COLLEAGUES = 3

_SIGNS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_ADDRESS = re.compile(r"https?://\S+")
_TOKEN = regex.compile(rf"(?V1)([{_SIGNS}])\p{{M}}*|[[\p{{L}}\p{{M}}\p{{N}}]--[{_SIGNS}]]+(?:['’]\p{{L}}+)*")
# The same words of a text without such signs, four times as fast: a story may have thousands of posts.
_SPECIAL = regex.compile(rf"[{_SIGNS}\p{{M}}]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or one sign of a script without spaces, and where it stands."""

    word: str
    weight: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Closeness:
    """`percent` of a text that stands in the one text it is closest to; `phrases` are the places marked, in all."""

    percent: int = 0
    phrases: tuple[tuple[int, int], ...] = ()

    @property
    def is_close(self) -> bool:
        return self.percent >= CLOSE_PERCENT


def tokens_of(text: str) -> list[Token]:
    """Without addresses: the same link is not the same wording."""
    blank = _ADDRESS.sub(lambda found: " " * len(found.group()), text)
    return [
        Token(_plain(found.group()), SIGN if found.group(1) else WORD, found.start(), found.end())
        for found in _TOKEN.finditer(blank)
    ]


def shingles_of(text: str) -> frozenset[str]:
    if _SPECIAL.search(text) is None:
        found = _WORD.findall(_ADDRESS.sub(" ", text).replace("’", "'"))
        words = _plain("\n".join(found)).split("\n")  # found first, made plain then: "Acme™" is no word "acmetm"
        return frozenset(map(" ".join, zip(words, words[1:], words[2:], strict=False)))
    return frozenset(shingle for shingle, _first, _last in _shingles(tokens_of(text)))


def closeness(
    text: str, others: Iterable[Collection[str]], *, of_the_story: Collection[str] = frozenset()
) -> Closeness:
    """`others` are texts by their shingles; `of_the_story`, its title's, are nobody's wording."""
    tokens = tokens_of(text)
    placed = [one for one in _shingles(tokens) if one[0] not in of_the_story]
    if len(placed) < LEAST_SHINGLES:
        return Closeness()
    places = _places(placed)
    own = set(places)
    whole, best, phrases = sum(token.weight for token in tokens), 0, list[tuple[int, int]]()
    for other in others:
        common = own & other if isinstance(other, frozenset) else own.intersection(other)
        if len(common) < LEAST_SHINGLES_IN_A_PHRASE:
            continue
        runs = _runs(placed, sorted(place for shingle in common for place in places[shingle]))
        best = max(best, sum(token.weight for first, last in runs for token in tokens[first:last]))
        phrases += [(tokens[first].start, tokens[last - 1].end) for first, last in runs]
    return Closeness(round(100 * best / whole), tuple(merged(phrases)))


def is_close_to_colleagues(own: Collection[int], queued: Mapping[int, Collection[Collection[int]]]) -> bool:
    """`queued`: by colleague, the keyed hashes of each text of theirs that waits.

    True only where at least three colleagues each wrote roughly this text: whole texts are compared, not phrases, so
    that nobody can feel their way through one of them with short guesses.
    """
    if len(own) < LEAST_SHINGLES or len(queued) < LEAST_COLLEAGUES:
        return False
    alike = sum(any(_resemblance(own, text) >= SAME for text in texts) for texts in queued.values())
    return alike >= LEAST_COLLEAGUES


def merged(phrases: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places without overlaps, in the order of the text."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(phrases):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def marked_parts(text: str, phrases: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text cut at its phrases: (part, whether it is marked)."""
    parts, at = list[tuple[str, bool]](), 0
    for start, end in phrases:
        parts += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [part for part in (*parts, (text[at:], False)) if part[0]]


def _plain(words: str) -> str:
    if words.isascii():
        return words.lower()
    return unicodedata.normalize("NFKC", words.replace("’", "'")).casefold()


def _shingles(tokens: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """(shingle, its first token, the one after its last)."""
    last, weight = 0, 0
    for first, token in enumerate(tokens):
        while weight < SHINGLE:
            if last == len(tokens):
                return
            weight += tokens[last].weight
            last += 1
        yield " ".join(one.word for one in tokens[first:last]), first, last
        weight -= token.weight


def _places(placed: Sequence[tuple[str, int, int]]) -> dict[str, list[int]]:
    """Where each shingle stands, so that a long text is not walked through once for every other text."""
    places: dict[str, list[int]] = {}
    for place, (shingle, _first, _last) in enumerate(placed):
        places.setdefault(shingle, []).append(place)
    return places


def _runs(placed: Sequence[tuple[str, int, int]], common: Iterable[int]) -> list[tuple[int, int]]:
    """Shingles that overlap, as (first token, the one after the last); a single one is no phrase."""
    runs: list[tuple[int, int, int]] = []
    for place in common:
        _shingle, first, last = placed[place]
        if runs and first < runs[-1][1]:
            runs[-1] = (runs[-1][0], last, runs[-1][2] + 1)
        else:
            runs.append((first, last, 1))
    return [(first, last) for first, last, shingles in runs if shingles >= LEAST_SHINGLES_IN_A_PHRASE]


def _resemblance(one: Collection[int], other: Collection[int]) -> float:
    common, either = set(one) & set(other), set(one) | set(other)
    return len(common) / len(either) if either else 0.0
