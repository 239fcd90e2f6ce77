"""Many equal requests at once are one request: one row, one answer, and everybody else is told so."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.actions.keys import make_key
from accounts.tenancy import acting_in
from campaigns.models import Share, ShareMove, ShareState
from tests.campaigns import world

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE, ROUNDS = 8, 5


class Caller:
    """A program with one person's key that asks many times at once, as after a lost answer."""

    def __init__(self) -> None:
        self.company = world.company()
        with acting_in(self.company.organization):
            self.bob = world.person("Bob")
            self.story = world.item(self.company.owner)
            self.secret = make_key(self.bob, by=self.bob, name="test")[1]

    def post(self, path: str, body: dict[str, Any], key: str) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": key}
        address = f"/api/v1/o/{self.company.organization.slug}/{path}"
        return Client().post(address, data=body, content_type="application/json", headers=headers)

    def at_once(self, path: str, body: dict[str, Any], key: str) -> list[Any]:
        start = Barrier(AT_ONCE)

        def ask(_number: int) -> Any:
            try:
                start.wait(timeout=20)
                return self.post(path, body, key)
            finally:
                connection.close()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(ask, range(AT_ONCE)))


def test_forty_equal_requests_are_one_draft(transactional_db: None) -> None:
    caller = Caller()
    body = {"item": caller.story.public_id, "text": "Once."}
    answers = [answer for _ in range(ROUNDS) for answer in caller.at_once("shares/", body, "k-1")]
    told = Counter(answer.status_code for answer in answers)
    assert set(told) <= {201, 409}
    done = [answer for answer in answers if answer.status_code == 201]
    assert all(answer.json() == done[0].json() for answer in done)
    assert sum("Idempotency-Replayed" not in answer.headers for answer in done) == 1
    assert {answer.json()["title"] for answer in answers if answer.status_code == 409} <= {"still running"}
    with acting_in(caller.company.organization):
        assert Share.objects.count() == 1
    other = caller.post("shares/", {**body, "text": "Twice."}, "k-1")
    assert (other.status_code, other.json()["title"]) == (422, "key used otherwise")


def test_equal_moves_and_withdrawals_at_once_are_done_once(transactional_db: None) -> None:
    caller = Caller()
    with acting_in(caller.company.organization):
        share = world.approved(world.draft(caller.bob, caller.story))
    assert share.due_at is not None
    later = {"due_at": (share.due_at + timedelta(minutes=5)).isoformat()}
    moved = caller.at_once(f"shares/{share.public_id}/move/", later, "k-2")
    taken_back = caller.at_once(f"shares/{share.public_id}/withdraw/", {}, "k-3")
    assert {answer.status_code for answer in [*moved, *taken_back]} <= {200, 409}
    assert sum("Idempotency-Replayed" not in answer.headers for answer in moved if answer.status_code == 200) == 1
    with acting_in(caller.company.organization):
        share.refresh_from_db()
        assert share.state == ShareState.WITHDRAWN
        assert share.due_at == datetime.fromisoformat(later["due_at"])
        assert ShareMove.objects.filter(to_state=ShareState.WITHDRAWN).count() == 1
