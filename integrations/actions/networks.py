"""Which networks a company offers its people. What the installation itself needs for them stands in settings.

Switching a network off stops new connections; accounts already connected stay their owners'.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import audit
from accounts.models import Member, OrganizationSettings
from accounts.refusals import BadInput, NotAllowed
from accounts.roles import Right, may
from integrations.networks import NETWORKS


def offer_networks(keys: Collection[str], *, by: Member) -> None:
    """From now on people may connect to exactly these."""
    if not may(by.role, Right.RUN_PROGRAMME):
        raise NotAllowed(_("Only the people who run the programme can change this."))
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
