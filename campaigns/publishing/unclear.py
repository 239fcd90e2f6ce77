"""Sends of a share that are still unclear: neither the network nor its person has said since what became of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from campaigns.models import AttemptOutcome, Share, Statement, StatementKind
from integrations.networks import network
from integrations.networks.base import AfterUnknown


def unclear_since(share: Share) -> datetime | None:
    """When this very post was first sent without an answer that was cleared up since; None where nothing is open."""
    cleared = Statement.objects.filter(
        share=share, kind__in=[StatementKind.ABSENT, StatementKind.DENIED], at__gte=OuterRef("intent_at")
    )
    unclear = Q(outcome="") | Q(outcome=AttemptOutcome.UNKNOWN)
    sends = share.attempts.filter(unclear, ~Exists(cleared), attempt_key=share.attempt_key)
    return sends.order_by("intent_at").values_list("intent_at", flat=True).first()


def repeat_is_harmless(share: Share, *, now: datetime) -> bool:
    """Nothing is open, or the network knows the key until a send that begins now has surely ended."""
    since = unclear_since(share)
    if since is None:
        return True
    where = network(share.network)
    ends = now + timedelta(seconds=float(settings.ENGINE["lease"]))
    if where.after_unknown is not AfterUnknown.REPLAY:
        return False
    return where.replay_for is None or ends - since < where.replay_for
