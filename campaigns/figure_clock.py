"""Begins and moves the clocks of posts' figures. Inside `acting_in`; when stands in `figure_rules.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models.functions import Now

from campaigns.activity_rules import deed_of
from campaigns.figure_rules import GIVE_UP, look_after_miss, look_again, next_look
from campaigns.models import Evidence, FigureClock, FigureReading, Share
from integrations.network_settings import network_settings
from integrations.networks import network
from integrations.networks.base import Deed, Figures


def are_read(key: str) -> bool:
    """Does this network give figures, and does this installation ask for them?"""
    return bool(key) and bool(network(key).figures_of) and network_settings(key).figures


def begin_clocks(shares: Iterable[Share]) -> None:
    """For posts that their networks just confirmed; in the transaction that publishes them."""
    begun = [_clock(share, share.connection_id) for share in shares if share.connection_id and _has_figures(share)]
    if begun:
        FigureClock.objects.bulk_create(begun, ignore_conflicts=True)


def _has_figures(share: Share) -> bool:
    own = deed_of(share.item.asks) is Deed.POST  # what became of somebody else's post is not this person's
    return own and share.evidence == Evidence.CONFIRMED and bool(share.external_id) and are_read(share.network)


def _clock(share: Share, connection_id: int) -> FigureClock:
    out = share.published_at
    next_at = next_look(out, now=out) if out else None
    return FigureClock(share=share, connection_id=connection_id, network=share.network, next_at=next_at)


def still_looked_at(share_ids: Collection[int]) -> list[Share]:
    """Those of these posts whose clock still stands, locked: who left meanwhile took it along; nothing comes back."""
    clocks = FigureClock.objects.filter(share_id__in=share_ids).select_related("share").order_by("pk")
    return [clock.share for clock in clocks.select_for_update(of=("self",))]


def keep_readings(shares: Iterable[Share], found: Mapping[str, Figures], *, now: datetime) -> None:
    """Write down what was told, and set each clock. A post that its network did not know is looked at again, until it
    was missed as often in a row as `figure_rules.MISSES`."""
    shares = list(shares)
    told = [(share, found[share.external_id]) for share in shares if share.external_id in found]
    FigureReading.objects.bulk_create(_reading(share, figures, now) for share, figures in told if figures != Figures())
    for share in shares:
        if share.published_at is None:
            _set([share.pk], None)
        elif share.external_id in found:
            _set([share.pk], next_look(share.published_at, now=now), missed=0)
        else:
            _miss(share.pk, share.published_at, now)


def _miss(share_id: int, published_at: datetime, now: datetime) -> None:
    missed = 1 + FigureClock.objects.values_list("missed", flat=True).get(share_id=share_id)
    _set([share_id], look_after_miss(published_at, now=now, missed=missed), missed=missed)


def _reading(share: Share, figures: Figures, now: datetime) -> FigureReading:
    return FigureReading(
        share=share,
        at=now,
        keep_until=now + network(share.network).keep_figures_for,
        source=share.network,
        likes=figures.likes,
        comments=figures.comments,
        reposts=figures.reposts,
        views=figures.views,
        followers=figures.followers,
    )


def put_off(shares: Iterable[Share], *, now: datetime, after: timedelta) -> None:
    for share in shares:
        out = share.published_at
        _set([share.pk], look_again(out, now=now, after=after) if out else None)


def leave_for_now(connection_id: int, *, now: datetime, after: timedelta) -> None:
    """All posts of an account that are due: what cannot be asked now must not stand before the others. One that is
    too old by then is looked at no more."""
    due = FigureClock.objects.filter(connection_id=connection_id, next_at__lte=Now())
    ours = set(due.select_for_update(skip_locked=True).values_list("share_id", flat=True))
    old = set(Share.objects.filter(pk__in=ours, published_at__lte=now + after - GIVE_UP).values_list("pk", flat=True))
    end_clocks(old)
    _set(ours - old, now + after)


def end_clocks(share_ids: Collection[int]) -> None:
    _set(share_ids, None)


def _set(share_ids: Collection[int], next_at: datetime | None, **columns: int) -> None:
    FigureClock.objects.filter(share_id__in=share_ids).update(next_at=next_at, **columns)
