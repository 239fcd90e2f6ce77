"""Asks PostgreSQL a few questions within a deadline, whatever state it is in.

A server that hangs keeps its sockets open, so an ordinary query would wait for ever: here each answer is waited for
with a clock beside it, on a connection of its own. It changes nothing but what `start.py` asks it to.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg2
import psycopg2.extensions
from django.conf import settings


class NoAnswer(Exception):
    """PostgreSQL did not answer in time, or not at all."""


class Probe:
    """One connection with a deadline."""

    def __init__(self, connection: Any, deadline: float) -> None:
        self._connection, self._deadline = connection, deadline

    def rows(self, question: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The answer; raises `NoAnswer`, or psycopg2's error where PostgreSQL refuses the question."""
        cursor = self._connection.cursor()
        cursor.execute(question, values)
        _wait(self._connection, self._deadline)
        return list(cursor.fetchall()) if cursor.description else []

    def clock_difference(self) -> timedelta:
        """How far this machine's clock is from the database's at the least: what the question took is allowed for."""
        before = time.time()
        ((instant,),) = self.rows("SELECT extract(epoch FROM clock_timestamp())::float8")
        after = time.time()
        apart = max(before - instant, instant - after, 0.0)
        return timedelta(seconds=apart)


@contextmanager
def probe(*, patience: timedelta) -> Iterator[Probe]:
    deadline = time.monotonic() + patience.total_seconds()
    connection = None
    try:
        connection = psycopg2.connect(**_address(), async_=True)
        _wait(connection, deadline)
        yield Probe(connection, deadline)
    except (psycopg2.OperationalError, psycopg2.InterfaceError, OSError) as error:
        raise NoAnswer(type(error).__name__) from error
    finally:
        if connection is not None:
            connection.close()


def _address() -> dict[str, Any]:
    """As Django signs in, with its names turned into libpq's."""
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    ours = settings.DATABASES["default"]
    return {theirs: ours[name] for name, theirs in names.items() if ours.get(name)}


def _wait(connection: Any, deadline: float) -> None:
    """Until the connection has its answer (psycopg2's own loop for asynchronous connections, with a clock)."""
    while (state := connection.poll()) != psycopg2.extensions.POLL_OK:
        left = deadline - time.monotonic()
        reads = [connection.fileno()] if state == psycopg2.extensions.POLL_READ else []
        writes = [connection.fileno()] if state == psycopg2.extensions.POLL_WRITE else []
        if left <= 0 or not any(select.select(reads, writes, [], left)):
            raise NoAnswer("too late")
