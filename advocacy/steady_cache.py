"""Django's cache in Valkey, which goes on in this process's own memory while Valkey is away, full or read-only.

The cache holds nothing that anybody would miss: the counts of sign-ins and of API calls that limit them, and answers
read a moment ago. So nobody waits for it or meets an error without it, and a limit still holds, counted in each process
by itself. What is remembered here is forgotten when Valkey answers again, so that nothing old comes up in the next
outage.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

SHORT = 0.5  # seconds; a page waits no longer than this for Valkey
QUIET = 5.0  # seconds in which it is not asked again
MOST_KEPT = 10_000  # keys in memory
logger = logging.getLogger(__name__)


class SteadyCache(RedisCache):
    """Django's own backend, with a client that may be cut off."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        params["OPTIONS"] = {
            "socket_connect_timeout": SHORT,
            "socket_timeout": SHORT,
            "retry": Retry(NoBackoff(), 0),
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, params)
        self._class = _SteadyClient


class _SteadyClient:
    """Answers every call of Django's client: from Valkey, or from memory where that does not do it."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        self._far = RedisCacheClient(servers, **options)
        self._near = LocMemCache(",".join(servers), {"OPTIONS": {"MAX_ENTRIES": MOST_KEPT}})
        self._quiet_until = 0.0  # by time.monotonic(); zero while Valkey answers

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._call, name)

    def _call(self, name: str, *given: Any, **named: Any) -> Any:
        if time.monotonic() >= self._quiet_until:
            try:
                answer = getattr(self._far, name)(*given, **named)
            except RedisError as error:
                self._quiet_until = time.monotonic() + QUIET
                logger.warning("The cache does not work; this process keeps its own for a while. %r", error)
            else:
                if self._quiet_until:
                    self._quiet_until = 0.0
                    self._near.clear()
                return answer
        return getattr(self._near, name)(*given, **named)
