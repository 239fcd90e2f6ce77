"""What leaving, or taking consent back, does to a person's connections; and the errand that gives grants back.

The hooks run inside the leaver's transaction: the grant's row is gone when it commits. The errand carries the grant
sealed for itself alone, calls the network outside any transaction, and writes what came of it on the receipt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, assert_never

from accounts.errands import Done, ErrandResult, Handler, Later, outside, when_given_up
from accounts.models import ConsentKind, DepartureReceipt, Member
from accounts.receipts import ReceiptLine
from accounts.tenancy import acting_in
from integrations.actions.connections import let_go
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Grant, Revocation, RevokeByHand, Revoked, TryLater
from integrations.selectors.connections import standing_connections
from integrations.tokens import GrantUnreadable, open_for_revocation

GIVEN_BACK = "grants_given_back"
KEY_IS_LOOKED_FOR = timedelta(hours=1)


def give_back_grants(member: Member, *, by: Member) -> list[ReceiptLine]:
    """ON_DEPARTURE: every grant goes, in the leaver's transaction; a line for each network."""
    return _lines(_let_go_of(standing_connections(member), by=by))


def give_back_grants_of_deactivated(member: Member, *, by: None) -> None:
    """ON_DEACTIVATION: who cannot come in cannot let go of an account. Nobody's act, and the company learns nothing."""
    _let_go_of(standing_connections(member), by=by)


def give_back_grants_without_consent(member: Member, *, by: Member, kind: str, network: str) -> None:
    """ON_CONSENT_WITHDRAWN: one network's grants, or all of them where the person stops taking part."""
    if kind == ConsentKind.NAMED_ON_BOARDS:
        return
    standing = standing_connections(member)
    _let_go_of([row for row in standing if kind == ConsentKind.TAKE_PART or row.network == network], by=by)


def _let_go_of(connections: Iterable[Connection], *, by: Member | None) -> list[tuple[str, bool]]:
    """(network, is a revocation owed) for each."""
    return [(connection.network, let_go(connection, by=by)) for connection in connections]


def _lines(gone: list[tuple[str, bool]]) -> list[ReceiptLine]:
    owed = Counter(key for key, is_owed in gone if is_owed)
    keys = sorted({key for key, _ in gone})
    return [ReceiptLine(what=GIVEN_BACK, network=key, count=owed[key], done=not owed[key]) for key in keys]


# --- the errand -------------------------------------------------------------------------------


def _given_up(payload: dict[str, Any], reason: str) -> None:
    """The key went with the errand's payload: only the person can end it at the network now, and is told so."""
    connection = Connection.objects.select_related("member").get(pk=payload["connection"])
    url = next((one for one in (connection.server, connection.profile_url) if one.startswith("https://")), "")
    _write_on_receipt(connection, RevokeByHand(url, reason), given_up=True)


@when_given_up(_given_up)
@outside
def revoke(payload: dict[str, Any]) -> ErrandResult:
    """Give one grant back at its network."""
    try:
        opened = _open(payload)
    except GrantUnreadable as error:
        return Later(error.sentence, KEY_IS_LOOKED_FOR)  # a forgotten key can be put back; the errand waits for it
    if opened is None:
        return Done()  # it opens nowhere, so there is nothing that anybody could still use
    connection, grant = opened
    answer: Revocation = network(connection.network).revoke(grant)
    match answer:
        case TryLater(after, reason):
            return Later(reason, after)
        case Revoked() | RevokeByHand():
            with acting_in(payload["organization_id"]):
                _write_on_receipt(connection, answer)
            return Done()
    assert_never(answer)


def _open(payload: dict[str, Any]) -> tuple[Connection, Grant] | None:
    with acting_in(payload["organization_id"]):
        connection = Connection.objects.select_related("member").get(pk=payload["connection"])
        try:
            return connection, open_for_revocation(connection, payload["sealed"], payload["key_id"])
        except GrantUnreadable as error:
            if error.key_is_missing:
                raise
            return None


def _write_on_receipt(connection: Connection, answer: Revoked | RevokeByHand, *, given_up: bool = False) -> None:
    """The leaver's receipt says, network by network, what the network did."""
    receipts = DepartureReceipt.objects.select_for_update().filter(member=connection.member)
    receipt = receipts.order_by("-pk").first()
    if receipt is None:
        return
    for line in receipt.lines:
        if line.get("what") == GIVEN_BACK and line.get("network") == connection.network:
            confirmed = {*line.get("confirmed", []), connection.public_id}  # an errand may be done twice
            line["confirmed"] = sorted(confirmed)
            line["done"] = len(confirmed) >= line["count"]
            if isinstance(answer, RevokeByHand):
                line["by_hand"] = answer.url
            if given_up:
                line["given_up"] = True
    receipt.save(update_fields=["lines"])


ERRANDS: dict[str, Handler] = {"revoke": revoke}
