"""Which networks a company offers its people. What the installation itself needs for them stands in settings.

Switching a network off stops new connections; accounts already connected stay their owners'.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import audit
from accounts.models import Member, OrganizationSettings
from accounts.moments import money
from accounts.refusals import BadInput, NotAllowed
from accounts.roles import Right, may
from integrations.network_settings import network_settings
from integrations.networks import NETWORKS
from integrations.networks.base import Network

MOST = Decimal(1_000_000)


def offer_networks(keys: Collection[str], *, by: Member) -> None:
    """From now on people may connect to exactly these."""
    _require_right(by)
    known = [network.key for network in NETWORKS]
    if not set(keys) <= set(known):
        raise BadInput(_("We do not know this network."), field="networks")
    chosen = [key for key in known if key in keys]
    with transaction.atomic():
        row = OrganizationSettings.objects.select_for_update().get()
        if row.networks != chosen:
            row.networks = chosen
            row.save(update_fields=["networks", "updated_at"])
            audit("offer_networks", by=by, networks=chosen)


def set_monthly_ceiling(network: Network, dollars: Decimal | None, *, by: Member) -> None:
    """The most that this company's posts there may cost in a calendar month (UTC); None leaves the installation's."""
    _require_right(by)
    whole = network_settings(network.key).monthly_ceiling
    if dollars is not None and (not dollars.is_finite() or not 0 <= dollars <= MOST):
        raise BadInput(_("Write an amount in US dollars, such as 20 or 12.50."), field="ceiling")
    if dollars is not None and whole is not None and dollars > whole:
        sentence = _("The people who run this site allow no more than %(dollars)s a month.")
        raise BadInput(sentence % {"dollars": money(whole)}, field="ceiling")
    with transaction.atomic():
        row = OrganizationSettings.objects.select_for_update().get()
        others = {key: written for key, written in row.monthly_ceilings.items() if key != network.key}
        row.monthly_ceilings = others if dollars is None else {**others, network.key: str(dollars)}
        row.save(update_fields=["monthly_ceilings", "updated_at"])
        audit("set_monthly_ceiling", by=by, network=network.key, dollars=None if dollars is None else str(dollars))


def _require_right(by: Member) -> None:
    if not may(by.role, Right.RUN_PROGRAMME):
        raise NotAllowed(_("Only the people who run the programme can change this."))
