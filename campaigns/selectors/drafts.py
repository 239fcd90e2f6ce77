"""A person's drafts, to go on with. Nobody else's are ever read here."""

from __future__ import annotations

from accounts.models import Member
from campaigns.models import Share, ShareState

SHOWN = 3


def drafts_of(member: Member) -> list[Share]:
    """The newest with words in them; all of them stand in the queue."""
    drafts = Share.objects.filter(member=member, state=ShareState.DRAFT).exclude(text="")
    return list(drafts.select_related("item").order_by("-updated_at", "-pk")[:SHOWN])
