"""What a company's page about disclosures shows: its own lines, and what we begin with under each law."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.countries import country_names
from accounts.models import OrganizationSettings
from campaigns.actions.share_disclosure import commercial_labels, company_lines
from campaigns.disclosure_laws import ELSEWHERE, LAWS, Law
from campaigns.disclosure_rules import CompanyLine
from integrations.networks import NETWORKS
from integrations.places import place, places


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A company's line with the names of where it holds; '' where it holds everywhere."""

    line: CompanyLine
    country: str
    where: str


@dataclass(frozen=True, slots=True)
class ShownLaw:
    """`sentences`: language code and the line we begin with there; `places`: countries, by name."""

    law: Law
    asks: str
    sentences: tuple[tuple[str, str], ...]
    places: tuple[str, ...]


def shown_lines(row: OrganizationSettings) -> list[ShownLine]:
    names = country_names()
    return [
        ShownLine(line, names.get(line.country, line.country), place(line.network).label if line.network else "")
        for line in company_lines(row)
    ]


def shown_laws(company: str) -> list[ShownLaw]:
    names = country_names()
    return [
        ShownLaw(
            law,
            asks=_(law.asks),
            sentences=_sentences(law, company),
            places=tuple(sorted(names.get(code, code) for code in law.countries)),
        )
        for law in (*LAWS, ELSEWHERE)
    ]


def _sentences(law: Law, company: str) -> tuple[tuple[str, str], ...]:
    """Each once, though it stands in several languages."""
    first: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        first.setdefault(_said(law, code, company), code)
    return tuple((code, words) for words, code in first.items())


def _said(law: Law, language: str, company: str) -> str:
    with translation.override(language):
        return _(law.sentence) % {"company": company}


def with_labels() -> list[str]:
    """Networks that have a label of their own for it, by name."""
    return [one.label for one in NETWORKS if commercial_labels(one.key)]


def network_choices(empty: str) -> list[tuple[str, str]]:
    """Where people post, by our hand or their own, for a form; `empty` are the words for everywhere."""
    named = {one.key: one.label for one in places()} | {one.key: one.label for one in NETWORKS}
    return [("", empty), *sorted(named.items(), key=lambda pair: pair[1].casefold())]
