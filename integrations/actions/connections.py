"""Connecting an account, noticing that its grant is dead, and letting go of it.

An account belongs to the person: only they connect and disconnect it, and the company never reads that they did
(the audit rows are private). Nothing here calls a network: giving a grant back there is an errand.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.consent import lock_self, require_self
from accounts.audit import audit
from accounts.models import Member
from accounts.refusals import NotAllowed, Refusal
from accounts.selectors.consent import agreed_to_network, takes_part
from integrations.face_store import forget_face
from integrations.models import Connection, ConnectionState, StoredGrant
from integrations.networks.base import Account, Grant, Network
from integrations.selectors.connections import pause_of
from integrations.server_readings import expect_server
from integrations.tokens import GrantUnreadable, open_grant, owe_revocation, store_grant


class AccountTaken(Refusal):
    """The account is connected in this company by somebody else."""

    code = "account_taken"


def connect_account(
    member: Member, *, by: Member, network: Network, server: str, account: Account, grant: Grant
) -> Connection:
    """Connect the account, or connect it again: the same account keeps its connection and whatever waits for it.

    Another account of the same network is another connection; what was approved for the first stays with the first.
    """
    with transaction.atomic():
        lock_self(member, by=by)
        if not (takes_part(member) and agreed_to_network(member, network.key)):
            raise NotAllowed(_("Say yes to this network first. Nothing was connected."))
        connection = _connection_of(member, network, server, account)
        _describe(connection, account)
        _save_once(connection)
        store_grant(connection, grant)
        expect_server(network, server)
        audit("connect_account", by=by, subject=f"connection {connection.public_id}", private=True, network=network.key)
    return connection


def mark_needs_reconnect(connection: Connection, *, reason: str, by: Member | None = None) -> None:
    """The network no longer takes the grant. The pair stays until the person connects again or lets go."""
    with transaction.atomic():
        live = Connection.objects.filter(pk=connection.pk, state=ConnectionState.LIVE)
        if live.update(state=ConnectionState.NEEDS_RECONNECT) == 0:
            return
        subject = f"connection {connection.public_id}"
        audit("mark_needs_reconnect", by=by, subject=subject, private=True, network=connection.network, reason=reason)
    connection.refresh_from_db(fields=["state"])


def disconnect(connection: Connection, *, by: Member) -> None:
    """Let go of an account. We forget the grant at once; giving it back at the network is an errand."""
    require_self(connection.member, by=by)
    let_go(connection, by=by)


def freeze_own(member: Member, *, by: Member) -> bool:
    """Nothing goes out from any of the person's accounts. False where there was nothing left to stop."""
    require_self(member, by=by)
    with transaction.atomic():
        if _standing(member).filter(frozen=False).update(frozen=True) == 0:
            return False
        audit("freeze_own", by=by, subject=f"member {member.public_id}", private=True)
    return True


def thaw_own(member: Member, *, by: Member) -> bool:
    """The accounts may be posted from again; what waited too long meanwhile is the publishing rule's."""
    require_self(member, by=by)
    with transaction.atomic():
        if _standing(member).filter(frozen=True).update(frozen=False) == 0:
            return False
        audit("thaw_own", by=by, subject=f"member {member.public_id}", private=True)
    return True


def _standing(member: Member) -> QuerySet[Connection]:
    return Connection.objects.filter(member=member).exclude(state=ConnectionState.DISCONNECTED)


def let_go(connection: Connection, *, by: Member | None) -> bool:
    """For disconnecting, leaving and taking consent back. False where there was nothing left to give back."""
    with transaction.atomic():
        locked = Connection.objects.select_for_update().get(pk=connection.pk)
        if locked.state == ConnectionState.DISCONNECTED:
            return False
        stored = StoredGrant.objects.select_for_update().filter(connection=locked).first()
        owed = _owe_what_stands(locked)  # read again under the lock: a refresh may just have written it
        if stored is not None:
            stored.delete()
        ended = {"state": ConnectionState.DISCONNECTED, "ended_at": timezone.now(), "avatar_sha256": ""}
        Connection.objects.filter(pk=locked.pk).update(**ended)
        if locked.avatar_sha256:
            transaction.on_commit(lambda: forget_face(locked, locked.avatar_sha256))
        subject = f"connection {locked.public_id}"
        audit("disconnect", by=by, subject=subject, private=True, network=locked.network)
    connection.refresh_from_db(fields=["state", "ended_at"])
    return owed


def _owe_what_stands(connection: Connection) -> bool:
    try:
        owe_revocation(connection, open_grant(connection))
    except GrantUnreadable:
        return False  # it opens nowhere, so nobody can use it; the person can still take it back at the network
    return True


def _connection_of(member: Member, network: Network, server: str, account: Account) -> Connection:
    standing = Connection.objects.select_for_update().exclude(state=ConnectionState.DISCONNECTED)
    found = standing.filter(network=network.key, server=server, account_id=account.id).first()
    if found is None:
        key = {"network": network.key, "server": server, "account_id": account.id}
        return Connection(member=member, frozen=pause_of(member).is_on, **key)  # a pause is for every account
    if found.member_id != member.pk:
        raise _taken(network)
    found.member = member  # the same row, at hand where no company acts
    return found


def _describe(connection: Connection, account: Account) -> None:
    """What the network says about the account now; the handle may change, the id never does."""
    connection.handle = account.handle[:200]
    connection.name = account.name[:200]
    connection.avatar_url = account.avatar_url if len(account.avatar_url) <= 500 else ""
    connection.profile_url = account.url if len(account.url) <= 500 else ""
    connection.state = ConnectionState.LIVE
    connection.connected_at = timezone.now()
    connection.wait_until = None


def _save_once(connection: Connection) -> None:
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError:  # two sign-ins with one account at once: the first one stands
        raise _taken_meanwhile() from None


def _taken(network: Network) -> AccountTaken:
    sentence = _("This %(network)s account is already connected here under another sign-in. Nothing was changed.")
    return AccountTaken(sentence % {"network": network.label})


def _taken_meanwhile() -> AccountTaken:
    return AccountTaken(_("This account was being connected a moment ago. Look at your networks."))
