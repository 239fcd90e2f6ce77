"""How long a statement may run, wait for a lock, and a transaction stand idle: by the kind of program that opened it.

Told by SET LOCAL as a transaction begins, since PgBouncer hands one connection from program to program and passes no
options on. What the role has by itself (`roles.sql`) holds for statements outside `acting_in`. The owner has no limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

from django.conf import settings

Kind = Literal["web", "engine", "work"]  # work: errands, sweeps, the books; a statement there may take minutes

_kind: ContextVar[Kind] = ContextVar("time_limits", default="web")

SET_LIMITS = (
    "set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true),"
    " set_config('idle_in_transaction_session_timeout', %s, true)"
)


@contextmanager
def limited_as(kind: Kind) -> Iterator[None]:
    """Transactions opened in this block, or in the function it decorates, have the limits of this kind of program."""
    token = _kind.set(kind)
    try:
        yield
    finally:
        _kind.reset(token)


def limits() -> list[str]:
    """The values of `SET_LIMITS`, in milliseconds."""
    kind = _kind.get()
    return [
        str(int(seconds[kind] * 1000))
        for seconds in (settings.STATEMENT_TIMEOUT, settings.LOCK_TIMEOUT, settings.IDLE_TIMEOUT)
    ]
