"""Builds what a chaos run publishes, and plays the people who take a share back at the last moment.

`python -m tests.chaos.world --shares 300 --sandbox URL --seed 1 --span SECONDS --take-back 12`, in an installation's
environment. Companies, people, accounts and the first approval of each account are made through actions, the others as
copies of it; then all times are brought forward together, as soon as a line on standard input says so. Prints a line
when all is made, one when the first share is about to come due, and one when nobody takes anything back any more.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.db import connections  # noqa: E402  # Django must be set up before its models are imported
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.actions.consent import agree_to_network  # noqa: E402
from accounts.consent_texts import current_version  # noqa: E402
from accounts.models import Member, Organization  # noqa: E402
from accounts.refusals import Refusal  # noqa: E402
from accounts.tenancy import acting_in  # noqa: E402
from campaigns.actions.drafts import edit_draft, start_share  # noqa: E402
from campaigns.actions.shares import withdraw_share  # noqa: E402
from campaigns.models import Approval, Item, Share  # noqa: E402
from campaigns.share_lifecycle import LostRace  # noqa: E402
from integrations.actions.connections import connect_account  # noqa: E402
from integrations.models import Connection  # noqa: E402
from integrations.networks import network  # noqa: E402
from integrations.networks.base import Account  # noqa: E402
from tests.campaigns import world  # noqa: E402
from tests.chaos.copies import Wish, copies_of  # noqa: E402
from tests.integrations.connected import grant_of  # noqa: E402
from tests.integrations.sandbox.rig import Body, SandboxProcess  # noqa: E402

COMPANIES, ACCOUNTS_EACH = 6, 50  # at least so many companies, and so many accounts in one of a large run
NETWORKS = ("mastodon", "x", "linkedin")
AHEAD = timedelta(days=1)
HEAD_START = timedelta(seconds=2)
LAST_MOMENT = 0.2  # seconds before or after its time


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    shares: int
    accounts: int
    sandbox: str
    seed: int
    span: float
    take_back: int
    server: str
    made: str


@dataclass(frozen=True)
class Company:
    number: int
    organization: Organization
    owner: Member
    story: Item


# --- companies, people, accounts ----------------------------------------------------------------


def companies(number: int) -> list[Company]:
    return [_company(place) for place in range(number)]


def _company(number: int) -> Company:
    made = world.company(f"Company {number}")
    with acting_in(made.organization):
        return Company(number, made.organization, made.owner, world.item(made.owner))


def accounts(of: Company, number: int, sandbox: SandboxProcess, *, server: str = "") -> list[Connection]:
    """So many accounts, over all networks; a person has one on each. `server`: the sandbox as workers reach it."""
    people = -(-number // len(NETWORKS))
    bodies = {key: sandbox.accounts(key, people, f"c{of.number}") for key in NETWORKS}
    made: list[Connection] = []
    for place in range(people):
        with acting_in(of.organization):
            person = world.person(f"Person{of.number}x{place}")
            made += [_account(person, key, bodies[key][place], sandbox.base_url, server) for key in NETWORKS]
    return made[:number]


def _account(person: Member, key: str, made: Body, control: str, server: str) -> Connection:
    made = {**made, "server": made["server"].replace(control, server or control)}
    agree_to_network(person, by=person, network=key, language="en", text_version=current_version("network"))
    return connect_account(
        person,
        by=person,
        network=network(key),
        server=made["server"],
        account=Account(id=made["account_id"], handle=made["handle"], name=person.name),
        grant=grant_of(made),
    )


# --- shares -------------------------------------------------------------------------------------


def plan(connection: Connection, story: Item, wishes: list[Wish]) -> None:
    """The first through actions, the others as copies of it."""
    share = start_share(story, by=connection.member, connection=connection)
    share = edit_draft(share, by=connection.member, text=wishes[0].text)
    copies_of(world.approved(share, due_at=wishes[0].due_at), wishes[1:])


def people_a_company(of: Company, wanted: Wanted, number_of_companies: int, begin: datetime) -> int:
    """One company's accounts and shares. Every process that makes companies has its own chances."""
    sandbox = reach(wanted.sandbox)
    chance = random.Random(wanted.seed * 1000 + of.number)
    own = accounts(of, -(-wanted.accounts // number_of_companies), sandbox, server=wanted.server)
    planned = range(of.number, wanted.shares, number_of_companies)
    for place, mine in enumerate(own[: len(planned)]):
        wishes = [
            Wish(
                f"What surprised me, part {number}: it held. 🙂",
                begin + timedelta(seconds=chance.uniform(0, wanted.span)),
            )
            for number in planned[place :: len(own)]
        ]
        with acting_in(of.organization):
            plan(mine, of.story, wishes)
    return len(planned)


def build(wanted: Wanted, begin: datetime) -> list[Organization]:
    """Everything approved for tomorrow, by as many processes as there are cores."""
    made = companies(max(COMPANIES, wanted.accounts // ACCOUNTS_EACH))
    connections.close_all()  # a forked process must not share its parent's
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("fork")) as crew:
        done = [crew.submit(people_a_company, of, wanted, len(made), begin) for of in made]
        assert sum(one.result() for one in done) == wanted.shares
    return [of.organization for of in made]


def bring_forward(made: list[Organization], begin: datetime) -> None:
    """As if everything had been approved a day ago."""
    back = begin - timezone.now() - HEAD_START
    for organization in made:
        with acting_in(organization):
            Share.objects.update(due_at=F("due_at") - back)
            Approval.objects.update(
                window_start=F("window_start") - back, window_end=F("window_end") - back, at=F("at") - back
            )


def reach(address: str) -> SandboxProcess:
    """A sandbox that somebody else started."""
    sandbox = SandboxProcess(Path())
    sandbox.base_url = address
    return sandbox


# --- the last moment ----------------------------------------------------------------------------


def take_back_at_the_last_moment(made: list[Organization], number: int, chance: random.Random) -> int:
    """How many were in time. Whether the engine honoured it, the judge sees by the approvals alone."""
    planned: list[tuple[datetime, int, int]] = []
    for of in made:
        with acting_in(of):
            rows = Share.objects.values_list("due_at", "id")
            planned += [(due_at, of.pk, share) for due_at, share in rows if due_at is not None]
    in_time = 0
    for due_at, organization, share in sorted(chance.sample(sorted(planned), min(number, len(planned)))):
        wait = (due_at - timezone.now()).total_seconds() + chance.uniform(-LAST_MOMENT, LAST_MOMENT)
        time.sleep(max(wait, 0))
        in_time += _take_back(organization, share)
    return in_time


def _take_back(organization: int, share: int) -> bool:
    try:
        with acting_in(organization):
            row = Share.objects.get(pk=share)
            withdraw_share(row, by=row.member)
    except (Refusal, LostRace):
        return False
    return True


def say(**told: object) -> None:
    """One line to the play that started us."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.world", description=__doc__)
    parser.add_argument("--shares", type=int, required=True)
    parser.add_argument("--accounts", type=int, default=60)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--span", type=float, required=True)
    parser.add_argument("--take-back", type=int, default=0)
    parser.add_argument("--server", default="", help="the sandbox as workers reach it, where that is through a proxy")
    parser.add_argument("--made", default="", help="everything is made already, and comes due from this instant on")
    wanted = Wanted(**vars(parser.parse_args(words)))
    began = time.monotonic()
    begin = datetime.fromisoformat(wanted.made) if wanted.made else timezone.now() + AHEAD
    made = list(Organization.objects.order_by("id")) if wanted.made else build(wanted, begin)
    connections.close_all()
    say(made_in=round(time.monotonic() - began, 1), begin=begin.isoformat())
    sys.stdin.readline()
    bring_forward(made, begin)
    say(begin_in=HEAD_START.total_seconds())
    say(taken_back=take_back_at_the_last_moment(made, wanted.take_back, random.Random(wanted.seed)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
