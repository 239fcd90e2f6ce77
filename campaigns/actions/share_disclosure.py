"""What a post says about whose story it is, as company, country, network and story want it now: a line, and labels.

It is written where a draft begins, is edited or is about to be shown; what is planned or out keeps what was approved.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Member, Organization, OrganizationSettings
from accounts.selectors.organization import settings_of
from campaigns.disclosure_laws import law_of
from campaigns.disclosure_rules import COMMERCIAL_LABELS, CompanyLine, line_for
from campaigns.models import Item, Share
from integrations.places import BY_KEY


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The line in the post's language; `labels` are the network's own, set beside it. Empty where none is needed."""

    sentence: str = ""
    labels: tuple[str, ...] = ()


def disclosure_for(
    item: Item,
    *,
    by: Member,
    language: str,
    network: str = "",
    settings: OrganizationSettings | None = None,
    company: Organization | None = None,
) -> Disclosure:
    """For that person's post there; `network` is empty where they post by hand or chose none. `settings` and `company`
    if at hand."""
    if not item.needs_disclosure:
        return Disclosure()
    settings = settings or settings_of()
    country = by.country or settings.country
    said = line_for(company_lines(settings), country=country, network=network, language=language)
    labels = commercial_labels(network) if said.label else ()
    return Disclosure(said.sentence or _general(settings, country, language, company or by.organization), labels)


def commercial_labels(network: str) -> tuple[str, ...]:
    """That network's own labels which say that there is a business behind a post."""
    native = BY_KEY[network].native_labels if network in BY_KEY else ()
    return tuple(label for label in native if label in COMMERCIAL_LABELS)


def company_lines(settings: OrganizationSettings) -> list[CompanyLine]:
    return [CompanyLine(**line) for line in settings.disclosures]


def _general(settings: OrganizationSettings, country: str, language: str, company: Organization) -> str:
    """The company's own sentence for everywhere, else what we begin with under the law there."""
    if settings.disclosure:
        return settings.disclosure
    with translation.override(language):
        return _(law_of(country).sentence) % {"company": company.name}


def disclosure_is_stale(share: Share, settings: OrganizationSettings | None = None) -> bool:
    """Would this post say something else about whose story it is than it should now?"""
    return _of(share) != _as_it_should_be(share, settings)


def renew_disclosure(share: Share) -> None:
    due = _as_it_should_be(share)
    if _of(share) != due:
        share.disclosure, share.labels = due.sentence, list(due.labels)
        Share.objects.filter(pk=share.pk).update(disclosure=share.disclosure, labels=share.labels)


def _of(share: Share) -> Disclosure:
    return Disclosure(share.disclosure, tuple(share.labels))


def _as_it_should_be(share: Share, settings: OrganizationSettings | None = None) -> Disclosure:
    """A label is set by our call alone, so what is posted by hand carries the line without it."""
    due = disclosure_for(
        share.item,
        by=share.member,
        language=share.language,
        network=share.network,
        settings=settings,
        company=share.organization,
    )
    return Disclosure(due.sentence) if share.by_hand else due
