"""The control of S2: an engine that keeps its schedule in the broker, as an ETA or countdown would.

`--load` puts every approved share with its time into the broker, once; without it a worker takes what is due from
there and sends it. It lives in this rig alone: with it, what the broker forgets must be lost.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress

import redis

from tests.chaos.resend import prepare, send_until_it_says_yes

from accounts.tenancy import across_organizations, acting_in  # isort: skip  # resend sets Django up
from campaigns.models import Share  # isort: skip
from django.utils import timezone  # isort: skip

SCHEDULE = "chaos-schedule"


def load(broker: redis.Redis) -> int:
    with across_organizations(reason="control of the chaos rig"):
        shares = list(Share.objects.filter(state="scheduled").values_list("id", "organization_id", "due_at"))
    for share, organization, due_at in shares:
        if due_at is not None:
            broker.zadd(SCHEDULE, {json.dumps([share, organization]): due_at.timestamp()})
    return len(shares)


def work(broker: redis.Redis) -> None:
    while True:
        with suppress(redis.RedisError):
            due = broker.zrange(SCHEDULE, "-inf", str(time.time()), byscore=True, offset=0, num=1)
            if due and broker.zrem(SCHEDULE, str(due[0])):  # who removes it has it
                publish(*json.loads(str(due[0])))
                continue
        time.sleep(0.1)


def publish(share: int, organization: int) -> None:
    if send_until_it_says_yes(*prepare(share, organization)):
        with acting_in(organization):
            Share.objects.filter(pk=share).update(state="published", published_at=timezone.now())


def main(words: list[str]) -> int:
    broker = redis.Redis.from_url(os.environ["REDIS_URL"], socket_connect_timeout=1, decode_responses=True)
    if words == ["--load"]:
        sys.stdout.write(json.dumps({"loaded": load(broker)}) + "\n")
        return 0
    work(broker)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
