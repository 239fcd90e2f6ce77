"""The sentence of a post that says whose story it is, as the company and the story want it now.

It is written where a draft begins, is edited or is about to be shown; what is planned or out keeps what was approved.
"""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import OrganizationSettings
from accounts.selectors.organization import settings_of
from campaigns.models import Item, Share


def disclosure_for(item: Item, *, language: str, company: str, settings: OrganizationSettings | None = None) -> str:
    """The sentence in that language; empty where the story needs none. `settings` are the company's, if at hand."""
    if not item.needs_disclosure:
        return ""
    with translation.override(language):
        return (settings or settings_of()).disclosure or _("I work at %(company)s.") % {"company": company}


def disclosure_is_stale(share: Share, settings: OrganizationSettings | None = None) -> bool:
    """Would this post say something else about whose story it is than it should now?"""
    return share.disclosure != _as_it_should_be(share, settings)


def renew_disclosure(share: Share) -> None:
    if disclosure_is_stale(share):
        share.disclosure = _as_it_should_be(share)
        Share.objects.filter(pk=share.pk).update(disclosure=share.disclosure)


def _as_it_should_be(share: Share, settings: OrganizationSettings | None = None) -> str:
    company = share.organization.name
    return disclosure_for(share.item, language=share.language, company=company, settings=settings)
