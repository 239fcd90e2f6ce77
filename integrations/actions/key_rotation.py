"""Moves everything sealed to the first of `settings.FIELD_KEYS`: grants, grants to give back, devices, apps, verifiers.

In small batches, each its own transaction, so it runs beside the workers, may be killed at any moment and is simply
run again. It never changes what is sealed. What does not open here is counted and left as it is.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models.functions import Now

from accounts.audit import audit
from accounts.models import Errand, ErrandState, Member, Organization
from accounts.tenancy import acting_in
from integrations import tokens
from integrations.actions import web_push
from integrations.models import Connection, OAuthState, PushDevice, ServerApp, StoredGrant
from integrations.sealing import CannotOpen, Identity, Sealed, current_key_id, seal, unseal
from integrations.server_apps import SECRET_OF_APP, identity_of_app
from integrations.sign_in_states import VERIFIER, identity_of_state

BATCH = 200
OPEN_ERRANDS = (ErrandState.WAITING, ErrandState.TAKEN)


@dataclass(slots=True)
class Rotation:
    """What one run did. `unreadable` rows were sealed by a key or for an environment that is not here."""

    rotated: int = 0
    unreadable: int = 0

    def add(self, other: Rotation) -> None:
        self.rotated += other.rotated
        self.unreadable += other.unreadable


def rotate_field_key(*, by: Member | None, batch: int = BATCH) -> Rotation:
    """Every row under an older key, company by company. `by` is nobody: the operator runs it."""
    whole = Rotation()
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        done = _in_batches(partial(_within, organization_id, _grants, batch))
        done.add(_in_batches(partial(_within, organization_id, _errands, batch)))
        done.add(_in_batches(partial(_within, organization_id, _devices, batch)))
        if done.rotated or done.unreadable:
            with acting_in(organization_id):
                audit("rotate_field_key", by=by, rotated=done.rotated, unreadable=done.unreadable)
        whole.add(done)
    whole.add(_in_batches(partial(_apps, batch)))
    whole.add(_in_batches(partial(_states, batch)))
    return whole


Batch = tuple[Rotation, int | None]  # what was done, and the last row seen (None: nothing left)


def _in_batches(next_batch: Callable[[int], Batch]) -> Rotation:
    whole, after = Rotation(), 0
    while True:
        done, last = next_batch(after)
        whole.add(done)
        if last is None:
            return whole
        after = last


def _within(organization_id: int, step: Callable[[int, int], Batch], batch: int, after: int) -> Batch:
    with acting_in(organization_id):
        return step(batch, after)


def _grants(batch: int, after: int) -> Batch:
    rows = list(
        StoredGrant.objects.select_for_update(of=("self",))
        .select_related("connection")
        .filter(pk__gt=after)
        .exclude(key_id=current_key_id())
        .order_by("pk")[:batch]
    )
    done = Rotation()
    for row in rows:
        new = _resealed(row.sealed, row.key_id, tokens.PURPOSE, tokens.identity_of(row.connection), done)
        if new:  # the fence stays: the same pair stands there, and a refresh under way may still write the next
            StoredGrant.objects.filter(pk=row.pk).update(sealed=new.box, key_id=new.key_id)
    return done, rows[-1].pk if rows else None


def _errands(batch: int, after: int) -> Batch:
    waiting = Errand.objects.select_for_update().filter(kind="revoke", state__in=OPEN_ERRANDS, pk__gt=after)
    rows = list(waiting.exclude(payload__key_id=current_key_id()).order_by("pk")[:batch])
    done = Rotation()
    for row in rows:
        connection = Connection.objects.get(pk=row.payload["connection"])
        box = base64.b64decode(row.payload["sealed"])
        new = _resealed(box, row.payload["key_id"], tokens.FOR_REVOCATION, tokens.identity_of(connection), done)
        if new:
            payload = {**row.payload, "sealed": base64.b64encode(new.box).decode(), "key_id": new.key_id}
            Errand.objects.filter(pk=row.pk).update(payload=payload)
    return done, rows[-1].pk if rows else None


def _devices(batch: int, after: int) -> Batch:
    older = PushDevice.objects.select_for_update(of=("self",)).select_related("member").filter(pk__gt=after)
    rows = list(older.exclude(key_id=current_key_id()).order_by("pk")[:batch])
    done = Rotation()
    for row in rows:
        new = _resealed(row.sealed, row.key_id, web_push.PURPOSE, web_push.identity_of(row), done)
        if new:
            PushDevice.objects.filter(pk=row.pk).update(sealed=new.box, key_id=new.key_id)
    return done, rows[-1].pk if rows else None


@transaction.atomic
def _apps(batch: int, after: int) -> Batch:
    older = ServerApp.objects.select_for_update().filter(pk__gt=after).exclude(key_id=current_key_id())
    rows = list(older.order_by("pk")[:batch])
    done = Rotation()
    for row in rows:
        new = _resealed(row.sealed_secret, row.key_id, SECRET_OF_APP, identity_of_app(row), done)
        if new:
            ServerApp.objects.filter(pk=row.pk).update(sealed_secret=new.box, key_id=new.key_id)
    return done, rows[-1].pk if rows else None


@transaction.atomic
def _states(batch: int, after: int) -> Batch:
    older = (
        OAuthState.objects.select_for_update()
        .filter(pk__gt=after, used_at=None, expires_at__gt=Now())
        .exclude(key_id=current_key_id())
    )
    rows = list(older.order_by("pk")[:batch])
    done = Rotation()
    for row in rows:
        new = _resealed(row.sealed_verifier, row.key_id, VERIFIER, identity_of_state(row), done)
        if new:
            OAuthState.objects.filter(pk=row.pk).update(sealed_verifier=new.box, key_id=new.key_id)
    return done, rows[-1].pk if rows else None


def _resealed(box: bytes | memoryview, key_id: str, purpose: str, identity: Identity, done: Rotation) -> Sealed | None:
    try:
        text = unseal(box, key_id, purpose=purpose, identity=identity)
    except CannotOpen:
        done.unreadable += 1
        return None
    done.rotated += 1
    return seal(text, purpose=purpose, identity=identity)
