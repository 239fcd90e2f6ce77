"""The grants people gave us: sealed beside their connection, opened for one call, refreshed by one worker at a time.

Owns `StoredGrant`. A refresh is a lease and not a lock: take it and commit, call, write the new pair fenced. A failed
refresh never overwrites the pair that stands. Nothing here logs, and no token is ever an argument of a task.
"""

from __future__ import annotations

import base64
import json
import logging
import random
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import close_old_connections
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.database_trouble import is_passing
from accounts.errands import owe
from accounts.tenancy import acting_in
from integrations import http
from integrations.breakers import may_call, watched
from integrations.grant_clocks import LONGEST_PAUSE, clocks_of, pause_after
from integrations.models import Connection, ConnectionState, StoredGrant
from integrations.networks import network
from integrations.networks.base import Grant, NeedsReconnect, Refresh, Refreshed, Secret, TryLater, Unknown
from integrations.refresh_tally import Outcome, count_refresh
from integrations.sealing import CannotOpen, Identity, Sealed, seal, unseal

logger = logging.getLogger(__name__)

PURPOSE = "grant"
FOR_REVOCATION = "grant to give back"
REFRESH_BEFORE = timedelta(minutes=2)  # longer than a post may take with its uploads
ANOTHER_REFRESHES = TryLater(timedelta(seconds=2), gettext_noop("The connection is being renewed."))
UNTIL_KEPT = timedelta(seconds=5)  # of a lease: from taking it to the first call, and from the answer to the commit
KEPT_BY = 10  # tries to write a new pair down, a second apart
COUNTED_AS = {
    Refreshed: Outcome.RENEWED,
    TryLater: Outcome.LATER,
    Unknown: Outcome.LOST,
    NeedsReconnect: Outcome.REFUSED,
}

GONE = gettext_noop("This account is no longer connected. Connect it again.")
UNREADABLE = gettext_noop("What was stored for this account cannot be read here. Connect it again.")
KEY_MISSING = gettext_noop("The key that opens this connection is not here. The people who run this site must add it.")


_FREE = Q(refresh_lease_until=None) | Q(refresh_lease_until__lte=Now())


class GrantUnreadable(Exception):
    """No grant stands beside this connection, or it does not open here."""

    def __init__(self, sentence: str, *, key_is_missing: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.key_is_missing = key_is_missing


@dataclass(frozen=True, slots=True)
class RefreshDue:
    """We hold the lease: this worker alone asks, with this grant."""

    organization_id: int
    connection_id: int
    network: str
    grant: Grant
    fence: int


# --- inside `acting_in` -----------------------------------------------------------------------


def store_grant(connection: Connection, grant: Grant) -> StoredGrant:
    """Seal a grant beside its connection; a refresh that is under way loses against it."""
    sealed = _sealed_for(connection, grant)
    renewable = grant.refresh_token is not None
    clocks = clocks_of(grant.expires_at, renewable=renewable, now=timezone.now(), chance=random.random())  # noqa: S311  # jitter
    fresh = {
        "sealed": sealed.box,
        "key_id": sealed.key_id,
        "environment": settings.ENVIRONMENT_NAME,
        "expires_at": grant.expires_at,
        "refresh_lease_until": None,
        "failures": 0,
        **asdict(clocks),
    }
    stored, _ = StoredGrant.objects.update_or_create(
        connection=connection, defaults={**fresh, "fence": F("fence") + 1}, create_defaults={**fresh, "fence": 1}
    )
    stored.refresh_from_db(fields=["fence"])
    return stored


def open_grant(connection: Connection) -> Grant:
    """The grant of a connection; raises `GrantUnreadable`."""
    stored = StoredGrant.objects.filter(connection=connection).first()
    if stored is None:
        raise GrantUnreadable(GONE)
    return _opened(connection, stored)


def _opened(connection: Connection, stored: StoredGrant) -> Grant:
    try:
        return _read(unseal(stored.sealed, stored.key_id, purpose=PURPOSE, identity=identity_of(connection)))
    except CannotOpen as error:
        # Another environment's grant stays shut for good; a forgotten key can be put back.
        missing = error.key_is_missing and stored.environment == settings.ENVIRONMENT_NAME
        raise GrantUnreadable(KEY_MISSING if missing else UNREADABLE, key_is_missing=missing) from None


def grant_at_hand(connection: Connection, *, now: datetime) -> Grant | None:
    """The grant that stands beside this row, if it serves as it is; else `take_grant` is to be asked."""
    stored = stored_grant_of(connection)
    if stored is None or connection.state != ConnectionState.LIVE:
        return None
    try:
        grant = _opened(connection, stored)
    except GrantUnreadable:
        return None
    return grant if _is_fresh(grant, None, now=now) else None


def has_newer_grant(connection: Connection, *, than: Secret | None) -> bool:
    """Does another grant stand by now than the one whose access token was declined? None: one that did not open.

    Locks both rows, so that the answer holds until the transaction ends. The token itself is compared: it names a grant
    wherever it came from, and no fence need travel with every post that goes out.
    """
    if not Connection.objects.select_for_update().filter(pk=connection.pk, state=ConnectionState.LIVE).exists():
        return False
    stored = StoredGrant.objects.select_for_update().filter(connection=connection).first()
    try:
        return stored is not None and not _is(_opened(connection, stored), than)
    except GrantUnreadable:
        return False


def _is(grant: Grant, token: Secret | None) -> bool:
    return token is not None and grant.access_token.reveal() == token.reveal()


def stored_grant_of(connection: Connection) -> StoredGrant | None:
    """Costs nothing where the row was read with its grant (`select_related("stored_grant")`)."""
    try:
        return connection.stored_grant
    except StoredGrant.DoesNotExist:
        return None


def identity_of(connection: Connection) -> Identity:
    """What a sealed grant is bound to, besides the environment."""
    return (connection.organization_id, connection.pk, connection.network, connection.server, connection.account_id)


def _sealed_for(connection: Connection, grant: Grant) -> Sealed:
    return seal(_written(grant), purpose=PURPOSE, identity=identity_of(connection))


# --- outside transactions ---------------------------------------------------------------------


def fresh_grant(
    organization_id: int, connection_id: int, *, refused: Secret | None = None
) -> Grant | NeedsReconnect | TryLater:
    """A grant good for the next minutes, refreshed if need be. Runs outside any transaction.

    `refused` is an access token the network has just declined: the answer is another one.
    """
    http.refuse_inside_transaction()
    taken = take_grant(organization_id, connection_id, refused=refused)
    if not isinstance(taken, RefreshDue):
        return taken
    return keep_refresh_surely(taken, ask_for_refresh(taken))


def take_grant(
    organization_id: int, connection_id: int, *, refused: Secret | None = None
) -> Grant | RefreshDue | NeedsReconnect | TryLater:
    """First step, database only: the grant as it stands, or the lease to refresh it. Commits before it answers."""
    with acting_in(organization_id):
        connection, stored = _standing(connection_id)
        if connection is None or stored is None:
            return NeedsReconnect(GONE)
        try:
            grant = _opened(connection, stored)
        except GrantUnreadable as error:
            return TryLater(LONGEST_PAUSE, KEY_MISSING) if error.key_is_missing else NeedsReconnect(error.sentence)
        if _is_fresh(grant, refused, now=timezone.now()):
            return grant
        return _leased(connection, stored, grant) or ANOTHER_REFRESHES


def take_ahead(organization_id: int, connection_id: int) -> RefreshDue | None:
    """The same first step ahead of need: the lease where the grant's clock says so, and nobody else has it."""
    with acting_in(organization_id):
        connection = Connection.objects.filter(pk=connection_id, state=ConnectionState.LIVE).first()
        free = StoredGrant.objects.filter(_FREE, connection_id=connection_id, renew_at__lte=Now())
        stored = free.select_for_update(skip_locked=True).first()
        if connection is None or stored is None:
            return None
        try:
            grant = _opened(connection, stored)
        except GrantUnreadable:
            return None  # nothing to renew with; a share that needs it says so to its person
        # Last, and the lease is ours by then: a server that does not answer is tried once in a while, and not in vain.
        if not may_call(connection.network, connection.server):
            return None
        return _leased(connection, stored, grant)


def _standing(connection_id: int) -> tuple[Connection | None, StoredGrant | None]:
    connection = Connection.objects.filter(pk=connection_id, state=ConnectionState.LIVE).first()
    return connection, StoredGrant.objects.filter(connection_id=connection_id).first()


def _leased(connection: Connection, stored: StoredGrant, grant: Grant) -> RefreshDue | None:
    if not _take_lease(stored):
        return None
    return RefreshDue(connection.organization_id, connection.pk, connection.network, grant, stored.fence)


def ask_for_refresh(due: RefreshDue) -> Refresh:
    """Second step, network only. Whatever it answers goes to `keep_refresh`.

    A network may first have to be asked where, or want a call a second time: all of it ends before the lease does, for
    whoever took the lease next would spend the same refresh token.
    """
    with watched(due.network, due.grant.server), http.all_within(renewal_lasts().total_seconds()):
        return network(due.network).refresh(due.grant)


def keep_refresh(due: RefreshDue, answer: Refresh) -> Grant | NeedsReconnect | TryLater:
    """Third step, database only: write the new pair if nobody wrote a newer one, and commit before it is used."""
    with acting_in(due.organization_id):
        stored = StoredGrant.objects.select_for_update().filter(connection_id=due.connection_id).first()
        kept = _kept(due, stored, answer)
        count_refresh(due.network, COUNTED_AS[type(answer)])
        return kept


def keep_refresh_surely(due: RefreshDue, answer: Refresh) -> Grant | NeedsReconnect | TryLater:
    """The same, with patience: the old refresh token may be spent, and a database that restarts is back in seconds."""
    for _ in range(KEPT_BY):
        try:
            return keep_refresh(due, answer)
        except Exception as error:
            if not is_passing(error):
                raise
            place = {"event": "grant_not_kept", "organization": due.organization_id, "network": due.network}
            logger.exception("What a refresh answered could not be written down yet.", extra=place)
            close_old_connections()
            time.sleep(1)
    return keep_refresh(due, answer)


def _kept(due: RefreshDue, stored: StoredGrant | None, answer: Refresh) -> Grant | NeedsReconnect | TryLater:
    connection = Connection.objects.get(pk=due.connection_id)
    if isinstance(answer, Refreshed):
        return _keep_new(connection, stored, due, answer.grant)
    if stored is None or stored.fence != due.fence:
        return ANOTHER_REFRESHES if stored else NeedsReconnect(GONE)
    if isinstance(answer, NeedsReconnect):
        StoredGrant.objects.filter(pk=stored.pk).update(refresh_lease_until=None, renew_at=_if_kept(stored, Now()))
        return answer
    return _later(stored, answer)


def _if_kept(stored: StoredGrant, clock: object) -> object:
    """A clock that does not run (the grant ends of itself, or never) is not started."""
    return clock if stored.renew_at is not None else None


def _later(stored: StoredGrant, answer: TryLater | Unknown) -> TryLater:
    """Nothing new was given: the old pair stands, and whoever needs another one waits a growing, jittered while.

    Where the answer got lost the network may have spent our refresh token, and X ends everything it gave when a spent
    one comes again. So the access token at hand serves to its end before we ask once more: asked sooner, the same
    question could only cost its last hour. Networks that take a repeat as it is meant answer `TryLater` instead.
    """
    asked = answer.after if isinstance(answer, TryLater) else timedelta()
    failures = min(stored.failures + 1, 1000)
    pause = pause_after(failures, asked=asked, chance=random.random())  # noqa: S311  # jitter
    ahead = timezone.now() + pause
    if isinstance(answer, Unknown) and stored.expires_at is not None:
        ahead = max(ahead, stored.expires_at - REFRESH_BEFORE)
    StoredGrant.objects.filter(pk=stored.pk).update(
        refresh_lease_until=Now() + pause, renew_at=_if_kept(stored, ahead), failures=failures
    )
    return replace(answer, after=pause) if isinstance(answer, TryLater) else TryLater(pause, answer.reason)


def _keep_new(
    connection: Connection, stored: StoredGrant | None, due: RefreshDue, new: Grant
) -> Grant | NeedsReconnect | TryLater:
    if stored is None:  # disconnected meanwhile: what we were just given goes back as well
        owe_revocation(connection, new)
        return NeedsReconnect(GONE)
    if stored.fence != due.fence:  # connected anew meanwhile: the newer pair stands
        return ANOTHER_REFRESHES
    store_grant(connection, new)
    return new


def _is_fresh(grant: Grant, refused: Secret | None, *, now: datetime) -> bool:
    if _is(grant, refused):
        return False
    if grant.expires_at is None:
        return True
    # Where nothing can be refreshed the grant serves to its last second.
    ahead = REFRESH_BEFORE if grant.refresh_token else timedelta()
    return grant.expires_at > now + ahead


def renewal_lasts() -> timedelta:
    """All calls of one renewal together, at most."""
    return timedelta(seconds=float(settings.ENGINE["call_timeout"]) * 1.5)


def _take_lease(stored: StoredGrant) -> bool:
    lease = renewal_lasts() + UNTIL_KEPT
    rows = StoredGrant.objects.filter(_FREE, pk=stored.pk, fence=stored.fence)
    return rows.update(refresh_lease_until=Now() + lease) == 1


# --- giving back ------------------------------------------------------------------------------


def owe_revocation(connection: Connection, grant: Grant) -> None:
    """Owe the errand that gives a grant back at the network. It carries the grant sealed for that errand alone."""
    sealed = seal(_written(grant), purpose=FOR_REVOCATION, identity=identity_of(connection))
    box = base64.b64encode(sealed.box).decode()
    payload: dict[str, object] = {"connection": connection.pk, "sealed": box, "key_id": sealed.key_id}
    owe("revoke", cause=f"revoke:{connection.public_id}:{sealed_mark(sealed.box)}", payload=payload)


def open_for_revocation(connection: Connection, box: str, key_id: str) -> Grant:
    """The grant that a revocation errand carries; raises `GrantUnreadable`."""
    try:
        return _read(unseal(base64.b64decode(box), key_id, purpose=FOR_REVOCATION, identity=identity_of(connection)))
    except CannotOpen as error:
        raise GrantUnreadable(UNREADABLE, key_is_missing=error.key_is_missing) from None


def sealed_mark(box: bytes) -> str:
    """Names one sealing: its random nonce."""
    return box[1:13].hex()


# --- a grant as text --------------------------------------------------------------------------


def _written(grant: Grant) -> str:
    return json.dumps(
        {
            "access_token": grant.access_token.reveal(),
            "refresh_token": grant.refresh_token.reveal() if grant.refresh_token else None,
            "expires_at": grant.expires_at.isoformat() if grant.expires_at else None,
            "scopes": sorted(grant.scopes),
            "server": grant.server,
            "account_id": grant.account_id,
            "client_id": grant.client_id,
            "client_secret": grant.client_secret.reveal() if grant.client_secret else None,
            "proof_key": grant.proof_key.reveal() if grant.proof_key else None,
            "issuer": grant.issuer,
            "client_key": grant.client_key,
        }
    )


def _read(text: str) -> Grant:
    kept = json.loads(text)
    expires_at, refresh, secret = kept["expires_at"], kept["refresh_token"], kept["client_secret"]
    proof_key = kept.get("proof_key")  # grants of an earlier release name no key
    grant = Grant(
        access_token=Secret(kept["access_token"]),
        scopes=frozenset(kept["scopes"]),
        server=kept["server"],
        account_id=kept["account_id"],
        client_id=kept["client_id"],
    )
    return replace(
        grant,
        expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
        refresh_token=Secret(refresh) if refresh else None,
        client_secret=Secret(secret) if secret else None,
        proof_key=Secret(proof_key) if proof_key else None,
        issuer=kept.get("issuer", ""),
        client_key=kept.get("client_key", ""),
    )
