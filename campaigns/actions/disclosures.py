"""Writes what a company's posts say about whose story they are, by country, network and language."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.countries import is_country
from accounts.models import Member, OrganizationSettings
from accounts.refusals import BadInput
from accounts.roles import Right
from campaigns.actions.share_disclosure import commercial_labels, company_lines
from campaigns.disclosure_rules import LONGEST_DISCLOSURE, MOST_LINES_OF_A_COMPANY, CompanyLine
from integrations.networks.folds import LEAST, Fold
from integrations.places import NoSuchPlace, place


def set_disclosure(line: CompanyLine, *, by: Member) -> None:
    """One line for one place; a line that stood there before is replaced. Waiting posts keep what was approved."""
    require(by, Right.RUN_PROGRAMME)
    _check(line)
    with transaction.atomic():
        row = OrganizationSettings.objects.select_for_update().get()
        others = [one for one in company_lines(row) if one.place != line.place]
        if len(others) >= MOST_LINES_OF_A_COMPANY:
            raise BadInput(_("A hundred lines are as many as we keep. Take one out first."))
        row.disclosures = [asdict(one) for one in sorted([*others, line], key=lambda one: one.place)]
        row.save(update_fields=["disclosures"])
        audit("set_disclosure", by=by, subject="settings", place=" ".join(line.place))


def drop_disclosure(country: str, network: str, language: str, *, by: Member) -> None:
    """What holds there is the next wider line again. Without such a line nothing happens."""
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        row = OrganizationSettings.objects.select_for_update().get()
        lines = company_lines(row)
        kept = [one for one in lines if one.place != (country, network, language)]
        if len(kept) == len(lines):
            return
        row.disclosures = [asdict(one) for one in kept]
        row.save(update_fields=["disclosures"])
        audit("drop_disclosure", by=by, subject="settings", place=f"{country} {network} {language}")


def _check(line: CompanyLine) -> None:
    """Whatever could have been typed, with a sentence for the wrong ones."""
    if line.country and not is_country(line.country):
        raise BadInput(_("We do not know this country."), field="country")
    if line.language and line.language not in dict(settings.LANGUAGES):
        raise BadInput(_("We do not speak this language yet."), field="language")
    fold = _fold(line.network)
    if "\n" in line.sentence or len(line.sentence) > min(LONGEST_DISCLOSURE, fold.characters):
        sentence = _("Readers there see %(count)d characters at once. Please keep it shorter, on one line.")
        most = min(LONGEST_DISCLOSURE, fold.characters)
        raise BadInput(sentence % {"count": most}, field="sentence")
    if not line.sentence and not line.label:
        raise BadInput(_("Write the line, or switch the network's own label on."), field="sentence")
    if line.label and line.network and not commercial_labels(line.network):
        raise BadInput(_("This network has no label of its own that an app may set."), field="label")


def _fold(network: str) -> Fold:
    if not network:
        return LEAST
    try:
        return place(network).fold
    except NoSuchPlace:
        raise BadInput(_("We do not know this network."), field="network") from None
