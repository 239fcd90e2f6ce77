"""Counts how renewing grants went, per network and hour, for the operator's figures. It names no account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.db.models import Sum

from integrations.models import RefreshTally

KEPT = timedelta(days=30)


class Outcome(StrEnum):
    RENEWED = "renewed"
    LATER = "later"  # surely not renewed: not reached, or asked to be patient
    LOST = "lost"  # the answer got lost: perhaps renewed, and the new pair is gone
    REFUSED = "refused"  # the network ended it; the person must connect again


@dataclass(frozen=True, slots=True)
class RefreshFigures:
    """Of one network. `failed` is what the operator watches; a refusal is mostly a person's own doing."""

    renewed: int = 0
    later: int = 0
    lost: int = 0
    refused: int = 0

    @property
    def failed(self) -> int:
        return self.later + self.lost


_COUNT = """
    INSERT INTO integrations_refreshtally (network, hour, outcome, count)
    VALUES (%s, date_trunc('hour', statement_timestamp()), %s, 1)
    ON CONFLICT (network, hour, outcome) DO UPDATE SET count = integrations_refreshtally.count + 1
"""


def count_refresh(network: str, outcome: Outcome) -> None:
    """The last statement of its transaction: every refresh of that network waits behind it."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [network, outcome.value])


def refresh_figures(*, since: datetime) -> dict[str, RefreshFigures]:
    """By network, from the full hour before `since` on; networks that renewed nothing are missing."""
    rows = RefreshTally.objects.filter(hour__gte=since.replace(minute=0, second=0, microsecond=0))
    counted: dict[str, dict[str, int]] = {}
    for network, outcome, total in rows.values_list("network", "outcome").annotate(total=Sum("count")):
        counted.setdefault(network, {})[outcome] = total
    return {network: RefreshFigures(**counts) for network, counts in sorted(counted.items())}


def forget_old_tallies(*, now: datetime) -> int:
    return RefreshTally.objects.filter(hour__lt=now - KEPT).delete()[0]
