"""Makes shares in waves, and brings one wave after the other forward when it is told to.

`python -m tests.chaos.waves --name calm --shares 200,50 --accounts 60 --networks mastodon,x --sandbox URL`, in
an installation's environment. What is made is approved through actions; `{"forward": 0, "span": 8, "after": 2}` on
standard input then moves the times of wave 0, as if it had been approved a day ago. It answers each line by a line.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up before its models are imported
from django.utils import timezone  # noqa: E402

from accounts.actions.consent import agree_to_network  # noqa: E402
from accounts.actions.organizations import sign_up_company  # noqa: E402
from accounts.consent_texts import current_version  # noqa: E402
from accounts.models import Member, Organization, User  # noqa: E402
from accounts.tenancy import acting_in  # noqa: E402
from advocacy.celery import app  # noqa: E402
from campaigns.actions.drafts import edit_draft, start_share  # noqa: E402
from campaigns.models import Item  # noqa: E402
from campaigns.publishing.wake import WAKE_TASK  # noqa: E402
from integrations.actions.connections import connect_account  # noqa: E402
from integrations.models import Connection  # noqa: E402
from integrations.networks import network  # noqa: E402
from integrations.networks.base import Account  # noqa: E402
from tests.campaigns import world  # noqa: E402
from tests.chaos.copies import Wish, copies_of  # noqa: E402
from tests.integrations.connected import grant_of  # noqa: E402
from tests.integrations.sandbox.rig import SandboxProcess  # noqa: E402

COMPANIES = 6
AHEAD = timedelta(days=1)
WAVE = timedelta(hours=1)  # as planned; brought forward, a wave takes the span it is told

# The instant keeps its place in the wave; window and moment of approval move with it.
FORWARD = """
    WITH wave AS (
        SELECT id, due_at AS before, %(begin)s::timestamptz + (due_at - %(base)s::timestamptz) * %(scale)s AS after
          FROM campaigns_share
         WHERE organization_id = %(organization)s AND id = ANY(%(ids)s) AND state = 'scheduled'),
    moved AS (UPDATE campaigns_share AS share SET due_at = wave.after FROM wave WHERE share.id = wave.id)
    UPDATE campaigns_approval AS approval
       SET window_start = window_start - (wave.before - wave.after),
           window_end = window_end - (wave.before - wave.after), at = at - (wave.before - wave.after)
      FROM wave WHERE approval.share_id = wave.id
"""


@dataclass(frozen=True)
class Place:
    """A company, its story, and its accounts."""

    organization: Organization
    owner: Member
    story: Item
    connections: list[Connection]


def company(name: str) -> tuple[Organization, Member]:
    """Under a name of its own, so that several programs can make their companies on one stage."""
    user = User.objects.create_user(f"owner-{name}@example.com", name="Alice")
    return sign_up_company(user=user, name=name, purpose="reputation", language="en", time_zone="Europe/Berlin")


def places_of(
    name: str, accounts: int, networks: list[str], sandbox: SandboxProcess, *, companies: int = COMPANIES
) -> list[Place]:
    made = []
    companies = min(companies, accounts)
    for number in range(companies):
        organization, owner = company(f"{name}-{number}")
        with acting_in(organization):
            story = world.item(owner)
            mine = range(number, accounts, companies)
            keys = [networks[place // companies % len(networks)] for place in mine]
            connections = [_account(sandbox, key, name, place) for key, place in zip(keys, mine, strict=True)]
        made.append(Place(organization, owner, story, connections))
    return made


def _account(sandbox: SandboxProcess, key: str, name: str, place: int) -> Connection:
    """Somebody with an account, whose grant ends when the network says."""
    person, made = world.person(f"{name}x{place}x"), sandbox.account(key, f"{name}-{place}")
    agree_to_network(person, by=person, network=key, language="en", text_version=current_version("network"))
    ends = datetime.fromisoformat(made["expires_at"]) if made["expires_at"] else None
    return connect_account(
        person,
        by=person,
        network=network(key),
        server=made["server"],
        account=Account(id=made["account_id"], handle=made["handle"], name=person.name),
        grant=grant_of(made, expires_at=ends),
    )


class Waves:
    """The shares by wave, and their times."""

    def __init__(self, wanted: argparse.Namespace) -> None:
        self.chance = random.Random(wanted.seed)
        self.begin = timezone.now() + AHEAD
        networks, sandbox = wanted.networks.split(","), reach(wanted.sandbox)
        self.places = places_of(wanted.name, wanted.accounts, networks, sandbox)
        sizes = [int(size) for size in wanted.shares.split(",")]
        self.ids: list[dict[int, list[int]]] = [{} for _ in sizes]
        for company, place in enumerate(self.places):
            wishes: list[list[tuple[int, Wish]]] = [[] for _ in place.connections]
            for wave, size in enumerate(sizes):
                for order, number in enumerate(range(company, size, len(self.places))):
                    wishes[order % len(wishes)].append((wave, self._wish(wave, number)))
            with acting_in(place.organization):
                for mine, wanted_of_mine in zip(place.connections, wishes, strict=True):
                    self._plan(place, mine, wanted_of_mine)

    def _wish(self, wave: int, number: int) -> Wish:
        text = f"What surprised me, part {wave}.{number}: it held. 🙂"
        return Wish(text, self.begin + WAVE * (wave + self.chance.random()))

    def _plan(self, place: Place, mine: Connection, wishes: list[tuple[int, Wish]]) -> None:
        """The first through actions, the others as copies of it."""
        if not wishes:
            return
        share = start_share(place.story, by=mine.member, connection=mine)
        share = edit_draft(share, by=mine.member, text=wishes[0][1].text)
        first = world.approved(share, due_at=wishes[0][1].due_at)
        copied = copies_of(first, [wish for _, wish in wishes[1:]])
        for _ in copied:
            app.send_task(WAKE_TASK)  # as approving each of them would have done
        made = [first, *copied]
        for (wave, _), share in zip(wishes, made, strict=True):
            self.ids[wave].setdefault(place.organization.pk, []).append(share.pk)

    def forward(self, wave: int, *, span: float, after: float) -> dict[str, Any]:
        """The wave's first share comes due in `after` seconds, its last one `span` seconds later."""
        begin, scale = timezone.now() + timedelta(seconds=after), span / WAVE.total_seconds()
        for organization, ids in self.ids[wave].items():
            bring_forward(organization, ids, base=self.begin + WAVE * wave, begin=begin, scale=scale)
        return {"begin_in": max((begin - timezone.now()).total_seconds(), 0.0), "begin": begin.isoformat()}


def bring_forward(organization: int, ids: list[int], *, base: datetime, begin: datetime, scale: float) -> None:
    """What was planned from `base` on comes due from `begin` on, so much faster."""
    given: dict[str, Any] = {"organization": organization, "ids": ids, "base": base, "begin": begin, "scale": scale}
    with acting_in(organization), connection.cursor() as cursor:
        cursor.execute(FORWARD, given)


def reach(address: str) -> SandboxProcess:
    """A sandbox that somebody else started."""
    sandbox = SandboxProcess(Path())
    sandbox.base_url = address
    return sandbox


def orders() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        yield json.loads(line)


def say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.waves", description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("--shares", required=True, help="of each wave, with commas between")
    parser.add_argument("--accounts", type=int, required=True)
    parser.add_argument("--networks", default="mastodon,x,linkedin")
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--seed", type=int, default=1)
    began = time.monotonic()
    waves = Waves(parser.parse_args(words))
    connection.close()  # so that the server has counted all of this before a play counts its own
    say({"made": sum(len(ids) for wave in waves.ids for ids in wave.values()), "seconds": time.monotonic() - began})
    for order in orders():
        say(waves.forward(int(order["forward"]), span=float(order["span"]), after=float(order["after"])))
        connection.close()  # the next order may come after the database was restarted
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
