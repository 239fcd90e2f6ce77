"""Workers that stop with a share in their hands, and wake: the engine's own steps, one at a time."""

from __future__ import annotations

import time
from dataclasses import dataclass

from campaigns.publishing.claim import Claimed
from campaigns.publishing.intent import Intent, commit_intent
from campaigns.publishing.record import record_not_sent, record_outcome
from campaigns.publishing.work import send
from integrations.networks.base import Grant, Outcome, Uploaded
from integrations.tokens import fresh_grant


@dataclass
class Hand:
    """A worker that stopped with a share in its hands, and may wake later."""

    claimed: Claimed
    intent: Intent | None = None
    grant: Grant | None = None
    outcome: Outcome | None = None
    lease_is_over: bool = False


def go_on(hand: Hand, *, till: str) -> None:
    """From wherever it stopped to its intent, its send or its record."""
    if hand.intent is None:
        grant = fresh_grant(hand.claimed.organization_id, hand.claimed.connection_id)
        if not isinstance(grant, Grant):
            return record_not_sent(hand.claimed, grant)
        hand.grant = grant
        hand.intent = commit_intent(hand.claimed, picture_hashes=frozenset())
    if hand.intent is None or hand.grant is None or till == "intent":
        return None
    if hand.outcome is None:
        # The monotonic clock of a worker that slept through its lease says so, right before the socket.
        not_after = float("-inf") if hand.lease_is_over else time.monotonic() + 60
        hand.outcome = send(hand.intent.post, hand.grant, hand.intent.attempt_key, Uploaded(), not_after=not_after)
    if till == "record":
        record_outcome(hand.claimed, hand.outcome)
    return None
