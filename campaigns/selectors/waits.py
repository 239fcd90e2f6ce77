"""Why a due share waits: posting is stopped, its network does not answer or asked us to wait, or its page moved.

One sentence for its person, read from the same rows that the engine obeys. It decides nothing.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.moments import clock, in_zone
from campaigns.destination_rules import hosts_of_move
from campaigns.models import Share
from integrations.breakers import tries_again_at
from integrations.limits import is_frozen, waits_until
from integrations.networks import network


def why_it_waits(share: Share, *, now: datetime) -> str:
    """Empty where nothing of that kind stands in its way."""
    account = share.connection
    if share.by_hand or account is None or share.due_at is None or share.due_at > now or account.frozen:
        return ""  # one's own pause is said where the time stands
    if is_frozen(share.network, organization_frozen=share.organization.frozen, connection=None):
        return _("Posting is stopped for the moment, so this waits. If it gets late, we ask you first; nothing to do.")
    label = network(share.network).label
    if (again := tries_again_at(share.network, account.server)) is not None:
        return _not_answering(label, max(again, now))
    waits = [moment for moment in (account.wait_until, waits_until(share.network)) if moment and moment > now]
    if not waits:
        return ""
    sentence = _("%(network)s asks us to wait. We try again at %(time)s; nothing to do.")
    return sentence % {"network": label, "time": clock(in_zone(max(waits)))}


def _not_answering(label: str, again: datetime) -> str:
    sentence = _("%(network)s does not answer at present. We try again at %(time)s; nothing to do.")
    return sentence % {"network": label, "time": clock(in_zone(again))}


def moved_page(share: Share) -> str:
    """Of a share that is held since the page behind its link answers at another host; empty for other changes."""
    hosts = hosts_of_move(share.held_detail)
    if hosts is None:
        return ""
    sentence = _("The page this post links to leads to %(new)s now. When you approved it, it led to %(old)s.")
    return sentence % {"old": hosts[0], "new": hosts[1]}
