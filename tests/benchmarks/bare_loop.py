"""The bare loop: the least that any correct engine must do for a post, and not one check more.

One committed intent row, one call through the same connector and door, one committed result row; the same threads and
libraries, one owner of the database connection. It knows neither shares nor companies once it has its posts.
"""

from __future__ import annotations

import queue
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection

from accounts.tenancy import acting_in
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Grant, Outcome, Post, Published, Uploaded
from integrations.tokens import open_grant

TABLE = """
    bench_post (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        connection_id bigint NOT NULL,
        attempt_key uuid NOT NULL,
        intent_at timestamptz NOT NULL DEFAULT statement_timestamp(),
        outcome text NOT NULL DEFAULT '',
        external_id text NOT NULL DEFAULT '',
        external_url text NOT NULL DEFAULT '',
        ended_at timestamptz)
"""


@dataclass(frozen=True)
class BarePost:
    """Everything a call needs, in hand before the clock starts."""

    connection_id: int
    post: Post
    grant: Grant
    key: uuid.UUID = field(default_factory=uuid.uuid4)


def posts_of(organizations: Sequence[int], *, each: int) -> list[BarePost]:
    """So many posts for each account of these companies, as long as those of the engine's shares."""
    accounts: list[tuple[Connection, Grant]] = []
    for organization in organizations:
        with acting_in(organization):
            accounts += [(account, open_grant(account)) for account in Connection.objects.order_by("id")]
    return [
        BarePost(account.pk, _post(account, f"{number} of {account.pk}"), grant)
        for number in range(each)
        for account, grant in accounts
    ]


def _post(account: Connection, which: str) -> Post:
    address = f"{settings.SITE_ADDRESS}/l/{uuid.uuid4().hex[:9]}"
    text = f"What surprised me about this, number {which}: it held up for a year. 🙂\n\nI work at Crowd.\n{address}"
    return Post(
        network=account.network,
        connection=account.public_id,
        account_id=account.account_id,
        server=account.server,
        text=text,
        tracked_address=address,
    )


class BareLoop:
    """One process of it."""

    def __init__(self, posts: Sequence[BarePost], threads: int) -> None:
        self._waiting = list(reversed(posts))
        self._threads = threads
        self._arrived: queue.SimpleQueue[tuple[int, Outcome]] = queue.SimpleQueue()

    def run(self) -> int:
        """Send them all; answers how many went out."""
        in_hand = published = 0
        with ThreadPoolExecutor(self._threads) as pool:
            while self._waiting or in_hand:
                while self._waiting and in_hand < self._threads:
                    one = self._waiting.pop()
                    pool.submit(self._call, _intent(one), one)
                    in_hand += 1
                for row, outcome in self._arrivals():
                    in_hand -= 1
                    published += _record(row, outcome)
        return published

    def _call(self, row: int, one: BarePost) -> None:
        sent = network(one.post.network).publish(one.post, one.grant, str(one.key), Uploaded())
        self._arrived.put((row, sent))

    def _arrivals(self) -> list[tuple[int, Outcome]]:
        came = [self._arrived.get()]
        try:
            while True:
                came.append(self._arrived.get_nowait())
        except queue.Empty:
            return came


def _intent(one: BarePost) -> int:
    """One statement outside any block is one commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_post (connection_id, attempt_key) VALUES (%s, %s) RETURNING id",
            [one.connection_id, one.key],
        )
        row: tuple[int] = cursor.fetchone()
    return row[0]


def _record(row: int, outcome: Outcome) -> bool:
    published = isinstance(outcome, Published)
    found = (outcome.external_id, outcome.url) if isinstance(outcome, Published) else ("", "")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bench_post SET outcome = %s, external_id = %s, external_url = %s,"
            " ended_at = statement_timestamp() WHERE id = %s",
            ["published" if published else "other", *found, row],
        )
    return published
