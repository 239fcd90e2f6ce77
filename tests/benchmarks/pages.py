"""Every page of the resolver in a company of 10,000 people, 2,000 stories and 200,000 shares, as who may see it.

Asked in this process, with every middleware, over a real PostgreSQL: queries, server time beside an empty view's in the
same run, and what a first load weighs. The addresses and who may open them are those of tests/architecture/matrix.py.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path

from accounts.roles import RIGHTS, Right
from accounts.tenancy import acting_in
from campaigns.actions.by_hand import post_by_hand_is_out
from campaigns.models import Item, Share
from tests.architecture.matrix import MEMBER, PAGES, PUBLIC, ROLE_OF, SIGN_IN
from tests.architecture.matrix_world import Company, build, clients
from tests.architecture.test_matrix import every_address, path_of
from tests.benchmarks.figures import Figure, at_most, median, percentile
from tests.benchmarks.first_load import bytes_beside, third_parties
from tests.benchmarks.page_filling import Like, Sizes, fill
from tests.benchmarks.sizes import Size
from tests.benchmarks.stage import Stage
from tests.campaigns import world as product

MOST_QUERIES = 15
MOST_BYTES = 80_000
COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
NOBODY = Sizes(0, 0, 0)
ASKED_IN_TURN = ("ada", "manager", "curator", "admin", "owner")

urlpatterns = [path("", lambda _request: HttpResponse())]  # the empty view


@dataclass
class Page:
    name: str
    address: str
    visitor: str
    queries: list[int] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    wire: int = 0
    html: str = ""


@dataclass
class Count:
    """How many statements of the four kinds a page asks."""

    seen: int = 0

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self.seen += sql.lstrip(" (").startswith(COUNTED)
        return execute(sql, *rest)


def measure(ready: Stage, size: Size) -> Iterator[Figure]:
    settings.EMAIL_BACKEND, mail.outbox = "django.core.mail.backends.locmem.EmailBackend", []
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    acme, globex = build("Acme"), build("Globex")
    like, asking = _like(acme), clients(acme, globex)
    few, many = (Sizes(*counts) for counts in size.pages)
    fill(ready, like, before=NOBODY, until=few)
    pages = [page for page in _pages(acme) if _opens(asking, page)]
    for page in pages:
        _ask(asking, page)
    fill(ready, like, before=few, until=many)
    empty = _empty_view(size.openings * 10)
    for page in pages:
        for _ in range(size.openings + 1):
            _ask(asking, page)
    empty += _empty_view(size.openings * 10)
    least = percentile(empty, 95)
    yield from (_figure(page, least) for page in pages)
    yield _summary(pages, least, many)


def _like(acme: Company) -> Like:
    ada = acme.people["ada"]
    values = acme.objects["values"]
    with acting_in(acme.organization):
        story = Item.objects.get(public_id=values["item"])
        posted = post_by_hand_is_out(product.approved(product.draft_by_hand(ada, story)), by=ada)
        planned = Share.objects.get(public_id=values["planned"])
    return Like(acme.organization.pk, ada.pk, story.pk, posted.pk, planned.pk)


def _pages(acme: Company) -> Iterator[Page]:
    here = every_address()  # without those that only a test's installation has
    for name, (get, _) in PUBLIC.items():
        if get == 200 and name in here:
            yield Page(name, path_of(name, None, acme, acme), "anonymous")
    for name, (anonymous, signed_in) in SIGN_IN.items():
        visitor = "ada" if signed_in[0] == 200 else "anonymous"
        if 200 in (anonymous[0], signed_in[0]) and name in here:
            yield Page(name, path_of(name, None, acme, acme), visitor)
    for name, row in PAGES.items():
        if row.get == 200:
            yield Page(name, path_of(name, row, acme, acme), _who(row.right))


def _who(right: Right) -> str:
    return "ada" if right == MEMBER else next(who for who in ASKED_IN_TURN if right in RIGHTS[ROLE_OF[who]])


def _opens(asking: dict[str, Callable[[bool], Client]], page: Page) -> bool:
    """Whether a person gets a page there, and not a file."""
    answer = asking[page.visitor](False).get(page.address)
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")


def _ask(asking: dict[str, Callable[[bool], Client]], page: Page) -> None:
    count, client = Count(), asking[page.visitor](False)
    with connection.execute_wrapper(count):
        began = time.perf_counter()
        answer = client.get(page.address, headers={"accept-encoding": "gzip"})
        page.ms.append((time.perf_counter() - began) * 1000)
    page.queries.append(count.seen)
    page.wire = len(answer.content)
    packed = answer.headers.get("Content-Encoding") == "gzip"
    page.html = (gzip.decompress(answer.content) if packed else answer.content).decode()


def _empty_view(times: int) -> list[float]:
    page, client = Page("empty", "/", "anonymous"), Client()
    with override_settings(ROOT_URLCONF=__name__):
        for _ in range(times):
            _ask({"anonymous": lambda _api: client}, page)
    return page.ms


def _figure(page: Page, least: float) -> Figure:
    few, many = page.queries[0], max(page.queries[2:])
    load, strangers = page.wire + bytes_beside(page.html), sorted(third_parties(page.html))
    asked = at_most(f"page {page.name}", many, "queries", limit=MOST_QUERIES, baseline=None)
    p95 = percentile(page.ms[2:], 95)
    return replace(
        asked,
        goal=f"{asked.goal}, the same at any size, <= {MOST_BYTES} bytes, nothing from elsewhere",
        met=asked.met and few == many and load <= MOST_BYTES and not strangers,
        notes={
            **{"as": page.visitor, "queries_when_small": few},
            **{
                "p95_ms": round(p95, 1),
                "p50_ms": round(median(page.ms[2:]), 1),
                "to_an_empty_view": round(p95 / least, 1),
            },
            **{"first_load_bytes": load, "html_bytes": page.wire, "third_parties": strangers},
        },
    )


def _summary(pages: list[Page], least: float, many: Sizes) -> Figure:
    slow = sorted(pages, key=lambda page: -percentile(page.ms[2:], 95))[:5]
    missed = [page.name for page in pages if not _figure(page, least).met]
    return Figure(
        "pages",
        float(len(pages) - len(missed)),
        "pages within their limits",
        float(len(pages)),
        "all of them",
        not missed,
        {
            "missed": missed,
            "slowest": {page.name: round(percentile(page.ms[2:], 95), 1) for page in slow},
            "heaviest_bytes": max(page.wire + bytes_beside(page.html) for page in pages),
            "most_queries": max(max(page.queries[2:]) for page in pages),
            "empty_view_p95_ms": round(least, 2),
            "size": {"members": many.members, "items": many.items, "shares": many.shares},
            "asked": "in process, every middleware, real PostgreSQL",
        },
    )
