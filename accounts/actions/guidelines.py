"""Guidelines: published in versions that never change, in the company's languages; accepted by a tick at approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.guideline_texts import GuidelinesWords
from accounts.models import GuidelinesAcceptance, GuidelinesText, GuidelinesVersion, Member, Organization
from accounts.refusals import BadInput, Refusal
from accounts.roles import Right
from accounts.selectors.guidelines import current_guidelines, text_for, words_by_language
from accounts.tenancy import acting_organization_id

MOST_POINTS = 7


class NothingToDrop(Refusal):
    """A company has guidelines in one language at least."""

    code = "nothing_to_drop"


def publish_guidelines(*, by: Member, texts: Mapping[str, GuidelinesWords]) -> GuidelinesVersion:
    """A new version in which these languages have these words; the others stay. The same words are no new version."""
    require(by, Right.RUN_PROGRAMME)
    changed = {language: _checked(language, words) for language, words in texts.items()}
    with transaction.atomic():
        _one_number_at_a_time()
        newest = current_guidelines()
        before = words_by_language(newest)
        after = before | changed
        if newest is not None and after == before:
            return newest
        version = _publish(newest, after, by=by)
        audit("publish_guidelines", by=by, subject=f"guidelines {version.number}", languages=sorted(changed))
    return version


def drop_guidelines_language(language: str, *, by: Member) -> GuidelinesVersion:
    """A new version without this language: who reads it meets the company's main one."""
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        _one_number_at_a_time()
        newest = current_guidelines()
        after = words_by_language(newest)
        if newest is None or after.pop(language, None) is None or not after:
            raise NothingToDrop(_("Guidelines need one language at least. Nothing was changed."))
        version = _publish(newest, after, by=by)
        audit("drop_guidelines_language", by=by, subject=f"guidelines {version.number}", language=language)
    return version


def accept_guidelines(guidelines: GuidelinesVersion, *, by: Member) -> None:
    """The person's own tick, under the words as this person's page shows them. A second one changes nothing."""
    shown = text_for(guidelines, translation.get_language() or settings.LANGUAGE_CODE)
    with transaction.atomic():
        _acceptance, new = GuidelinesAcceptance.objects.get_or_create(
            member=by, guidelines=guidelines, defaults={"language": shown.language}
        )
        if new:
            audit("accept_guidelines", by=by, subject=f"guidelines {guidelines.number}", private=True)


def _publish(
    newest: GuidelinesVersion | None, words: Mapping[str, GuidelinesWords], *, by: Member
) -> GuidelinesVersion:
    number = newest.number + 1 if newest else 1
    standing = {text.language: text for text in newest.texts.all()} if newest else {}
    version = GuidelinesVersion.objects.create(number=number, published_by=by)
    texts = []
    for language, said in words.items():
        old = standing.get(language)
        same = old is not None and (tuple(old.points), old.body) == (said.points, said.body)
        since = old.since if old is not None and same else number
        texts.append(
            GuidelinesText(guidelines=version, language=language, body=said.body, points=list(said.points), since=since)
        )
    GuidelinesText.objects.bulk_create(texts)
    return version


def _checked(language: str, words: GuidelinesWords) -> GuidelinesWords:
    if language not in dict(settings.LANGUAGES):
        raise BadInput(_("We do not speak this language yet."), field="language")
    body = "\n".join(line.rstrip() for line in words.body.strip().splitlines())
    kept = tuple(point.strip() for point in words.points if point.strip())
    if not body:
        raise BadInput(_("The guidelines are empty."), field="body")
    if not 1 <= len(kept) <= MOST_POINTS:
        raise BadInput(_("Please write one to seven short points."), field="points")
    return replace(words, points=kept, body=body)


def _one_number_at_a_time() -> None:
    Organization.objects.select_for_update().get(pk=acting_organization_id())
