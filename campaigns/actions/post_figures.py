"""How figures of posts go: with their time, or with their person."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.audit import audit
from accounts.models import Member
from accounts.receipts import ReceiptLine
from campaigns.models import FigureClock, FigureReading, FollowerClock, FollowerReading


def forget_old_figures(*, by: Member | None) -> int:
    """Whatever its network lets apps keep no longer; answers how many looks."""
    with transaction.atomic():
        now = timezone.now()
        gone = FigureReading.objects.filter(keep_until__lte=now).delete()[0]
        gone += FollowerReading.objects.filter(keep_until__lte=now).delete()[0]
        if gone:
            audit("forget_old_figures", by=by, private=True, gone=gone)
    return gone


def forget_figures_of_leaver(member: Member, *, by: Member) -> list[ReceiptLine]:
    """ON_DEPARTURE: nobody looks at their posts any more, and what was seen goes.

    The clocks first: an answer that is being written down holds them, and its figures stand when the wait is over.
    """
    FigureClock.objects.filter(share__member=member).delete()
    FigureReading.objects.filter(share__member=member).delete()
    FollowerClock.objects.filter(connection__member=member).delete()
    FollowerReading.objects.filter(connection__member=member).delete()
    audit("forget_figures_of_leaver", by=by, subject=f"member {member.public_id}", private=True)
    return []
