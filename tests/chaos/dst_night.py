"""Plans shares by wall times over nights in which clocks change, checks their instants, and brings them forward.

`python -m tests.chaos.dst_night --sandbox URL --seed 1 --span 8`, in an installation's environment. Which instant each
wall time means is computed here from the zone's rules alone, not by the product.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import django

django.setup()

from django.utils import timezone  # noqa: E402  # Django must be set up before its models are imported

from accounts.refusals import Refusal  # noqa: E402
from accounts.tenancy import acting_in  # noqa: E402
from campaigns.actions.drafts import edit_draft, start_share  # noqa: E402
from campaigns.actions.shares import approve_share  # noqa: E402
from campaigns.canonical import shown_post  # noqa: E402
from campaigns.models import Door, Share  # noqa: E402
from integrations.models import Connection  # noqa: E402
from tests.chaos.waves import Place, bring_forward, places_of, reach  # noqa: E402

ZONE = "Europe/Berlin"
BACK, AHEAD = datetime(2027, 10, 31), datetime(2027, 3, 28)  # noqa: DTZ001  # nights as a wall clock shows them
STEP, STEPS = timedelta(minutes=15), 20  # from midnight to five in the morning
ACCOUNTS = 6
HEAD_START = timedelta(seconds=3)


def first_meant(wall: datetime) -> datetime | None:
    """The first instant at which a clock on the wall shows this; nothing where none ever does."""
    instant = wall.replace(tzinfo=ZoneInfo(ZONE), fold=0).astimezone(UTC)
    return instant if instant.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None) == wall else None


def plan(place: Place, mine: Connection, wall: datetime) -> Share:
    with acting_in(place.organization):
        share = start_share(place.story, by=mine.member, connection=mine)
        share = edit_draft(share, by=mine.member, text=f"At {wall:%H:%M}, when the clocks changed.")
        seen = shown_post(share).digest()
        typed = wall.strftime("%Y-%m-%dT%H:%M")
        return approve_share(
            share, by=mine.member, door=Door.SESSION, seen_sha256=seen, wall_time=typed, time_zone=ZONE
        )


def night_of(place: Place, night: datetime) -> tuple[list[Share], int, int]:
    """Shares planned over it, how many walls did not exist and were refused, and how many instants were wrong."""
    planned, refused, wrong = [], 0, 0
    for number in range(STEPS):
        wall, mine = night + number * STEP, place.connections[number % len(place.connections)]
        meant = first_meant(wall)
        try:
            share = plan(place, mine, wall)
        except Refusal:
            refused += meant is None
            wrong += meant is not None
            continue
        wrong += share.due_at != meant
        planned.append(share)
    return planned, refused, wrong


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.dst_night", description=__doc__)
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--span", type=float, required=True)
    wanted = parser.parse_args(words)
    told = {"night_planned": 0, "gaps_refused": 0, "night_wrong": 0}
    for number, night in enumerate((BACK, AHEAD)):
        (place,) = places_of(f"night{number}", ACCOUNTS, ["mastodon", "x"], reach(wanted.sandbox), companies=1)
        planned, refused, wrong = night_of(place, night)
        first = min(share.due_at for share in planned if share.due_at)
        scale = wanted.span / (STEP * STEPS).total_seconds()
        ids = [share.pk for share in planned]
        bring_forward(place.organization.pk, ids, base=first, begin=timezone.now() + HEAD_START, scale=scale)
        told["night_planned"] += len(planned)
        told["gaps_refused"] += refused
        told["night_wrong"] += wrong
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
