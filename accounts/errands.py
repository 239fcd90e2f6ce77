"""The outbox: whatever we owe a person besides a post (a mail, a revocation, an import) is a row first.

Owns taking, leasing, finishing and giving up; what a kind does stands in the modules that
`settings.ERRAND_KINDS` names. Celery only wakes `run_errands`; the broker may be emptied at any moment.
It never runs a handler that calls the outside inside a transaction.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any, assert_never

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Errand, ErrandState
from accounts.signs_of_life import Program, give_sign
from accounts.tenancy import across_organizations, acting_in
from accounts.time_limits import limited_as
from accounts.wake_ups import wake_on_commit

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=180)
HALF_A_LEASE = LEASE.total_seconds() / 2  # then whoever took several asks whether the next is still theirs
BATCH = 5  # of one taking: five mails at the mail server's full timeout (20 s) still end within the lease
MOST_TRIES = 12  # with the waits below: about fourteen hours
LONGEST_AGE = timedelta(days=7)  # of an errand that is told when to come again, however often that was
WORKERS_DIED = "Every worker that took this stopped before it was done."
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)


@dataclass(frozen=True)
class Done:
    """It is done, for good."""


@dataclass(frozen=True)
class Again:
    """One part is done and the next may follow at once; not counted as a failure."""


@dataclass(frozen=True)
class Later:
    """Surely not done; try again after `after` (None: the errand's own growing wait).

    A wait that was named costs no try: an outage of minutes, asked about every few seconds, must not use them up.
    """

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True)
class GiveUp:
    """Surely not done, and trying again cannot help."""

    reason: str


ErrandResult = Done | Again | Later | GiveUp
Handler = Callable[[dict[str, Any]], ErrandResult]
GivenUp = Callable[[dict[str, Any], str], None]


@dataclass(frozen=True)
class Taken:
    """One errand in this worker's hands, as plain values."""

    id: int
    organization_id: int
    kind: str
    fence: int
    tries: int
    payload: dict[str, Any]


_in_hand: ContextVar[Taken | None] = ContextVar("errand_in_hand", default=None)


class LostErrand(RuntimeError):
    """The lease ran out and somebody else took the errand; what was done here is rolled back."""


# --- owing ----------------------------------------------------------------------------------


def owe(kind: str, *, cause: str, payload: Mapping[str, Any], due_at: datetime | None = None) -> None:
    """Owe an errand, inside the caller's transaction. The same cause owes once."""
    owe_many(kind, [(cause, payload)], due_at=due_at)


def owe_many(kind: str, causes: Iterable[tuple[str, Mapping[str, Any]]], *, due_at: datetime | None = None) -> None:
    """Owe one errand per (cause, payload); causes already owed are left as they are."""
    if kind not in handlers():
        raise LookupError(f"No module of settings.ERRAND_KINDS knows the errand {kind!r}.")
    due = due_at or timezone.now()
    Errand.objects.bulk_create(
        [Errand(kind=kind, cause=cause, payload=dict(payload), due_at=due) for cause, payload in causes],
        ignore_conflicts=True,
        batch_size=1000,
    )
    wake_errands(kind)


def wake_errands(kind: str) -> None:
    """Wake the workers of this kind when the transaction commits."""
    wake_on_commit("accounts.tasks.send_mail" if kind in settings.MAIL_ERRANDS else "accounts.tasks.run_errands")


def outside(handler: Handler) -> Handler:
    """Mark a handler that calls the outside: it runs without a transaction or an acting organization,
    and opens `acting_in(payload["organization_id"])` itself for what it reads and writes."""
    handler.calls_outside = True  # type: ignore[attr-defined]  # a mark on the function, read below
    return handler


def when_given_up(act: GivenUp) -> Callable[[Handler], Handler]:
    """Name what else happens when an errand of this kind is given up, by itself or by the loop: `act(payload, reason)`
    runs inside the company, in the transaction that ends the errand, while the payload is still there."""

    def mark(handler: Handler) -> Handler:
        handler.when_given_up = act  # type: ignore[attr-defined]  # a mark on the function, read below
        return handler

    return mark


@cache
def handlers() -> dict[str, Handler]:
    """Every kind of errand and what does it."""
    kinds: dict[str, Handler] = {}
    for module in settings.ERRAND_KINDS:
        for kind, handler in import_module(module).ERRANDS.items():
            if kind in kinds:
                raise LookupError(f"Two modules of settings.ERRAND_KINDS name the errand {kind!r}.")
            kinds[kind] = handler
    return kinds


# --- the loop -------------------------------------------------------------------------------


@limited_as("work")
def run_errands(*, mail: bool | None = None, most: int = 1000) -> int:
    """Work until nothing is due or `most` are through; answers how many were taken in hand.

    `mail`: letters alone, or everything but letters; None takes both.
    """
    through = 0
    signs = [program for program, on in ((Program.MAIL, mail is not False), (Program.ERRANDS, not mail)) if on]
    for program in signs:
        give_sign(program)
    while through < most:
        taken = take_errands(min(BATCH, most - through), mail=mail)
        if not taken:
            break
        begun = time.monotonic()
        for errand in sorted(taken, key=lambda one: one.kind in settings.HEAVY_ERRANDS):
            if time.monotonic() - begun < HALF_A_LEASE or _renewed(errand):
                perform(errand)
            else:
                _count_no_try(errand)
            for program in signs:  # an import of minutes is no silence
                give_sign(program)
        through += len(taken)
    return through


def take_errands(limit: int, *, mail: bool | None = None) -> list[Taken]:
    """Lease due errands, company by company in turn, so that one's import never keeps another's mail waiting."""
    kinds = {"mail": mail, "letters": list(settings.MAIL_ERRANDS), "heavy": list(settings.HEAVY_ERRANDS)}
    told = {"lease": LEASE.total_seconds(), "at_once": settings.HEAVY_ERRANDS_AT_ONCE, **kinds}
    rows: list[tuple[int, int, str, int, int]] = []
    with across_organizations(reason="errands: take what is due"), connection.cursor() as cursor:
        cursor.execute(_LEASES_OVER)
        if not mail:
            cursor.execute(_ONE_LOOKS_AT_THE_HEAVY, told)
            if cursor.fetchone():
                cursor.execute(_TAKE_HEAVY, {"limit": 1, **told})  # more would wait behind it, and their leases run out
                rows = cursor.fetchall()
        if len(rows) < limit:
            cursor.execute(_TAKE, {"limit": limit - len(rows), **told})
            rows += cursor.fetchall()
        ids = [row[0] for row in rows]
        payloads = dict(Errand.objects.filter(id__in=ids).values_list("id", "payload"))
    return [
        Taken(id, organization_id, kind, fence, tries, payloads[id]) for id, organization_id, kind, fence, tries in rows
    ]


_LEASES_OVER = """
    UPDATE accounts_errand SET state = 'waiting', lease_until = NULL
    WHERE state = 'taken' AND lease_until <= statement_timestamp()
"""
_DUE = "state = 'waiting' AND due_at <= statement_timestamp()"
_LIGHT = """(%(mail)s::boolean IS NULL OR (kind = ANY(%(letters)s::text[])) = %(mail)s::boolean)
    AND kind <> ALL(%(heavy)s::text[])"""
# What takes long is left lying while others are at such things: a worker must be free for everything else.
_HEAVY = """kind = ANY(%(heavy)s::text[]) AND %(at_once)s > (
        SELECT count(*) FROM accounts_errand WHERE state = 'taken' AND kind = ANY(%(heavy)s::text[])
    )"""
# Two workers at the same instant: the second counts once the first has taken.
_ONE_LOOKS_AT_THE_HEAVY = f"""
    SELECT pg_advisory_xact_lock(hashtext('errands: heavy')) FROM (
        SELECT 1 FROM accounts_errand WHERE {_DUE} AND kind = ANY(%(heavy)s::text[]) LIMIT 1
    ) any_due
"""  # noqa: S608  # built of constants of ours


def _taking(which: str) -> str:
    return f"""
    WITH waits AS MATERIALIZED (
        SELECT DISTINCT organization_id FROM accounts_errand WHERE {_DUE} AND {which}
    ), chosen AS MATERIALIZED (
        SELECT due.id FROM waits CROSS JOIN LATERAL (
            SELECT id FROM accounts_errand
            WHERE organization_id = waits.organization_id AND {_DUE} AND {which}
            ORDER BY due_at, id
            LIMIT ceil(%(limit)s::numeric / (SELECT count(*) FROM waits))
            FOR UPDATE SKIP LOCKED
        ) due ORDER BY random() LIMIT %(limit)s
    )
    UPDATE accounts_errand errand
    SET state = 'taken', fence = fence + 1, tries = tries + 1,
        lease_until = statement_timestamp() + make_interval(secs => %(lease)s)
    FROM chosen WHERE errand.id = chosen.id
    RETURNING errand.id, errand.organization_id, errand.kind, errand.fence, errand.tries
    """  # noqa: S608  # built of constants of ours


_TAKE, _TAKE_HEAVY = _taking(_LIGHT), _taking(_HEAVY)


def perform(errand: Taken) -> None:
    """Do one errand and write its end, fenced; whatever goes wrong becomes a later try."""
    if errand.tries > MOST_TRIES:  # workers died over it again and again
        return _finish_alone(errand, GiveUp(WORKERS_DIED))
    handler = handlers().get(errand.kind)
    if handler is None:
        return _finish_alone(errand, Later(f"This version does not know the errand {errand.kind!r}."))
    payload = {**errand.payload, "organization_id": errand.organization_id}
    before = _in_hand.set(errand)
    try:
        if getattr(handler, "calls_outside", False):
            _finish_alone(errand, handler(payload))
        else:
            with acting_in(errand.organization_id):
                _finish(errand, handler(payload))
    except LostErrand:
        logger.info("Somebody else took this errand over.", extra=_place(errand, "errand_lost"))
    except Exception as error:  # one errand must not stop the others; the row keeps what happened
        logger.exception("An errand failed.", extra=_place(errand, "errand_failed"))
        _finish_alone(errand, Later(f"It stopped with {type(error).__name__}."))
    finally:
        _in_hand.reset(before)
    return None


def still_at_it() -> None:
    """For a handler that works for longer than a lease: have its lease begin anew. Raises `LostErrand`."""
    errand = _in_hand.get()
    if errand is not None and not _renewed(errand):
        raise LostErrand(f"Errand {errand.id} was taken over.")
    give_sign(Program.ERRANDS)


def _renewed(errand: Taken) -> bool:
    with acting_in(errand.organization_id):
        ours = Errand.objects.filter(pk=errand.id, state=ErrandState.TAKEN, fence=errand.fence)
        return bool(ours.update(lease_until=timezone.now() + LEASE))


def _count_no_try(errand: Taken) -> None:
    """It lay behind something long and was never begun; whoever took it over meanwhile has a try of their own."""
    with acting_in(errand.organization_id):
        Errand.objects.filter(pk=errand.id, ended_at=None, tries__gt=0).update(tries=F("tries") - 1)


def _finish_alone(errand: Taken, result: ErrandResult) -> None:
    try:
        with acting_in(errand.organization_id):
            _finish(errand, result)
    except LostErrand:
        logger.info("Somebody else took this errand over.", extra=_place(errand, "errand_lost"))


def _finish(errand: Taken, result: ErrandResult) -> None:
    """Write the end of this taking; raises `LostErrand` where the fence has moved on."""
    ours = Errand.objects.select_for_update().filter(pk=errand.id, state=ErrandState.TAKEN, fence=errand.fence)
    row = ours.only("created_at").first()
    if row is None:
        raise LostErrand(f"Errand {errand.id} was taken over.")
    now = timezone.now()
    result = _unless_too_long(errand, result, age=now - row.created_at)
    if isinstance(result, GiveUp):
        result = _with_what_follows(errand, result)
    Errand.objects.filter(pk=errand.id).update(lease_until=None, **_ending(errand, result, now))
    if isinstance(result, GiveUp):
        logger.warning("An errand was given up: %s", result.reason, extra=_place(errand, "errand_given_up"))
    if isinstance(result, Again):
        wake_errands(errand.kind)


def _unless_too_long(errand: Taken, result: ErrandResult, *, age: timedelta) -> ErrandResult:
    """A later try ends at its own bound: of tries where we wait longer each time, of age where a wait is named."""
    match result:
        case Later(reason, None) if errand.tries >= MOST_TRIES:
            return GiveUp(f"{reason} We tried {errand.tries} times.")
        case Later(reason, timedelta()) if age >= LONGEST_AGE:
            return GiveUp(f"{reason} We tried for {age.days} days.")
    return result


def _with_what_follows(errand: Taken, result: GiveUp) -> GiveUp | Later:
    """Do what the kind owes when it is given up. Where that fails the errand stays, or nobody would ever be told."""
    act: GivenUp | None = getattr(handlers().get(errand.kind), "when_given_up", None)
    if act is None:
        return result
    try:
        with transaction.atomic():
            act({**errand.payload, "organization_id": errand.organization_id}, result.reason)
    except Exception:
        logger.exception("What follows a given up errand failed.", extra=_place(errand, "errand_failed"))
        return Later(result.reason, LONGEST_WAIT)
    return result


def _ending(errand: Taken, result: ErrandResult, now: datetime) -> dict[str, Any]:
    match result:
        case Done():  # what is over needs no addresses and no sealed grants any more
            return {"state": ErrandState.DONE, "ended_at": now, "payload": {}, "last_error": ""}
        case Again():
            return {"state": ErrandState.WAITING, "due_at": now, "tries": 0}
        case Later(reason, after):
            tries = errand.tries if after is None else errand.tries - 1
            wait = wait_after(tries, chance=random.random()) if after is None else after  # noqa: S311  # jitter
            return {"state": ErrandState.WAITING, "due_at": now + wait, "tries": tries, "last_error": reason}
        case GiveUp(reason):
            return {"state": ErrandState.GIVEN_UP, "ended_at": now, "payload": {}, "last_error": reason}
    assert_never(result)


def wait_after(tries: int, *, chance: float) -> timedelta:
    """Twice as long after each try, at most six hours, a quarter more or less by `chance` (0 to 1)."""
    doublings = max(0, min(tries, MOST_TRIES) - 1)
    wait = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    return wait * (0.75 + chance / 2)


def _place(errand: Taken, event: str) -> dict[str, object]:
    return {"event": event, "organization": errand.organization_id, "task": errand.kind}
