"""One company in two branches of time that differ in what one person does; and what everybody else then sees.

Nora was invited. The same people, stories, published posts and points stand in both branches, down to the ids; a
branch is rolled back once it was looked at. Only what is drawn anew for every answer is taken out of it (`read`).
"""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import override_settings
from django.utils import timezone

from accounts import identifiers
from accounts.actions.consent import name_on_boards
from accounts.actions.guidelines import accept_guidelines
from accounts.actions.invitations import end_old_invitations, remind_unanswered
from accounts.consent_texts import current_version
from accounts.models import Member
from accounts.selectors.guidelines import current_guidelines
from accounts.tenancy import acting_in
from campaigns.actions.by_hand import post_by_hand_is_out
from campaigns.actions.figures import let_out_figures
from campaigns.models import Item
from tests.accounts.companies import invite
from tests.architecture.matrix import API, PAGES, PUBLIC, SIGN_IN
from tests.architecture.matrix_world import Company, build, clients
from tests.architecture.test_matrix import path_of
from tests.campaigns import world as product

WATCHERS = ("owner", "admin", "curator", "manager", "ada")  # Ada is a colleague with posts of her own
RUNNERS = ("owner", "admin")
FIGURES_STAND = timedelta(days=10)  # so that last week's figures of the company's stories are shown
POSTED_BY = ("ada", "colleague", "admin", "curator", "manager")  # five: one fewer, and there would be no figure
_branches = count(1)

Act = Callable[["World"], object]
Seen = dict[str, str]


@dataclass
class World:
    acme: Company
    nora: Member
    posted: Item  # what five colleagues posted in the week before
    now: datetime


def company_with_nora() -> World:
    """Colleagues who posted publicly, are named on boards and plan more; and Nora, who was invited today."""
    now = timezone.now()
    with time_machine.travel(now - FIGURES_STAND, tick=True):
        acme = build("Acme")
        with acting_in(acme.organization):
            posted = product.item(acme.people["owner"], title="Told by five")
            for who in POSTED_BY:
                _post(acme.people[who], posted)
    with acting_in(acme.organization):
        for who in ("ada", "colleague"):
            _post(acme.people[who], product.item(acme.people["owner"], title=f"Told by {who}"))
        [nora] = invite(acme.people["owner"], "nora@acme.test")
    acme.objects["values"]["person"] = nora.public_id
    return World(acme, nora, posted, timezone.now())


def _post(member: Member, story: Item) -> None:
    guidelines = current_guidelines()
    assert guidelines is not None
    accept_guidelines(guidelines, by=member)
    name_on_boards(member, by=member, language="en", text_version=current_version("named_on_boards"))
    planned = product.approved(product.draft_by_hand(member, story), due_at=timezone.now() + timedelta(minutes=1))
    post_by_hand_is_out(planned, by=member)


# --- a branch of time ----------------------------------------------------------------------------


class Branch:
    """What the watchers see after `act`; everything that happened is undone on leaving."""

    def __init__(self, world: World, clock: time_machine.Traveller) -> None:
        self.world, self.clock, self.clients = world, clock, clients(world.acme, world.acme)

    def everything(self, of: Collection[str] = WATCHERS) -> Seen:
        """Every address that offers a GET, as each of these gets it; those outside of any company as Ada does."""
        company = [name for name, row in {**PAGES, **API}.items() if row.get is not None]
        outside = [name for name, pair in PUBLIC.items() if pair[0] is not None]
        return self.look(company, of=of) | self.look({*outside, *SIGN_IN} - LEFT_OUT, of=("ada",))

    def look(self, names: Collection[str], *, of: Collection[str] = WATCHERS, when: str = "") -> Seen:
        acme = self.world.acme
        seen: Seen = {}
        for name in names:
            path = path_of(name, {**PAGES, **API}.get(name), acme, acme)
            for one in (path, *(path + query for query in QUERIES.get(name, ()))):
                seen |= {f"{who} {name} {one} {when}": read(self._client(who, name).get(one)) for who in of}
        return seen

    def do(self, who: str, name: str, path: str, typed: dict[str, Any]) -> Seen:
        """One deed of a watcher, with the page it leads to."""
        if name.startswith("api_"):
            answer = self._client(who, name).post(path, typed, content_type="application/json")
        else:
            answer = self._client(who, name).post(path, typed, follow=True)
        return {f"{who} does {name} {path}": read(answer)}

    def _client(self, who: str, name: str) -> Any:
        return self.clients[who](name.startswith("api_"))

    def days_pass(self, days: int) -> None:
        self.clock.shift(timedelta(days=days))
        with acting_in(self.world.acme.organization):
            remind_unanswered(by=None)
            end_old_invitations(by=None)
            let_out_figures(by=None)


LEFT_OUT = {
    "mfa_activate_totp",  # these two draw a new secret for the visitor's own sign-in, each time
    "mfa_add_webauthn",
    "health_ready",  # compares this machine's clock, which travels here, with the database's
}
QUERIES = {
    "people": ("?search=nora", "?search=acme.test"),
    "boards": ("?period=month", "?period=quarter"),
    "api_board": ("?period=week", "?period=quarter"),
}


@contextmanager
def branch(world: World, act: Act) -> Iterator[Branch]:
    """Nora does `act`; what is drawn by chance afterwards is drawn alike in all branches."""
    point = transaction.savepoint()
    logging.disable(logging.CRITICAL)  # refusals are asked for by the hundred
    try:
        with time_machine.travel(world.now, tick=False) as clock, _empty_cache(), pytest.MonkeyPatch.context() as patch:
            with acting_in(world.acme.organization):
                act(world)
            drawn = random.Random(1)  # noqa: S311  # chance that must repeat, not a secret
            patch.setattr(identifiers, "secrets", SimpleNamespace(choice=drawn.choice))
            yield Branch(world, clock)
    finally:
        logging.disable(logging.NOTSET)
        transaction.savepoint_rollback(point)


def _empty_cache() -> override_settings:
    """A rollback empties no cache, and emptying it would disturb the tests beside this one."""
    default = settings.CACHES["default"]
    prefix = f"{default.get('KEY_PREFIX', '')}branch{next(_branches)}"
    return override_settings(CACHES={**settings.CACHES, "default": {**default, "KEY_PREFIX": prefix}})


# --- reading an answer ---------------------------------------------------------------------------

# What every answer draws anew, whoever asks and whatever happened: nothing else is taken out.
DRAWN_ANEW = re.compile(
    r"""name="csrfmiddlewaretoken"\ value="[^"]+"   # forms
    | "X-CSRFToken":\ ?"[^"]+"                      # htmx
    | (?<=nonce=")[^"]+ | (?<='nonce-)[^']+         # scripts that the page itself brings
    | [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}  # the request's id
    """,
    re.VERBOSE,
)


def read(answer: HttpResponseBase) -> str:
    """Status, headers and every byte of the body, without what is drawn anew."""
    body = b"".join(answer).decode("utf-8", "backslashreplace")
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.items()))
    return DRAWN_ANEW.sub("…", f"{answer.status_code}\n{headers}\n\n{body}")
