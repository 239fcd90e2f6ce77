"""What leaving would cancel (hook of `settings.DEPARTURE_PREVIEW`), counted before anybody decides anything."""

from __future__ import annotations

from accounts.models import Member
from accounts.receipts import ReceiptLine
from accounts.selectors.consent import is_named
from campaigns.models import Share
from campaigns.share_lifecycle import WAITING, ShareState


def would_cancel(member: Member) -> list[ReceiptLine]:
    """What the receipt would say: the posts that wait, without drafts, and the name on boards where it stands there."""
    states = [state for state in (*WAITING, ShareState.FAILED) if state != ShareState.DRAFT]
    waiting = Share.objects.filter(member=member, state__in=states).count()
    named = [ReceiptLine(what="name_off_boards", count=1)] if is_named(member) else []
    return [ReceiptLine(what="planned_cancelled", count=waiting), *named]
