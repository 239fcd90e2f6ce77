"""People who take a share back at the last moment: within a fifth of a second of its time.

`python -m tests.chaos.people --shares 12 --seed 1`. Prints how many were still in time; the judge knows nothing of it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from datetime import datetime

import django

django.setup()

from django.utils import timezone  # noqa: E402  # Django must be set up before its models are imported

from accounts.models import Organization  # noqa: E402
from accounts.refusals import Refusal  # noqa: E402
from accounts.tenancy import acting_in  # noqa: E402
from campaigns.actions.shares import withdraw_share  # noqa: E402
from campaigns.models import Share  # noqa: E402
from campaigns.share_lifecycle import LostRace  # noqa: E402


def chosen(number: int, chance: random.Random) -> list[tuple[datetime, int, int]]:
    found: list[tuple[datetime, int, int]] = []
    for organization in Organization.objects.all():
        with acting_in(organization):
            rows = Share.objects.filter(state="scheduled", due_at__gt=timezone.now()).values_list("due_at", "id")
            found += [(due_at, organization.pk, share) for due_at, share in rows if due_at is not None]
    return sorted(chance.sample(sorted(found), min(number, len(found))))


def take_back(organization: int, share: int) -> bool:
    try:
        with acting_in(organization):
            row = Share.objects.get(pk=share)
            withdraw_share(row, by=row.member)
    except (Refusal, LostRace):
        return False
    return True


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.people", description=__doc__)
    parser.add_argument("--shares", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    wanted = parser.parse_args(words)
    chance = random.Random(wanted.seed)
    in_time = 0
    for due_at, organization, share in chosen(wanted.shares, chance):
        wait = (due_at - timezone.now()).total_seconds() + chance.uniform(-0.2, 0.2)
        time.sleep(max(wait, 0))
        in_time += take_back(organization, share)
    print(json.dumps({"taken_back": in_time}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
