"""Builds what the chaos run publishes: companies, people with sandbox accounts, and approved shares, through actions.

`python -m tests.chaos.world --shares 300 --sandbox URL --seed 1 --begin SECONDS --span SECONDS`, in an installation's
environment. The shares come due over `span` seconds, beginning `begin` seconds from now.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.utils import timezone  # noqa: E402  # Django must be set up before its models are imported

from accounts.tenancy import acting_in  # noqa: E402
from integrations.models import Connection  # noqa: E402
from tests.campaigns import world  # noqa: E402
from tests.campaigns.publishing.posting import Desk, account  # noqa: E402
from tests.integrations.sandbox.rig import SandboxProcess  # noqa: E402

COMPANIES, PEOPLE = 6, 10
NETWORKS = ("mastodon", "x", "linkedin")


def accounts_of(number: int, sandbox: SandboxProcess) -> tuple[Desk, list[Connection]]:
    made = world.company(f"Company {number}")
    with acting_in(made.organization):
        at = Desk(made.organization, made.owner, made.owner, world.item(made.owner))
        people = [world.person(f"Person{number}x{place}") for place in range(PEOPLE)]
    keys = [NETWORKS[(number + place) % len(NETWORKS)] for place in range(PEOPLE)]
    return at, [account(at, sandbox, key, f"c{number}p{i}", of=of) for i, (key, of) in enumerate(zip(keys, people))]


def plan(at: Desk, connection: Connection, number: int, seconds: float) -> None:
    share = world.start_share(at.story, by=connection.member, connection=connection)
    share = world.edit_draft(share, by=connection.member, text=f"What surprised me, part {number}: it held. 🙂")
    world.approved(share, due_at=timezone.now() + timedelta(seconds=seconds))


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.world", description=__doc__)
    parser.add_argument("--shares", type=int, required=True)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--begin", type=float, required=True)
    parser.add_argument("--span", type=float, required=True)
    wanted = parser.parse_args(words)
    chance = random.Random(wanted.seed)
    sandbox = SandboxProcess(Path())
    sandbox.base_url = wanted.sandbox
    begin = timezone.now() + timedelta(seconds=wanted.begin)
    desks = [accounts_of(number, sandbox) for number in range(COMPANIES)]
    for number in range(wanted.shares):
        at, connections = desks[number % COMPANIES]
        connection = connections[number // COMPANIES % PEOPLE]
        due_at = begin + timedelta(seconds=chance.uniform(0, wanted.span))
        with acting_in(at.organization):
            plan(at, connection, number, max((due_at - timezone.now()).total_seconds(), 1.0))
    print(json.dumps({"begin_in": (begin - timezone.now()).total_seconds()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
