"""`/metrics`: the engine's figures in Prometheus' text form, for the operator's own collector and nobody else.

The figures are read from PostgreSQL at each scrape; no process counts by itself. Without METRICS_TOKEN there is no such
page. Companies appear by their public ids, people not at all.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from campaigns.selectors.engine_figures import EngineFigures, Silent, engine_figures
from integrations.networks import NETWORKS

logger = logging.getLogger(__name__)
PREFIX = "advocacy_"
Label = tuple[str, ...]


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        raise Http404("There is nothing here.")
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse("Show the token of METRICS_TOKEN.\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(FromPostgreSQL())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class FromPostgreSQL(Collector):
    """Reads once a scrape. Where it cannot, it says only that: a figure that is not known must not look like 0."""

    def collect(self) -> Iterator[Metric]:
        began = time.monotonic()
        try:
            figures = engine_figures()
        except DatabaseError as error:
            logger.warning("The figures could not be read: %s", type(error).__name__, extra={"event": "no_figures"})
            yield _one("figures_read", "1 where the engine's figures could be read", 0)
            return
        yield _one("figures_read", "1 where the engine's figures could be read", 1)
        yield from _of(figures)
        yield _one("figures_seconds", "what reading them took", time.monotonic() - began)


def _of(figures: EngineFigures) -> Iterator[Metric]:
    yield from _lateness(figures)
    yield from _shares(figures)
    yield from _networks(figures)
    yield from _programs(figures)


def _lateness(figures: EngineFigures) -> Iterator[Metric]:
    late = figures.lateness
    values = [(("0.5",), late.p50), (("0.95",), late.p95), (("0.99",), late.p99)]
    yield _many("lateness_seconds", "from the chosen time to the send, last 15 minutes", ("quantile",), values)
    yield _one("lateness_posts", "posts that the lateness is taken from", late.posts)


def _shares(figures: EngineFigures) -> Iterator[Metric]:
    by_state = [((state,), number) for state, number in figures.shares.items()]
    yield _many("shares", "shares on their way, by their state", ("state",), by_state)
    yield _one("unknown_oldest_seconds", "since the oldest send that nobody could tell of", figures.oldest_unclear)
    yield _one("held_oldest_seconds", "since the oldest share that waits for its person", figures.oldest_held)
    yield _one("due_oldest_seconds", "since the oldest share came due that nobody took", figures.oldest_due)
    names = [(one.organization or "others", one) for one in figures.depths]
    due = [((name,), one.due) for name, one in names]
    yield _many("queue_due", "shares that are due and not taken, by company", ("organization",), due)
    waiting = [((name,), one.waiting) for name, one in names]
    yield _many("queue_waiting", "shares planned for later, by company", ("organization",), waiting)
    yield _one("errands_due", "mails and other errands that are due and not done", figures.errands)
    yield _one("errands_oldest_seconds", "since the oldest of them came due", figures.oldest_errand)
    yield _one("errands_given_up", "errands given up in the last day", figures.given_up)


def _networks(figures: EngineFigures) -> Iterator[Metric]:
    outcomes = [
        ((network, outcome), getattr(counted, outcome))
        for network, counted in figures.refreshes.items()
        for outcome in ("renewed", "later", "lost", "refused")
    ]
    yield _many("refreshes", "renewals of grants in the last day, by outcome", ("network", "outcome"), outcomes)
    silent = [((one.network, _server(one), one.state), 1) for one in figures.silent_servers]
    yield _many("circuit_not_closed", "servers that do not answer", ("network", "server", "state"), silent)
    stopped = {one.network for one in figures.stops}
    yield _one("frozen", "1 where posting is stopped everywhere", int("" in stopped or figures.is_restored))
    yield _one("restored", "1 where a restored database waits for its release", int(figures.is_restored))
    by_network = [((one.key,), int(one.key in stopped)) for one in NETWORKS]
    yield _many("network_frozen", "1 where posting to a network is stopped", ("network",), by_network)


def _server(one: Silent) -> str:
    return f"small-{one.server}" if one.is_small else one.server


def _programs(figures: EngineFigures) -> Iterator[Metric]:
    silence = [((str(one.program),), one.silence.total_seconds()) for one in figures.programs]
    yield _many("silence_seconds", "since a kind of program last worked", ("program",), silence)
    if figures.differences is not None:
        yield _one("balance_differences", "what does not add up in the books", figures.differences)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, words, value=value)


def _many(name: str, words: str, labels: Label, values: Iterable[tuple[Label, float]]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, words, labels=labels)
    for label, value in values:
        family.add_metric(label, value)
    return family
