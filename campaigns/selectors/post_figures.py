"""What became of a person's own posts, for their eyes alone: the newest readings, and why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from campaigns.activity_rules import takes_words
from campaigns.figure_clock import are_read
from campaigns.models import Activity, Evidence, FigureReading, Share, ShareState
from integrations.networks import network
from integrations.places import where

SHOWN = 20


@dataclass(frozen=True, slots=True)
class PostFigures:
    """`reading` is the newest; without one `why` says what stands in the way. `where` is the network's own name."""

    share: Share
    where: str
    reading: FigureReading | None
    why: str = ""


def posts_out(member: Member) -> QuerySet[Share]:
    """What shows words of theirs."""
    return Share.objects.filter(member=member, state=ShareState.PUBLISHED).exclude(no_post())


def no_post() -> Q:
    """A like, a follow and a bare repost are nobody's post."""
    wordless = Q(item__asks__in=[one for one in Activity if not takes_words(one)])
    return wordless | Q(item__asks=Activity.REPOST, text="")


def figures_of_posts(member: Member) -> list[PostFigures]:
    """The person's newest posts that are out; two queries, however many."""
    shares = list(posts_out(member).select_related("item", "figure_clock").order_by("-published_at", "-pk")[:SHOWN])
    newest = kept_readings().filter(share__in=shares).order_by("share_id", "-at").distinct("share_id")
    by_share = {reading.share_id: reading for reading in newest}
    return [_figures(share, by_share.get(share.pk)) for share in shares]


def kept_readings() -> QuerySet[FigureReading]:
    """Those that may still be shown: to the second, though they are swept once an hour."""
    return FigureReading.objects.filter(keep_until__gt=timezone.now())


def readings_of(share: Share) -> list[FigureReading]:
    """Every look at one post, the newest first."""
    return list(kept_readings().filter(share=share).order_by("-at"))


def figures_of_post(share: Share, readings: Sequence[FigureReading]) -> PostFigures:
    return _figures(share, readings[0] if readings else None)


def _figures(share: Share, reading: FigureReading | None) -> PostFigures:
    return PostFigures(share, _where(share), reading, "" if reading else why_unknown(share))


def _where(share: Share) -> str:
    return where(share.network, by_hand=share.by_hand).label


def why_unknown(share: Share) -> str:
    """One sentence about figures that are not there."""
    if share.by_hand or share.evidence != Evidence.CONFIRMED:
        return _("What you posted by hand no network tells us about.")
    there = network(share.network)
    if not there.figures_of:
        return _("%(network)s gives apps no figures.") % {"network": there.label}
    if not are_read(share.network):
        return _(there.figures_need)
    if _next_look(share) is not None:
        return _("We look at it about an hour after it went out, and less and less often for a month.")
    if share.published_at and timezone.now() > share.published_at + there.keep_figures_for:
        return _("Its figures are kept for a short time only, and are gone.")
    return _("%(network)s told us nothing about this post.") % {"network": there.label}


def _next_look(share: Share) -> datetime | None:
    return share.figure_clock.next_at if hasattr(share, "figure_clock") else None
