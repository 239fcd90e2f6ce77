"""What every long-running program asks before it begins: its role, its clock, and which life of the database it met.

It refuses in a sentence. It also shuts out programs of an earlier life: a restored database would look like their own
to workers that were left running somewhere with the old RESTORE_EPOCH.
"""

from __future__ import annotations

import logging
import sys
import time
from datetime import timedelta

import psycopg2
import redis
from django.conf import settings

from advocacy.probe import NoAnswer, Probe, probe

logger = logging.getLogger(__name__)

LARGEST_CLOCK_DIFFERENCE = timedelta(seconds=2)
PATIENCE = timedelta(seconds=20)  # for a database that is being started beside us
SHUT_OUT = "restored, was "

_ROLE = """
    SELECT r.rolname, r.rolsuper OR r.rolbypassrls,
           EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relname = 'accounts_member')
      FROM pg_roles r WHERE r.rolname = current_user
"""


def begin_or_refuse() -> None:
    """Called by the web server, the workers, beat, the publisher and the watchdog, once, before they work."""
    if sentence := why_not_to_begin():
        logger.error(sentence, extra={"event": "refused_to_start"})
        sys.exit(sentence)
    if sentence := broker_may_forget():
        logger.error(sentence, extra={"event": "broker_forgets"})


def why_not_to_begin() -> str:
    """A sentence where this program must not begin; else ''."""
    if settings.RUNS_AS_OWNER:
        return "ADVOCACY_ROLE=owner is for `manage.py migrate` alone; start this program without it."
    give_up = time.monotonic() + PATIENCE.total_seconds()
    while True:
        try:
            with probe(patience=timedelta(seconds=5)) as asked:
                return role_that_steps_over_walls(asked) or clocks_are_apart(asked) or _shut_out_earlier_life(asked)
        except (NoAnswer, psycopg2.Error) as error:
            if time.monotonic() >= give_up:
                return f"The database of DATABASE_URL does not answer ({type(error).__name__}: {_first_line(error)})."
        time.sleep(0.5)


def role_that_steps_over_walls(asked: Probe) -> str:
    """Row-level security holds only for a role that cannot step over it."""
    ((name, above, owns),) = asked.rows(_ROLE)
    if not above and not owns:
        return ""
    return (
        f"DATABASE_URL connects as {name}, which row-level security does not bind. Connect as advocacy_app"
        " (advocacy/local/roles.sql makes it)."
    )


def clocks_are_apart(asked: Probe) -> str:
    """The database's clock alone decides what is due; a page that shows another time would lie to people."""
    apart = asked.clock_difference()
    if apart <= LARGEST_CLOCK_DIFFERENCE:
        return ""
    return (
        f"The clocks of this machine and of the database are {apart.total_seconds():.1f} seconds apart; more than"
        f" {LARGEST_CLOCK_DIFFERENCE.total_seconds():.0f} is too much. Let both keep time by NTP, then start again."
    )


def _shut_out_earlier_life(asked: Probe) -> str:
    """A later epoch than the database's: nobody of the earlier one may go on sending from it. Always ''."""
    try:
        rows = asked.rows("SELECT epoch FROM integrations_installation WHERE id = 1")
    except psycopg2.errors.UndefinedTable:
        return ""  # not migrated yet: nothing can be sent
    epoch = rows[0][0] if rows else "1"
    if not is_later(settings.RESTORE_EPOCH, than=epoch):
        return ""
    asked.rows(
        "INSERT INTO integrations_installation (id, epoch) VALUES (1, %s)"
        " ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch WHERE integrations_installation.epoch = %s",
        [SHUT_OUT + epoch, epoch],
    )
    logger.error(
        "This database is of an earlier life (its epoch is %s, RESTORE_EPOCH is %s): posting is stopped until an"
        " operator releases it.",
        epoch,
        settings.RESTORE_EPOCH,
        extra={"event": "restored_database"},
    )
    return ""


def is_later(epoch: str, *, than: str) -> bool:
    """Epochs are numbers, one higher after each restore; of others nobody can say which is later."""
    return epoch.isdecimal() and than.isdecimal() and int(epoch) > int(than)


def broker_may_forget() -> str:
    """A sentence where the broker throws messages away when its memory is full; '' where not, or nobody can say."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as asked:
            policy = asked.info("memory").get("maxmemory_policy", "")
    except redis.RedisError:
        return ""
    if policy in ("", "noeviction"):
        return ""
    return f"The broker throws messages away when its memory is full ({policy}): set maxmemory-policy noeviction."


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
