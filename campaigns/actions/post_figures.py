"""What a person's leaving does to the figures of their posts."""

from __future__ import annotations

from accounts.audit import audit
from accounts.models import Member
from accounts.receipts import ReceiptLine
from campaigns.models import FigureClock, FigureReading


def forget_figures_of_leaver(member: Member, *, by: Member) -> list[ReceiptLine]:
    """ON_DEPARTURE: nobody looks at their posts any more, and what was seen goes."""
    FigureClock.objects.filter(share__member=member).delete()
    FigureReading.objects.filter(share__member=member).delete()
    audit("forget_figures_of_leaver", by=by, subject=f"member {member.public_id}", private=True)
    return []
