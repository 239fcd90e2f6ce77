"""Is this process alive, and can it serve? For load balancers and supervisors; no page of the product.

`live` asks nobody. `ready` asks the database and the broker, and says in words what is missing.
"""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "live"})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    checks: dict[str, Callable[[], str]] = {"database": _database, "migrations": _migrations, "broker": _broker}
    missing = {name: trouble for name, check in checks.items() if (trouble := check())}
    return JsonResponse({"status": "ready" if not missing else "not ready", **missing}, status=503 if missing else 200)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "The database does not answer."
    return ""


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "The database does not say which migrations ran."
    return "Migrations are pending." if pending else ""


def _broker() -> str:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as asked:
            asked.ping()
    except redis.RedisError:
        return "The broker does not answer; what is due still goes out where `manage.py publish` runs."
    return ""


urlpatterns = [
    path("live", live, name="health_live"),
    path("ready", ready, name="health_ready"),
]
