"""Does the key to an account end before a post's time? Said before it is approved; it forbids nothing."""

from __future__ import annotations

from datetime import datetime

from campaigns.models import Share
from integrations.selectors.connections import ends_at


def ends_before(share: Share, due_at: datetime | None) -> datetime | None:
    """The end of the share's connection, where the post's time lies beyond it; None where nothing is to be said."""
    if share.connection is None or due_at is None:
        return None
    end = ends_at(share.connection)
    return end if end is not None and due_at >= end else None
