"""One share's step of a clock, apart from all others: where it breaks, that share waits for its person.

A database that is away breaks the whole round: it says nothing about a share, and the next round comes. So does a row
that somebody else holds, but for that share alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from accounts.database_trouble import is_database_trouble, is_race
from accounts.tenancy import acting_in
from campaigns.models import Share
from campaigns.publishing.moves import hold
from campaigns.share_lifecycle import HeldReason, ShareState

logger = logging.getLogger(__name__)
T = TypeVar("T")

MAY_BE_OUT = (ShareState.SENDING, ShareState.UNKNOWN)


def apart(organization_id: int, share_id: int, step: Callable[[], T], **still: object) -> T | None:
    """The step's answer, or None where it broke. `still`: what must yet hold of the row before it is held."""
    try:
        return step()
    except Exception as error:
        if is_database_trouble(error):
            raise
        place = {"organization": organization_id, "share": share_id}
        if is_race(error):
            logger.info("A share was left for the next round: somebody else is at it.", extra=place)
        else:
            logger.exception("A share could not be read or moved.", extra={"event": "share_broke", **place})
            _leave_to_its_person(organization_id, share_id, still)
        return None


def _leave_to_its_person(organization_id: int, share_id: int, still: dict[str, object]) -> None:
    try:
        with acting_in(organization_id):
            ours = Share.objects.filter(pk=share_id, **still).select_for_update(of=("self",))
            share = ours.select_related("organization", "member", "item").first()
            if share is not None:
                unclear = share.state in MAY_BE_OUT
                reason = HeldReason.COULD_NOT_TELL if unclear else HeldReason.APPROVAL_CHANGED
                hold(share, reason, because="could_not_be_read")
    except Exception as error:
        if is_database_trouble(error):
            raise
        logger.exception("A broken share could not be held.", extra={"event": "share_stuck", "share": share_id})
