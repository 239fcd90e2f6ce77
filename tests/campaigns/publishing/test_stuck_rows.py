"""A transaction that somebody left open holds its own rows: no clock, no other share and no answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, OperationalError, connection
from django.utils import timezone

from accounts import errands, tasks
from accounts.database_trouble import is_database_trouble
from accounts.tenancy import across_organizations, acting_in
from accounts.time_limits import limited_as
from campaigns.models import Share
from campaigns.publishing import crew, service, steps, work
from campaigns.publishing.apart import apart
from campaigns.publishing.claim import claim
from campaigns.publishing.intent import Prepared, commit_intents
from campaigns.publishing.service import tick
from integrations.actions.connections import let_go
from integrations.models import Connection
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, again, desk, due, practice_account, publish

LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")

at_rest = pytest.mark.django_db(transaction=True)


def people_s_shares(at: Desk, number: int) -> list[Share]:
    made = []
    for one in range(number):
        with acting_in(at.organization):
            member = world.person(f"Person{one}")
        made.append(due(at, practice_account(at, f"practice-{one}", of=member), f"Part {one} surprised me."))
    return made


@contextmanager
def held_by_somebody(at: Desk, share: Share) -> Iterator[Callable[[], None]]:
    """Another program's transaction has the row; call it to let go earlier."""
    locked, free = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with acting_in(at.organization):
                Share.objects.select_for_update().get(pk=share.pk)
                locked.set()
                free.wait(20)
        finally:
            connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert locked.wait(10)
    try:
        yield free.set
    finally:
        free.set()
        other.join()


def limits() -> list[str]:
    with connection.cursor() as cursor:
        return [cursor.execute(f"SHOW {name}") or cursor.fetchone()[0] for name in LIMITS]


@at_rest
def test_each_kind_of_program_has_its_limits() -> None:
    at = desk()
    assert limits() == ["15s", "10s", "30s"]  # the role's own
    with acting_in(at.organization):
        assert limits() == ["15s", "10s", "30s"]
    with limited_as("engine"):
        with acting_in(at.organization):
            assert limits() == ["5s", "2s", "15s"]
        with across_organizations(reason="test"):
            assert limits() == ["5s", "2s", "15s"]
    with limited_as("work"), acting_in(at.organization):
        assert limits() == ["10min", "30s", "2min"]
    assert limits() == ["15s", "10s", "30s"]


@at_rest
def test_the_clocks_are_short_and_sweeps_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    at = desk()
    seen: list[str] = []

    def look() -> int:
        with acting_in(at.organization):
            seen.append(limits()[0])
        return 0

    monkeypatch.setattr(service, "settle", look)
    tick()
    monkeypatch.setattr(tasks, "forget_what_is_over", lambda **_: {"seen": look()})
    tasks.sweep_retention_of(at.organization.pk)
    monkeypatch.setattr(errands, "take_errands", lambda *_, **__: look() or [])
    errands.run_errands()
    assert seen == ["5s", "10min", "10min"]


@at_rest
def test_the_owner_has_no_limits(settings: Any) -> None:
    """A migration may take its time."""
    at = desk()
    settings.RUNS_AS_OWNER = True
    settings.STATEMENT_TIMEOUT = {"web": 1}
    with acting_in(at.organization):
        assert limits()[0] == "15s"  # nothing was set: here it is still the role of the tests


@at_rest
def test_one_stuck_transaction_stops_no_clock() -> None:
    at = desk()
    stuck, free = people_s_shares(at, 2)
    with acting_in(at.organization):
        over = timezone.now() - timedelta(seconds=5)
        Share.objects.update(state="claimed", lease_until=over, fence=1)
    with held_by_somebody(at, stuck):
        began = time.monotonic()
        tick()
        took = time.monotonic() - began
    assert took < 3
    assert [again(at, one).state for one in (stuck, free)] == ["claimed", "scheduled"]


@at_rest
def test_what_is_committed_is_sent_before_a_held_share_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The held one is asked for alone, breaks at the lock's limit, and takes no other with it."""
    at = desk()
    shares = people_s_shares(at, 4)
    asked: list[int] = []
    sent: list[float] = []

    def commit(organization_id: int, prepared: Sequence[Prepared]) -> Any:
        if asked and len(prepared) == 1:
            letting_go()
        asked.append(len(prepared))
        return commit_intents(organization_id, prepared)

    def send(*args: Any, **more: Any) -> Any:
        sent.append(time.monotonic())
        return work.send(*args, **more)

    monkeypatch.setattr(steps, "commit_intents", commit)
    monkeypatch.setattr(steps, "send", send)
    with acting_in(at.organization):
        claimed_before = Share.objects.get(pk=shares[1].pk).claims
    with held_after_the_claim(at, shares[1], monkeypatch) as letting_go:
        publish()
    assert asked == [4, 1]
    assert [again(at, one).state for one in shares] == ["published"] * 4
    assert claimed_before == 0


@contextmanager
def held_after_the_claim(at: Desk, share: Share, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Somebody has the row from the moment it is claimed."""
    holding: list[Any] = []
    plain = steps.Steps.begin

    def begin(self: steps.Steps, claimed: Any) -> None:
        if claimed and not holding:
            holding.append(held_by_somebody(at, share))
            holding.append(holding[0].__enter__())
        plain(self, claimed)

    monkeypatch.setattr(steps.Steps, "begin", begin)
    try:
        yield lambda: holding[1]()
    finally:
        holding[0].__exit__(None, None, None)


@at_rest
def test_a_single_intent_that_breaks_loses_no_committed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    at = desk()
    shares = people_s_shares(at, 4)
    with acting_in(at.organization):
        Share.objects.filter(pk=shares[1].pk).update(text="Something else.")  # so it is asked about alone

    def commit(organization_id: int, prepared: Sequence[Prepared]) -> Any:
        if len(prepared) == 1:
            raise OperationalError("terminating connection due to administrator command")
        return commit_intents(organization_id, prepared)

    monkeypatch.setattr(steps, "commit_intents", commit)
    publish()
    assert [again(at, one).state for one in shares] == ["published", "held", "published", "published"]


@at_rest
def test_a_call_that_cannot_begin_keeps_no_other_from_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    at = desk()
    shares = people_s_shares(at, 3)
    plain, called = crew.Crew.call, []

    def call(self: crew.Crew, mine: Any, *rest: Any) -> None:
        called.append(mine.claimed.share_id)
        if len(called) == 1:
            raise RuntimeError("can't start new thread")
        plain(self, mine, *rest)

    monkeypatch.setattr(crew.Crew, "call", call)
    publish()
    assert sorted(called) == sorted(share.pk for share in shares)
    assert sorted(again(at, one).state for one in shares) == ["published", "published", "sending"]


@at_rest
def test_an_answer_waits_for_its_row_and_holds_up_no_other() -> None:
    at = desk()
    stuck, other = people_s_shares(at, 2)
    with pytest.MonkeyPatch.context() as patch:
        holding: list[Any] = []

        def send(post: Any, *args: Any, **more: Any) -> Any:
            if "Part 0" in post.text:
                holding.append(held_by_somebody(at, stuck))
                letting_go = holding[0].__enter__()
                threading.Timer(1.0, letting_go).start()
            return work.send(post, *args, **more)

        patch.setattr(steps, "send", send)
        publish()
        holding[0].__exit__(None, None, None)
    assert [again(at, one).state for one in (stuck, other)] == ["published", "published"]


def test_a_later_claim_in_hand_is_not_let_go_by_an_earlier_one(at: Desk) -> None:
    (share,) = people_s_shares(at, 1)
    (claimed,) = claim([at.organization.pk], limit=1)
    hands = steps.Steps(crew.Crew(1), threading.Event())
    older, newer = (work.PublishingWork(claimed, None) for _ in range(2))  # type: ignore[arg-type]  # no post is looked at
    hands.in_hand[share.pk] = newer
    hands._let_go(older)
    assert hands.in_hand == {share.pk: newer}
    hands._each_alone([claimed])  # on its way already: nothing is begun a second time
    assert hands.in_hand == {share.pk: newer}


# --- what an error speaks of ---------------------------------------------------------------------------


@at_rest
def test_a_database_that_takes_no_writes_says_nothing_about_a_share() -> None:
    at = desk()
    (share,) = people_s_shares(at, 1)

    def step() -> None:
        with acting_in(at.organization):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL transaction_read_only = on")
            Share.objects.update(text="Another.")

    with pytest.raises(InternalError) as raised:
        apart(at.organization.pk, share.pk, step)
    assert is_database_trouble(raised.value)
    assert again(at, share).state == "scheduled"


@at_rest
def test_a_row_that_somebody_holds_is_left_for_the_next_round() -> None:
    at = desk()
    (share,) = people_s_shares(at, 1)

    def step() -> None:
        with acting_in(at.organization):
            Share.objects.select_for_update(nowait=True).get(pk=share.pk)

    with held_by_somebody(at, share):
        assert apart(at.organization.pk, share.pk, step) is None
    assert again(at, share).state == "scheduled"


def test_a_triggers_refusal_is_about_the_row(db: None) -> None:
    with pytest.raises(InternalError) as raised, connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'no'; END $$")
    assert not is_database_trouble(raised.value)


@at_rest
def test_a_disconnecting_account_is_waited_for_and_then_nothing_is_sent() -> None:
    at = desk()
    [share] = people_s_shares(at, 1)
    [claimed] = claim([at.organization.pk], limit=1)
    locked, answers = threading.Event(), []

    def take_the_account_away() -> None:
        try:
            with acting_in(at.organization):
                let_go(Connection.objects.get(), by=None)
                locked.set()
                time.sleep(0.5)
        finally:
            connection.close()

    other = threading.Thread(target=take_the_account_away)
    other.start()
    assert locked.wait(10)
    answers.append(commit_intents(at.organization.pk, [Prepared(claimed, frozenset(), has_grant=True)]))
    other.join()
    assert answers == [{}]
    assert again(at, share).held_reason == "reconnect"
