"""What leaving, a closed door, or taking consent back does to a person's posts that wait (hooks of
`settings.ON_DEPARTURE`, `ON_DEACTIVATION` and `ON_CONSENT_WITHDRAWN`). What is out stays the person's own; links in
it keep working.
"""

from __future__ import annotations

from collections.abc import Iterable

from accounts.audit import audit
from accounts.models import ConsentKind, Member
from accounts.receipts import ReceiptLine
from accounts.selectors.consent import is_named
from campaigns.actions.drafts import end_approval
from campaigns.models import Share
from campaigns.publishing.moves import has_unclear_attempt, hold
from campaigns.share_lifecycle import WAITING, HeldReason, ShareState, move

LEFT = "left"
ON_THE_WAY = (ShareState.SENDING, ShareState.UNKNOWN)  # perhaps out: only their approval ends, so none goes again
PLANNED_CANCELLED = "planned_cancelled"
NAME_OFF_BOARDS = "name_off_boards"


def cancel_planned_shares(member: Member, *, by: Member) -> list[ReceiptLine]:
    """ON_DEPARTURE: everything that waits is withdrawn; what we cannot tell yet is never sent again."""
    cancelled = _cancel(_waiting(member), by=by, because=LEFT)
    audit("cancel_planned_shares", by=by, subject=f"member {member.public_id}", private=True, count=cancelled)
    return [ReceiptLine(what=PLANNED_CANCELLED, count=cancelled)]


def cancel_shares_of_deactivated(member: Member, *, by: None) -> None:
    """ON_DEACTIVATION: nothing planned goes out. Nobody's act, so that whoever closed the door learns nothing."""
    planned = [share for share in _waiting(member) if share.state != ShareState.DRAFT]
    cancelled = _cancel(planned, by=by, because="deactivated")
    subject = f"member {member.public_id}"
    audit("cancel_shares_of_deactivated", by=by, subject=subject, private=True, count=cancelled)


def take_name_off_boards(member: Member, *, by: Member) -> list[ReceiptLine]:
    """ON_DEPARTURE: boards read the consent ledger and members who are still here, so the name is off already.

    Who never stood there reads nothing of it on the receipt.
    """
    named = is_named(member)
    audit("take_name_off_boards", by=by, subject=f"member {member.public_id}", private=True, was_named=named)
    return [ReceiptLine(what=NAME_OFF_BOARDS, count=1)] if named else []


def cancel_shares_without_consent(member: Member, *, by: Member, kind: str, network: str) -> None:
    """ON_CONSENT_WITHDRAWN: who stops taking part, or stops on one network, has nothing more planned there.

    Posting by hand needs no consent to a network: those stay.
    """
    if kind == ConsentKind.NAMED_ON_BOARDS:
        return
    waiting = _waiting(member)
    if kind == ConsentKind.NETWORK:
        waiting = [share for share in waiting if share.network == network and not share.by_hand]
    cancelled = _cancel(waiting, by=by, because="consent_withdrawn")
    audit("cancel_shares_without_consent", by=by, subject=f"member {member.public_id}", private=True, count=cancelled)


def _waiting(member: Member) -> list[Share]:
    states = [*WAITING, ShareState.FAILED, *ON_THE_WAY]
    shares = Share.objects.filter(member=member, state__in=states).order_by("pk")
    return list(shares.select_for_update(of=("self",)))


def _cancel(shares: Iterable[Share], *, by: Member | None, because: str) -> int:
    """Withdraw; of what may be out already only the approval ends. Answers how many were cancelled."""
    cancelled = 0
    for share in shares:
        end_approval(share, because=because)
        if share.state in ON_THE_WAY:
            continue
        may_be_out = share.held_reason == HeldReason.COULD_NOT_TELL or has_unclear_attempt(share)
        if may_be_out and because != LEFT:  # whoever has left is asked nothing more
            _ask_whether_it_is_out(share, because=because)
            continue
        cancelled += share.state != ShareState.DRAFT and not may_be_out
        move(share, ShareState.WITHDRAWN, by=by, because=because)
    return cancelled


def _ask_whether_it_is_out(share: Share, *, because: str) -> None:
    """A repeat was planned of a send whose answer was lost: "it was not posted" may be untrue, so the person looks."""
    if share.state == ShareState.HELD:
        Share.objects.filter(pk=share.pk).update(held_reason=HeldReason.COULD_NOT_TELL, held_detail="")
    else:
        hold(share, HeldReason.COULD_NOT_TELL, because=because)
