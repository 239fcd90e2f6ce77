"""The claim: what it takes, what it leaves, fairness between companies, buckets, and races between workers."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Organization
from accounts.tenancy import acting_in
from campaigns.models import Approval, Share, ShareMove
from campaigns.publishing.claim import Claimed, claim, who_waits
from integrations import limits
from integrations.models import Bucket, Connection, FreezeSwitch, Installation
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, again, come_due, desk, due, planned, practice_account, publish


def take(*desks: Desk, limit: int = 50) -> list[Claimed]:
    return claim([at.organization.pk for at in desks], limit=limit)


def test_a_claim_moves_the_share_and_writes_its_move(at: Desk) -> None:
    share = due(at, practice_account(at))
    (claimed,) = take(at)
    share = again(at, share)
    assert (claimed.share_id, claimed.fence, claimed.network) == (share.pk, 1, "practice")
    assert (share.state, share.fence, share.claims) == ("claimed", 1, 1)
    assert share.lease_until is not None
    assert timedelta(seconds=55) < share.lease_until - timezone.now() < timedelta(seconds=61)
    with acting_in(at.organization):
        last = ShareMove.objects.latest("id")
    assert (last.from_state, last.to_state, last.because, last.fence, last.by_id) == (
        "scheduled",
        "claimed",
        "due",
        1,
        None,
    )
    assert take(at) == []


def test_who_waits_names_companies_and_the_next_instant(at: Desk) -> None:
    connection = practice_account(at)
    planned(at, connection)
    assert who_waits().organizations == ()
    ahead = who_waits().next_due
    assert ahead is not None
    assert timedelta(hours=23) < ahead < timedelta(hours=25)
    due(at, connection, "Another.")
    assert who_waits().organizations == (at.organization.pk,)


def _set(at: Desk, model: Any, **values: object) -> None:
    with acting_in(at.organization):
        model.objects.update(**values)


@pytest.mark.parametrize(
    "obstacle",
    [
        lambda at: _set(at, Connection, state="needs_reconnect"),
        lambda at: _set(at, Connection, frozen=True),
        lambda at: _set(at, Connection, wait_until=timezone.now() + timedelta(minutes=1)),
        lambda at: _set(at, Approval, ended_at=timezone.now()),
        lambda at: _set(at, Share, by_hand=True),
        lambda _: Organization.objects.update(frozen=True),
        lambda _: limits.freeze("installation", because="test"),
        lambda _: limits.freeze("network:practice", because="test"),
        lambda _: Installation.objects.create(epoch="another life of the database"),
    ],
)
def test_what_a_claim_leaves_alone(at: Desk, obstacle: Any) -> None:
    due(at, practice_account(at))
    obstacle(at)
    assert take(at) == []


def test_a_thaw_and_a_release_let_it_go_on(at: Desk) -> None:
    due(at, practice_account(at))
    limits.freeze("network:practice", because="test")
    Installation.objects.create(epoch="0")
    limits.thaw("network:practice")
    assert take(at) == []
    limits.release_restored_database()
    assert len(take(at)) == 1
    assert not FreezeSwitch.objects.filter(frozen=True).exists()


def test_one_account_posts_one_after_the_other_in_order(at: Desk) -> None:
    account = practice_account(at)
    second = due(at, account, "Second.", ago=timedelta(seconds=10))
    first = due(at, account, "First.", ago=timedelta(seconds=20))
    assert [one.share_id for one in take(at)] == [first.pk]
    assert take(at) == []  # the first is in flight
    assert again(at, second).state == "scheduled"


def test_a_held_share_does_not_block_its_account(at: Desk) -> None:
    account = practice_account(at)
    held, other = due(at, account, "Held.", ago=timedelta(hours=1)), due(at, account)
    publish()
    assert again(at, held).held_reason == "late"
    assert again(at, other).state == "published"


@pytest.mark.django_db
def test_a_small_company_is_not_kept_behind_a_big_one() -> None:
    big, small = desk("Big"), desk("Small")
    for number in range(12):
        due(big, practice_account(big, f"big-{number}"), ago=timedelta(minutes=5))
    for number in range(2):
        due(small, practice_account(small, f"small-{number}"))
    first = Counter(one.organization_id for one in take(big, small, limit=6))
    assert first == {big.organization.pk: 3, small.organization.pk: 2}
    assert len(take(big, small, limit=50)) == 9  # nobody waits, so the rest is the big one's


def test_a_new_bucket_begins_full_and_is_drawn_down(at: Desk) -> None:
    share = due(at, practice_account(at))
    assert share.connection_id is not None
    take(at)
    scopes = {
        "network:practice": limits.rates()["network"],
        f"network:practice/org:{at.organization.pk}": limits.rates()["organization"],
        f"connection:{share.connection_id}": limits.rates()["connection"],
    }
    for scope, rate in scopes.items():
        bucket = Bucket.objects.get(pk=scope)
        assert (bucket.capacity, bucket.tokens) == (None, rate.capacity - 1)


@pytest.mark.parametrize("scope", ["network:practice", "network:practice/org:{org}", "connection:{account}"])
def test_an_empty_bucket_lets_nothing_through_until_it_refills(at: Desk, scope: str) -> None:
    share = due(at, practice_account(at))
    name = scope.format(org=at.organization.pk, account=share.connection_id)
    bucket = Bucket.objects.create(
        scope=name, capacity=5, refill_per_second=0.1, tokens=0.0, refilled_at=timezone.now()
    )
    assert take(at) == []
    Bucket.objects.filter(pk=name).update(refilled_at=timezone.now() - timedelta(seconds=11))
    assert len(take(at)) == 1
    bucket.refresh_from_db()
    assert 0 <= bucket.tokens < 0.2


def test_a_bucket_with_three_lets_three_of_five_through(at: Desk) -> None:
    for number in range(5):
        due(at, practice_account(at, f"p{number}"))
    Bucket.objects.create(
        scope="network:practice", capacity=5, refill_per_second=0.0, tokens=3.0, refilled_at=timezone.now()
    )
    assert len(take(at)) == 3
    assert take(at) == []
    with acting_in(at.organization):
        assert Counter(Share.objects.values_list("state", flat=True)) == {"claimed": 3, "scheduled": 2}


def test_a_practice_bucket_does_not_hold_up_another_network(at: Desk) -> None:
    due(at, practice_account(at, "first"), ago=timedelta(seconds=30))
    Bucket.objects.create(
        scope="network:practice", capacity=1, refill_per_second=0, tokens=0, refilled_at=timezone.now()
    )
    with acting_in(at.organization):
        other = world.person("Carol")
    share = due(at, practice_account(at, "second", of=other))
    with acting_in(at.organization):
        Share.objects.filter(pk=share.pk).update(network="mastodon")
    assert [one.share_id for one in take(at, limit=1)] == [share.pk]


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_takes_each_share() -> None:
    at = desk()
    shares = {due(at, practice_account(at, f"p{number}")).pk for number in range(30)}
    taken: list[int] = []
    start = threading.Barrier(4)

    def worker() -> None:
        start.wait()
        for _ in range(15):
            taken.extend(one.share_id for one in claim([at.organization.pk], limit=4))
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(shares)
    with acting_in(at.organization):
        assert ShareMove.objects.filter(to_state="claimed").count() == 30


def test_two_shares_of_one_account_and_one_instant_go_by_their_number(at: Desk) -> None:
    account = practice_account(at)
    first, second = planned(at, account, "A."), planned(at, account, "B.")
    moment = timezone.now() - timedelta(seconds=5)
    come_due(at, first)
    come_due(at, second)
    _set(at, Share, due_at=moment)
    assert [one.share_id for one in take(at)] == [min(first.pk, second.pk)]
