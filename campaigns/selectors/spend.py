"""What posts at paid networks cost: counted from the attempts themselves, so that no second count can drift.

An attempt counts from its intent on, unless its answer said that nothing was taken; one whose answer was lost counts,
also where a later look found nothing there: the safe side of a ceiling. Amounts are US dollars. The ceilings are
the installation's (settings) and the company's own; whether a post passes them is `integrations/spend_rules.py`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal

from django.db import connection, models
from django.db.models import Sum

from accounts.selectors.organization import settings_of
from accounts.tenancy import across_organizations
from campaigns.models import Attempt, AttemptOutcome, Share
from campaigns.share_lifecycle import ShareState
from integrations.network_settings import network_settings
from integrations.spend_rules import Month, Purse, Purses, month_of

MAY_HAVE_COST = ("", AttemptOutcome.PUBLISHED, AttemptOutcome.UNKNOWN)
ON_ITS_WAY = (ShareState.SCHEDULED, ShareState.CLAIMED)
_ONE_AFTER_ANOTHER = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def purses_of(networks: Collection[str], *, now: datetime) -> Purses:
    """What this month still allows there, at an intent. Until its transaction ends nobody else pays there."""
    month = month_of(now)
    purses: dict[str, list[Purse]] = {}
    for key in sorted(networks):
        own, whole = company_ceiling(key), network_settings(key).monthly_ceiling
        if own is None and whole is None:
            continue
        with connection.cursor() as cursor:
            cursor.execute(_ONE_AFTER_ANOTHER, [f"spend:{key}"])
        purses[key] = [
            Purse(own, spent(key, month) if own is not None else Decimal(0)),
            Purse(whole, spent_everywhere(key, month) if whole is not None else Decimal(0)),
        ]
    return Purses(purses)


def is_affordable(share: Share, cost: Decimal, *, due_at: datetime) -> bool:
    """At an approval: beside what is spent of that month, what others planned for it already."""
    if not cost:  # as by hand, which goes to places that are no network as well
        return True
    own, whole = company_ceiling(share.network), network_settings(share.network).monthly_ceiling
    if own is None and whole is None:
        return True
    month = month_of(due_at)
    purses = [Purse(own, spent(share.network, month) + _planned(share.network, month, besides=share))]
    if whole is not None:
        with across_organizations(reason="spend: an installation's month at a paid network"):
            everywhere = _spent(share.network, month) + _planned(share.network, month, besides=share)
        purses.append(Purse(whole, everywhere))
    return all(purse.allows(cost) for purse in purses)


def company_ceiling(key: str) -> Decimal | None:
    written = settings_of().monthly_ceilings.get(key)
    return None if written is None else Decimal(written)


def spent(key: str, month: Month) -> Decimal:
    """The acting company's."""
    return _spent(key, month)


def spent_everywhere(key: str, month: Month) -> Decimal:
    with across_organizations(reason="spend: an installation's month at a paid network"):
        return _spent(key, month)


def spent_by_company(key: str, month: Month) -> dict[str, Decimal]:
    """By public id, the dearest first, for the operator."""
    with across_organizations(reason="spend: each company's month at a paid network"):
        rows = _attempts(key, month).values_list("organization__public_id").annotate(sum=Sum("cost")).order_by("-sum")
        return dict(rows)


def costs_of_people(key: str, month: Month) -> Iterable[tuple[datetime, int, Decimal]]:
    """(when, whose, how much) in the acting company, for the gate of figures alone."""
    return _attempts(key, month).values_list("intent_at", "share__member_id", "cost")


def _attempts(key: str, month: Month) -> models.QuerySet[Attempt]:
    begun = Attempt.objects.filter(cost__gt=0, intent_at__gte=month.start, intent_at__lt=month.end)
    return begun.filter(share__network=key, outcome__in=MAY_HAVE_COST)


def _spent(key: str, month: Month) -> Decimal:
    return _attempts(key, month).aggregate(sum=Sum("cost"))["sum"] or Decimal(0)


def _planned(key: str, month: Month, *, besides: Share) -> Decimal:
    ahead = Share.objects.filter(state__in=ON_ITS_WAY, network=key, due_at__gte=month.start, due_at__lt=month.end)
    return ahead.exclude(pk=besides.pk).aggregate(sum=Sum("approval__cost"))["sum"] or Decimal(0)
