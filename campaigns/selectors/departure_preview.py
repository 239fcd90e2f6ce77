"""What leaving would cancel (hook of `settings.DEPARTURE_PREVIEW`), counted before anybody decides anything."""

from __future__ import annotations

from accounts.models import Member
from accounts.receipts import ReceiptLine
from campaigns.models import Share
from campaigns.share_lifecycle import WAITING, ShareState


def would_cancel(member: Member) -> list[ReceiptLine]:
    """The posts that the receipt would count: what waits, without drafts."""
    states = [state for state in (*WAITING, ShareState.FAILED) if state != ShareState.DRAFT]
    return [ReceiptLine(what="planned_cancelled", count=Share.objects.filter(member=member, state__in=states).count())]
