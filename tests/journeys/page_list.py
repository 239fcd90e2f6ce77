"""Every page to be looked at, from the resolver itself and the matrix of who may open it.

An address that the resolver knows and nobody here visits fails the walk, which then says what to add and where.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver

from accounts.roles import RIGHTS
from tests.architecture.matrix import API, PAGES, PUBLIC, ROLE_OF, SIGN_IN, Row
from tests.architecture.matrix_world import addresses
from tests.architecture.test_matrix import PARAMETERS, TOKENS
from tests.journeys.page_companies import LONG, QUIET, RICH

# Who stands before a page, the first who may; "ada" has one of everything.
WALKERS = ("ada", "curator", "manager", "admin", "owner")
REDIRECTS = (301, 302)

# Addresses that answer a GET and are no page, each with its reason.
NO_PAGE = {
    "plan_step": "a GET leads on to the composer or the approval",
    "item_file": "a part of the story's page, where its upload stands",
    "favicon": "leads to the icon",
    "tracked_link_bare": "leads to the address with its slash",
    "account_confirm_login_code": "codes by mail are switched off; sign-in links do that work",
    "mfa_reauthenticate_webauthn": "leads to a dialogue of the browser itself",
    "mfa_login_webauthn": "answers the passkey's challenge as data",
    "mfa_download_recovery_codes": "a file to keep",
    "connection_face": "a picture",
    "media": "a picture",
    "task_photo": "a picture",
    "calendar_feed": "a file for calendar programs",
    "mail_picture": "a picture",
    "share_here": "leads on to the company that a phone's share is meant for",
    "operator_stop": "a button's address",
    "operator_go_on": "a button's address",
}
HOW_TO_VISIT = (
    "No page of these addresses is looked at. Where somebody may simply open it, give it a row in"
    " tests/architecture/matrix.py, and its object one in matrix_world.py. Where it shows itself in a state of its own,"
    " add that state to tests/journeys/page_states.py. Where it is no page, say why in NO_PAGE of"
    " tests/journeys/page_list.py."
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at one page: in which company's world, and in whose browser."""

    name: str
    path: str
    session: str = ""
    world: str = ""
    status: int = 0  # what it answers; 0 for whatever is right there: a number made up may be somebody's
    state: bool = False  # one of `page_states.py`

    @property
    def place(self) -> str:
        return f"{self.name} ({self.path})"


@dataclass(frozen=True, slots=True)
class World:
    """What `page_world` printed."""

    people: dict[str, dict[str, str]]
    objects: dict[str, dict[str, str]]
    states: list[dict[str, str]]

    def of(self, name: str) -> str:
        """The last of that address' states."""
        return next(state["path"] for state in reversed(self.states) if state["name"] == name)

    @classmethod
    def told(cls, words: dict[str, Any]) -> World:
        return cls(words["people"], words["objects"], words["states"])


def every_visit(world: World) -> list[Visit]:
    return [visit for name in _names() for visit in _visits(name, world)]


def not_visited(world: World) -> list[str]:
    """Names of addresses; what to do about them says HOW_TO_VISIT."""
    visited = {visit.name for visit in every_visit(world)}
    return [name for name in _names() if name not in visited and name not in NO_PAGE and not _is_for_machines(name)]


def _names() -> dict[str, tuple[str, list[str]]]:
    found = {name: (format_, parameters) for name, format_, parameters in addresses(get_resolver().url_patterns)}
    return {"tracked_link_bare" if "%" in name else name: address for name, address in found.items()}


def _is_for_machines(name: str) -> bool:
    """The API, and addresses that offer no GET."""
    return name in API or _gets(name) == {None}


def _gets(name: str) -> set[int | None]:
    """What a GET answers, whoever asks who may."""
    if name in PUBLIC:
        return {PUBLIC[name][0]}
    if name in SIGN_IN:
        return {pair[0] for pair in SIGN_IN[name]}
    return {PAGES[name].get} if name in PAGES else {0}


def _visits(name: str, world: World) -> Iterator[Visit]:
    for state in world.states:
        if state["name"] == name:
            yield Visit(name, state["path"], state["session"], state=True)
    if name in API or name in NO_PAGE:
        return
    if name in PUBLIC and PUBLIC[name][0] not in (None, *REDIRECTS):
        yield Visit(name, _path(name, None, LONG, world), status=200 if PUBLIC[name][0] == 200 else 0)
    if name in SIGN_IN:
        yield from _of_a_sign_in(name, world)
    if name in PAGES and PAGES[name].get not in (None, *REDIRECTS):
        yield from _of_a_company(name, PAGES[name], world)


def _of_a_sign_in(name: str, world: World) -> Iterator[Visit]:
    nobody, somebody = (pair[0] for pair in SIGN_IN[name])
    if nobody == 200:
        yield Visit(name, _path(name, None, LONG, world), status=200)
    if somebody == 200:
        yield Visit(name, _path(name, None, LONG, world), world.people[LONG]["ada"], LONG, status=200)


def _of_a_company(name: str, row: Row, world: World) -> Iterator[Visit]:
    """A page without an object in all three companies; one with, in those that have it."""
    who = "ada" if row.personal else next(one for one in WALKERS if row.right in RIGHTS[ROLE_OF[one]])
    for company in (RICH, LONG, QUIET):
        if not row.object or row.object in world.objects.get(company, {}):
            session = world.people[company][who]
            yield Visit(name, _path(name, row, company, world), session, company, status=row.get or 0)


def _path(name: str, row: Row | None, company: str, world: World) -> str:
    format_, parameters = _names()[name]
    named = {**PARAMETERS, **world.objects[LONG], "organization": company}
    if row and row.object:
        named["public_id"] = named["sha256"] = world.objects[company][row.object]
    if name in TOKENS:
        named["token"] = world.objects[LONG][TOKENS[name]]
    return "/" + format_ % {parameter: named.get(parameter, "no.token") for parameter in parameters}
