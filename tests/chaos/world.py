"""Builds what the chaos run publishes, and plays the people who take a share back at the last moment.

`python -m tests.chaos.world --shares 300 --sandbox URL --seed 1 --span SECONDS --take-back 12`, in an installation's
environment. Companies, people, accounts and approvals are made through actions; then all times are brought forward
together. Prints a line when the first share is about to come due, and one when nobody takes anything back any more.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.db.models import F  # noqa: E402  # Django must be set up before its models are imported
from django.utils import timezone  # noqa: E402

from accounts.refusals import Refusal  # noqa: E402
from accounts.tenancy import acting_in  # noqa: E402
from campaigns.actions.drafts import edit_draft, start_share  # noqa: E402
from campaigns.actions.shares import withdraw_share  # noqa: E402
from campaigns.models import Approval, Share  # noqa: E402
from campaigns.share_lifecycle import LostRace  # noqa: E402
from integrations.models import Connection  # noqa: E402
from tests.campaigns import world  # noqa: E402
from tests.campaigns.publishing.posting import Desk, account  # noqa: E402
from tests.integrations.sandbox.rig import SandboxProcess  # noqa: E402

COMPANIES, PEOPLE = 6, 10
NETWORKS = ("mastodon", "x", "linkedin")
AHEAD = timedelta(days=1)
HEAD_START = timedelta(seconds=2)
LAST_MOMENT = 0.2  # seconds before or after its time


def accounts_of(number: int, sandbox: SandboxProcess) -> tuple[Desk, list[Connection]]:
    made = world.company(f"Company {number}")
    with acting_in(made.organization):
        at = Desk(made.organization, made.owner, made.owner, world.item(made.owner))
        people = [world.person(f"Person{number}x{place}") for place in range(PEOPLE)]
        connections = [
            account(at, sandbox, NETWORKS[(number + place) % len(NETWORKS)], f"c{number}p{place}", of=person)
            for place, person in enumerate(people)
        ]
    return at, connections


def plan(connection: Connection, at: Desk, number: int, due_at: datetime) -> None:
    share = start_share(at.story, by=connection.member, connection=connection)
    share = edit_draft(share, by=connection.member, text=f"What surprised me, part {number}: it held. 🙂")
    world.approved(share, due_at=due_at)


def bring_forward(desks: list[Desk], begin: datetime) -> None:
    """As if everything had been approved a day ago."""
    back = begin - timezone.now() - HEAD_START
    for at in desks:
        with acting_in(at.organization):
            Share.objects.update(due_at=F("due_at") - back)
            Approval.objects.update(
                window_start=F("window_start") - back, window_end=F("window_end") - back, at=F("at") - back
            )


def take_back_at_the_last_moment(desks: list[Desk], number: int, chance: random.Random) -> int:
    """How many were in time. Whether the engine honoured it, the judge sees by the approvals alone."""
    planned: list[tuple[datetime, int, int]] = []
    for at in desks:
        with acting_in(at.organization):
            rows = Share.objects.values_list("due_at", "id")
            planned += [(due_at, at.organization.pk, share) for due_at, share in rows if due_at is not None]
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


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.world", description=__doc__)
    parser.add_argument("--shares", type=int, required=True)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--span", type=float, required=True)
    parser.add_argument("--take-back", type=int, default=0)
    wanted = parser.parse_args(words)
    chance = random.Random(wanted.seed)
    sandbox = SandboxProcess(Path())
    sandbox.base_url = wanted.sandbox
    begin = timezone.now() + AHEAD
    places = [accounts_of(number, sandbox) for number in range(COMPANIES)]
    for number in range(wanted.shares):
        at, connections = places[number % COMPANIES]
        with acting_in(at.organization):
            due_at = begin + timedelta(seconds=chance.uniform(0, wanted.span))
            plan(connections[number // COMPANIES % PEOPLE], at, number, due_at)
    desks = [at for at, _ in places]
    bring_forward(desks, begin)
    _say(json.dumps({"begin_in": HEAD_START.total_seconds()}))
    _say(json.dumps({"taken_back": take_back_at_the_last_moment(desks, wanted.take_back, chance)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
