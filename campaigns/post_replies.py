"""What people answered under a post, read when its author asks: kept some minutes, and shown to nobody else.

The call runs outside of any transaction and is given up soon, for a person waits for the page.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache

from campaigns.models import Share, ShareState
from integrations.breakers import tries_again_at
from integrations.http import Timeout, in_a_hurry
from integrations.limits import frozen_among
from integrations.models import ConnectionState
from integrations.networks import network
from integrations.networks.base import Grant, Replies
from integrations.tokens import GrantUnreadable, open_grant

logger = logging.getLogger(__name__)

KEPT = 300  # seconds
HURRY = Timeout(connect=2, total=5)


@dataclass(frozen=True, slots=True)
class Thread:
    """The answers under one post, to be read with its author's grant."""

    share_id: int
    network: str
    external_id: str
    grant: Grant

    @property
    def kept_as(self) -> str:
        return f"replies:{self.share_id}:{sha256(self.external_id.encode()).hexdigest()[:16]}"


def thread_of(share: Share) -> Thread | None:
    """Inside `acting_in`. None where the network shows no answers, or cannot be asked now."""
    account = share.connection
    if share.state != ShareState.PUBLISHED or not share.external_id or account is None:
        return None
    if not network(share.network).shows_replies or account.state != ConnectionState.LIVE or account.frozen:
        return None
    if frozen_among([share.network]) or tries_again_at(account.network, account.server) is not None:
        return None
    try:
        return Thread(share.pk, share.network, share.external_id, open_grant(account))
    except GrantUnreadable:
        return None


def read_replies(thread: Thread) -> Replies | None:
    """Outside of any transaction. None: they could not be read."""
    kept = cache.get(thread.kept_as)
    if isinstance(kept, Replies):
        return kept
    read = _ask(thread)
    if read is not None:
        cache.set(thread.kept_as, read, KEPT)
    return read


def _ask(thread: Thread) -> Replies | None:
    try:
        with in_a_hurry(HURRY):
            answer = network(thread.network).replies(thread.external_id, thread.grant)
    except Exception:  # a network's file that breaks is no reason for a page that fails
        logger.exception("Answers could not be read.", extra={"event": "replies_broke", "network": thread.network})
        return None
    return answer if isinstance(answer, Replies) else None
