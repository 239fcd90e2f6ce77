"""The company's guidelines: as they stand, as a person reads them, and what changed from version to version.

Who accepted which version is the person's own: no list of it exists here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.guideline_texts import GuidelinesWords
from accounts.models import GuidelinesAcceptance, GuidelinesText, GuidelinesVersion, Member
from accounts.selectors.organization import settings_of

MOST_VERSIONS_SHOWN = 50


@dataclass(frozen=True)
class ReadGuidelines:
    """A version as somebody reads it: the words in one language."""

    version: GuidelinesVersion
    language: str
    points: tuple[str, ...]
    body: str

    @property
    def number(self) -> int:
        return self.version.number


@dataclass(frozen=True)
class Change:
    """One point or paragraph that came in (`added`) or went."""

    added: bool
    words: str


@dataclass(frozen=True)
class VersionLine:
    """One line of the history. `changes` are those of the reader's language; `languages` all that changed."""

    number: int
    published_at: datetime
    changes: tuple[Change, ...]
    languages: tuple[str, ...]


def current_guidelines() -> GuidelinesVersion | None:
    return GuidelinesVersion.objects.order_by("-number").first()


def has_accepted(member: Member, guidelines: GuidelinesVersion) -> bool:
    return GuidelinesAcceptance.objects.filter(member=member, guidelines=guidelines).exists()


def guidelines_in(language: str, *, number: int | None = None) -> ReadGuidelines | None:
    """The version in force (or an older one) in this language, else in the company's, else in English."""
    texts = GuidelinesText.objects.select_related("guidelines").order_by("-guidelines__number", "pk")
    newest = list((texts if number is None else texts.filter(guidelines__number=number))[: len(settings.LANGUAGES)])
    if not newest:
        return None
    found = newest[0].guidelines
    text = _fitting([one for one in newest if one.guidelines_id == found.pk], language)
    return ReadGuidelines(found, text.language, tuple(text.points), text.body)


def text_for(guidelines: GuidelinesVersion, language: str) -> GuidelinesText:
    """Which of a version's texts somebody with this language reads."""
    return _fitting(guidelines.texts.order_by("pk"), language)


def _fitting(found: Iterable[GuidelinesText], language: str) -> GuidelinesText:
    texts = {text.language: text for text in found}
    if language in texts:
        return texts[language]
    for other in (settings_of().language, settings.LANGUAGE_CODE):
        if other in texts:
            return texts[other]
    return next(iter(texts.values()))


def words_by_language(guidelines: GuidelinesVersion | None) -> dict[str, GuidelinesWords]:
    texts = guidelines.texts.order_by("pk") if guidelines else ()
    return {text.language: GuidelinesWords(points=tuple(text.points), body=text.body) for text in texts}


def older_languages(guidelines: GuidelinesVersion) -> list[str]:
    """Languages whose words are older than the newest change: perhaps they should say it too."""
    since = {text.language: text.since for text in guidelines.texts.all()}
    return sorted(language for language, number in since.items() if number < max(since.values()))


def history(language: str) -> list[VersionLine]:
    """The newest versions, each with what changed since the one before in the reader's language."""
    newest = GuidelinesVersion.objects.prefetch_related("texts").order_by("-number")
    versions = list(newest[: MOST_VERSIONS_SHOWN + 1])
    lines = []
    for version, before in list(zip(versions, [*versions[1:], None], strict=True))[:MOST_VERSIONS_SHOWN]:
        now, then = _words_of(version), _words_of(before)
        changed = tuple(sorted(one for one in now.keys() | then.keys() if now.get(one) != then.get(one)))
        changes = _changes(then.get(language, ()), now.get(language, ())) if before else ()
        lines.append(VersionLine(version.number, version.published_at, changes, changed if before else ()))
    return lines


def _words_of(version: GuidelinesVersion | None) -> dict[str, tuple[str, ...]]:
    if version is None:
        return {}
    paragraphs = {text.language: [part for part in text.body.split("\n") if part] for text in version.texts.all()}
    return {text.language: (*text.points, *paragraphs[text.language]) for text in version.texts.all()}


def _changes(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Change, ...]:
    """By whole points and paragraphs: what changed inside of one would cost far more, and is not shown."""
    changes: list[Change] = []
    for tag, gone, gone_end, new, new_end in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        if tag != "equal":
            changes += [Change(added=False, words=words) for words in before[gone:gone_end]]
            changes += [Change(added=True, words=words) for words in after[new:new_end]]
    return tuple(changes)
