"""Every address, method, visitor and object (own, another company's) answers as `matrix.py` says.

A refusal also changes no table, by checksum. A page is drawn for the first of each kind who may see it (nobody, an
owner, anybody else), and not again for each other visitor: what each of them reads is `test_not_now.py`'s.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import Template
from django.test import Client
from django.urls import get_resolver

from accounts.tenancy import acting_in
from advocacy import errors, middleware
from integrations.face_store import keep_face
from integrations.models import Connection
from tests.architecture.matrix import API, PAGES, PUBLIC, SIGN_IN, VISITORS, Row, expected
from tests.architecture.matrix_world import Company, addresses, build, clients
from tests.architecture.test_get_changes_nothing import Writes, checksums
from tests.campaigns import pictures

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300), pytest.mark.long]

# What stands in an address besides the object that its row names.
PARAMETERS = {
    "network": "practice",
    "step": "purpose",
    "number": "1",
    "pk": "1",
    "key": "x",
    "uidb36": "x",
    "kind": "weekly",
    "ticket": "no-ticket",
    "upload": "no-upload",
}
KINDS = {"anonymous": "nobody", "stranger": "owner", "owner": "owner"}  # a stranger owns the other company
TOKENS = {"invitation": "invitation", "sign_in_link": "sign_in"}


@dataclass
class Rig:
    acme: Company
    globex: Company
    clients: dict[str, Callable[[bool], Client]]
    sums: dict[str, str]  # of every table, as the world was built
    built: str  # the savepoint to which the world comes back
    cells: int = 0
    asked: tuple[str, str, str] = ("", "", "")  # the method, address and kind of visitor of the present cell
    drawn: set[tuple[str, ...]] = field(default_factory=set)

    def ask(self, name: str, path: str, method: str, visitor: str, status: int) -> str:
        """One cell, undone afterwards; answers what is wrong with it ('' for nothing)."""
        self.cells += 1
        self.asked = (method, name, KINDS.get(visitor, "other"))
        client = self.clients[visitor](name.startswith("api_"))
        cookies, writes = copy(client.cookies), Writes()
        with connection.execute_wrapper(writes):
            answer = getattr(client, method)(path)
        wrong = "" if answer.status_code == status else f"{answer.status_code} instead of {status}"
        if writes.seen:
            if status >= 400 and checksums(self.acme.organization) != self.sums:
                wrong = wrong or "was refused, and yet something changed"
            transaction.savepoint_rollback(self.built)
        client.cookies = cookies
        return f"{method.upper()} {name} as {visitor}: {wrong}" if wrong else ""

    def draws(self, template: str) -> bool:
        """Whether this cell is the first with that page; mails are always written."""
        page = (*self.asked, template)
        first = page not in self.drawn or template.startswith("letters/")
        self.drawn.add(page)
        return first


def _only_its_status(_request: HttpRequest, status: int, **_words: Any) -> HttpResponse:
    return HttpResponse(status=status)


@pytest.fixture
def rig(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    # Two cells of five are refused, all by one page: tests/advocacy/test_pages_frame.py reads it once.
    for home in (middleware, errors):
        monkeypatch.setattr(home, "problem_page", _only_its_status)
    settings.MEDIA_ROOT = tmp_path
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"  # who asks, without a question for it
    acme, globex = _with_face(build("Acme")), _with_face(build("Globex"))
    made = Rig(acme, globex, clients(acme, globex), checksums(acme.organization), transaction.savepoint())
    draw = Template.render
    monkeypatch.setattr(
        Template, "render", lambda page, *of, **more: draw(page, *of, **more) if made.draws(page.template.name) else ""
    )
    logging.disable(logging.CRITICAL)  # refusals, by the thousand
    yield made
    logging.disable(logging.NOTSET)


def _with_face(company: Company) -> Company:
    """Each account has a picture, on disk."""
    with acting_in(company.organization):
        for account in Connection.objects.all():
            account.avatar_sha256 = keep_face(account, pictures.picture())
            account.save(update_fields=["avatar_sha256"])
    return company


@pytest.fixture
def counted(rig: Rig, record_property: Callable[[str, object], None]) -> Iterator[Rig]:
    yield rig
    record_property("matrix_cells", rig.cells)
    assert checksums(rig.acme.organization) == rig.sums, "a cell wrote by a statement that does not say so"


@cache
def every_address() -> dict[str, tuple[str, list[str]]]:
    found = {name: (format_, parameters) for name, format_, parameters in addresses(get_resolver().url_patterns)}
    return {"tracked_link_bare" if "%" in name else name: address for name, address in found.items()}


def path_of(name: str, row: Row | None, of: Company, at: Company) -> str:
    """The address at `at`'s company, naming `of`'s object."""
    format_, parameters = every_address()[name]
    objects = of.objects["values"]
    named = {**PARAMETERS, **{key: objects[key] for key in ("sha256", "message", "angle", "code")}}
    named["public_id"] = objects[row.object] if row and row.object else "?"
    named["token"] = objects[TOKENS.get(name, "invitation")] if name in TOKENS else "no.token"
    named["organization"] = at.organization.slug
    return "/" + format_ % {parameter: named[parameter] for parameter in parameters}


def test_every_address_stands_in_the_matrix() -> None:
    assert set(every_address()) == {*PUBLIC, *SIGN_IN, *PAGES, *API}


def test_pages_of_nobody_and_of_a_sign_in(counted: Rig) -> None:
    wrong = []
    for name, pair in PUBLIC.items():
        rows = dict.fromkeys(VISITORS, pair)
        wrong += _ask_pairs(counted, name, rows)
    for name, (anonymous, signed_in) in SIGN_IN.items():
        rows = {visitor: anonymous if visitor == "anonymous" else signed_in for visitor in VISITORS}
        wrong += _ask_pairs(counted, name, rows)
    assert wrong == []


def _ask_pairs(rig: Rig, name: str, rows: dict[str, tuple[int | None, int | None]]) -> list[str]:
    path = path_of(name, None, rig.acme, rig.acme)
    told = [
        rig.ask(name, path, method, visitor, 405 if status is None else status)
        for visitor, pair in rows.items()
        for method, status in zip(("get", "post"), pair, strict=True)
    ]
    return [sentence for sentence in told if sentence]


def test_pages_of_a_company(counted: Rig) -> None:
    methods = ("get", "post")
    assert _ask_rows(counted, PAGES, methods, foreign=False) + _ask_rows(counted, PAGES, methods, foreign=True) == []


def test_the_api(counted: Rig) -> None:
    methods = ("get", "post", "patch")
    assert _ask_rows(counted, API, methods, foreign=False) + _ask_rows(counted, API, methods, foreign=True) == []


def _ask_rows(rig: Rig, rows: dict[str, Row], methods: tuple[str, ...], *, foreign: bool) -> list[str]:
    told = []
    for name, row in rows.items():
        if foreign and not row.object:
            continue
        path = path_of(name, row, rig.globex if foreign else rig.acme, rig.acme)
        for method in methods:
            for visitor in VISITORS:
                status = expected(name, row, method, visitor, foreign=foreign)
                told.append(rig.ask(name, path, method, visitor, status))
    return [sentence for sentence in told if sentence]


def test_the_matrix_bites(rig: Rig) -> None:
    """A wrong status is seen, whichever way it is wrong."""
    queue, leave = (path_of(name, None, rig.acme, rig.acme) for name in ("queue", "leave"))
    assert "200 instead of 404" in rig.ask("queue", queue, "get", "ada", 404)
    assert "302 instead of 409" in rig.ask("leave", leave, "post", "ada", 409)
