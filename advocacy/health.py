"""Is this process alive, and can it serve? For load balancers and supervisors; no page of the product.

`live` asks nobody. `ready` asks the database and the broker, each with a deadline, and says in words what is missing
(503) or what somebody should look at (200). A silent broker is of the second kind: who takes every web server away for
it makes it worse. It never answers 500, and never waits longer than three seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import psycopg2
import redis
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from advocacy.probe import NoAnswer, Probe, probe
from advocacy.start import broker_may_forget, clocks_are_apart

PATIENCE = timedelta(seconds=1.5)  # with the broker's second below: an answer within three seconds
BROKER_SECONDS = 0.5

Found = Iterator[tuple[str, str]]  # (what, a sentence)


@never_cache
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "live"})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    missing, to_look_at = {}, {}
    try:
        with probe(patience=PATIENCE) as asked:
            missing = dict(_missing(asked))
            to_look_at = dict(_frozen(asked))
    except NoAnswer:
        missing = {"database": "The database does not answer."}
    except psycopg2.Error as error:
        missing = {"database": f"The database refuses to answer ({type(error).__name__})."}
    if broker := _broker() or broker_may_forget():
        to_look_at["broker"] = broker  # pages are served and posts go out without it
    status = "not ready" if missing else "ready"
    return JsonResponse({"status": status, **to_look_at, **missing}, status=503 if missing else 200)


def _missing(asked: Probe) -> Found:
    ((read_only,),) = asked.rows("SELECT current_setting('transaction_read_only')")
    if read_only == "on":
        yield "database", "The database takes no changes at present (read-only); nothing is sent without its intent."
    if _known_migrations() - _migrations_run(asked):
        yield "migrations", "Migrations are pending."
    if apart := clocks_are_apart(asked):
        yield "clock", apart


def _migrations_run(asked: Probe) -> set[tuple[str, str]]:
    try:
        return {(app, name) for app, name in asked.rows("SELECT app, name FROM django_migrations")}
    except psycopg2.errors.UndefinedTable:
        return set()


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Those in the files of this version."""
    loader = MigrationLoader(connections["default"], load=False)
    loader.load_disk()
    return frozenset(loader.disk_migrations)


def _frozen(asked: Probe) -> Found:
    """Pages are served while posting is stopped, so this is no reason not to be ready."""
    try:
        rows = asked.rows("SELECT epoch FROM integrations_installation WHERE id = 1")
        stopped = asked.rows("SELECT 1 FROM integrations_freezeswitch WHERE scope = 'installation' AND frozen")
    except psycopg2.errors.UndefinedTable:
        return
    if (rows[0][0] if rows else "1") != settings.RESTORE_EPOCH:
        yield "frozen", "This database was restored. Nothing is posted until an operator releases it."
    elif stopped:
        yield "frozen", "Posting is stopped by the operator."


def _broker() -> str:
    given = {"socket_timeout": BROKER_SECONDS, "socket_connect_timeout": BROKER_SECONDS}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **given) as asked:
            asked.ping()
    except redis.RedisError:
        return "The broker does not answer; posts go out without it, and mail waits."
    return ""


urlpatterns = [
    path("live", live, name="health_live"),
    path("ready", ready, name="health_ready"),
]
