"""Errands survive kills: a lease that ran out is taken again, and the slow worker's end is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import Settings

from accounts import errands
from accounts.errands import (
    Again,
    Done,
    ErrandResult,
    GiveUp,
    Later,
    LostErrand,
    outside,
    owe,
    perform,
    run_errands,
    still_at_it,
    take_errands,
    when_given_up,
)
from accounts.models import Errand, ErrandState, Organization, Team
from accounts.tenancy import acting_in

pytestmark = pytest.mark.django_db

seen: list[dict[str, Any]] = []
answers: list[ErrandResult | Exception] = []
told: list[tuple[object, str]] = []
told_fails: list[Exception] = []


def _answer(payload: dict[str, Any]) -> ErrandResult:
    seen.append(payload)
    Team.objects.create(name=f"made by try {len(seen)}")
    answer = answers.pop(0) if answers else Done()
    if isinstance(answer, Exception):
        raise answer
    return answer


@outside
def _answer_outside(payload: dict[str, Any]) -> ErrandResult:
    seen.append({**payload, "in_transaction": connection.in_atomic_block})
    return answers.pop(0) if answers else Done()  # type: ignore[return-value]  # tests put results only here


def _told(payload: dict[str, Any], reason: str) -> None:
    told.append((payload["a"], reason))
    if told_fails:
        raise told_fails.pop()


@when_given_up(_told)
def _answer_and_tell(payload: dict[str, Any]) -> ErrandResult:
    return _answer(payload)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds: dict[str, Callable[[dict[str, Any]], ErrandResult]] = {"inside": _answer, "outside": _answer_outside}
    kinds["tells"] = _answer_and_tell
    monkeypatch.setattr(errands, "handlers", lambda: kinds)
    seen.clear()
    told.clear()
    answers.clear()


@pytest.fixture
def acme() -> Organization:
    return Organization.objects.create(slug="acme", name="Acme")


def _row(organization: Organization) -> Errand:
    with acting_in(organization):
        return Errand.objects.get()


def _owe(organization: Organization, kind: str = "inside", cause: str = "c", **payload: object) -> None:
    with acting_in(organization):
        owe(kind, cause=cause, payload=payload)


def _shift(organization: Organization, **changes: Any) -> None:
    with acting_in(organization):
        Errand.objects.update(**changes)


def test_the_same_cause_owes_once(acme: Organization) -> None:
    _owe(acme, a=1)
    _owe(acme, a=2)
    assert run_errands() == 1
    assert [payload["a"] for payload in seen] == [1]
    _owe(acme, a=3)
    assert run_errands() == 0


def test_an_unknown_kind_is_refused_where_it_is_owed(acme: Organization) -> None:
    with pytest.raises(LookupError):
        _owe(acme, kind="nobody knows this")


def test_done_forgets_the_payload_and_is_never_taken_again(acme: Organization) -> None:
    _owe(acme, secret="x")
    assert run_errands() == 1
    row = _row(acme)
    assert (row.state, row.payload, row.tries, row.lease_until) == (ErrandState.DONE, {}, 1, None)
    assert run_errands() == 0


def test_a_failed_try_is_rolled_back_and_waits(acme: Organization) -> None:
    answers[:] = [RuntimeError("no")]
    _owe(acme)
    run_errands()
    row = _row(acme)
    assert (row.state, row.last_error) == (ErrandState.WAITING, "It stopped with RuntimeError.")
    wait = row.due_at - timezone.now()
    assert timedelta(seconds=20) < wait < timedelta(seconds=38)
    with acting_in(acme):
        assert not Team.objects.exists()


def test_later_and_again_keep_what_was_done(acme: Organization) -> None:
    answers[:] = [Again(), Again(), Later("Busy.", timedelta(hours=2)), Done()]
    _owe(acme)
    assert run_errands() == 3
    row = _row(acme)
    assert (row.state, row.tries, row.last_error) == (ErrandState.WAITING, 0, "Busy.")
    _shift(acme, due_at=timezone.now())
    run_errands()
    assert _row(acme).state == ErrandState.DONE
    with acting_in(acme):
        assert Team.objects.count() == 4


def test_after_twelve_tries_it_is_given_up_with_a_sentence(acme: Organization) -> None:
    answers[:] = [Later("The mail server did not take it.")]
    _owe(acme)
    _shift(acme, tries=11)
    run_errands()
    row = _row(acme)
    assert row.state == ErrandState.GIVEN_UP
    assert row.last_error == "The mail server did not take it. We tried 12 times."


def test_what_kills_every_worker_is_given_up_without_another_try(acme: Organization) -> None:
    _owe(acme)
    _shift(acme, tries=12)
    run_errands()
    assert (_row(acme).state, seen) == (ErrandState.GIVEN_UP, [])


def test_a_wait_that_was_named_costs_no_try_and_ends_after_a_week(acme: Organization) -> None:
    """An outage of three minutes, asked about every fifteen seconds, is no reason to give up."""
    _owe(acme)
    for _ in range(40):
        answers[:] = [Later("The network is busy.", timedelta(seconds=15))]
        assert run_errands() == 1
        _shift(acme, due_at=timezone.now())
    assert (_row(acme).state, _row(acme).tries) == (ErrandState.WAITING, 0)
    answers[:] = [Later("The network is busy.", timedelta(seconds=15))]
    _shift(acme, created_at=timezone.now() - timedelta(days=7))
    run_errands()
    row = _row(acme)
    assert (row.state, row.last_error) == (ErrandState.GIVEN_UP, "The network is busy. We tried for 7 days.")


@pytest.mark.parametrize("tries", [0, 11, 12])
def test_a_kind_says_what_follows_when_it_is_given_up(acme: Organization, tries: int) -> None:
    answers[:] = [Later("Busy.") if tries else GiveUp("Refused.")]
    _owe(acme, kind="tells", a=1)
    _shift(acme, tries=tries)
    run_errands()
    assert told == [(1, _row(acme).last_error)]
    assert _row(acme).state == ErrandState.GIVEN_UP


def test_what_follows_is_tried_again_before_the_payload_is_forgotten(acme: Organization) -> None:
    answers[:] = [GiveUp("Refused."), GiveUp("Refused.")]
    told_fails[:] = [RuntimeError("no")]
    _owe(acme, kind="tells", a=1)
    run_errands()
    assert (_row(acme).state, _row(acme).payload) == (ErrandState.WAITING, {"a": 1})
    _shift(acme, due_at=timezone.now())
    run_errands()
    assert (_row(acme).state, len(told)) == (ErrandState.GIVEN_UP, 2)


def test_give_up_ends_at_once(acme: Organization) -> None:
    answers[:] = [GiveUp("Refused.")]
    _owe(acme)
    run_errands()
    assert (_row(acme).state, _row(acme).last_error) == (ErrandState.GIVEN_UP, "Refused.")


def test_a_killed_workers_errand_is_taken_again_and_its_late_end_is_refused(acme: Organization) -> None:
    _owe(acme)
    [slow] = take_errands(5)
    assert take_errands(5) == []  # leased
    _shift(acme, lease_until=timezone.now() - timedelta(seconds=1))
    [quick] = take_errands(5)
    assert (quick.id, quick.fence, quick.tries) == (slow.id, slow.fence + 1, 2)
    perform(slow)  # it was only paused: its work is rolled back
    with acting_in(acme):
        assert not Team.objects.exists()
    assert _row(acme).state == ErrandState.TAKEN
    perform(quick)
    assert _row(acme).state == ErrandState.DONE
    perform(slow)
    with acting_in(acme):
        assert Team.objects.count() == 1


def test_what_takes_long_keeps_its_lease_and_leaves_a_worker_for_the_rest(
    acme: Organization, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.HEAVY_ERRANDS, settings.HEAVY_ERRANDS_AT_ONCE = ("heavy",), 1

    def long_work(_payload: dict[str, Any]) -> ErrandResult:
        _shift(acme, lease_until=timezone.now() + timedelta(seconds=1))
        still_at_it()
        assert timezone.now() + timedelta(seconds=100) < (_row(acme).lease_until or timezone.now())
        with acting_in(acme):
            owe("heavy", cause="another", payload={})
            owe("inside", cause="quick", payload={})
        assert [one.kind for one in take_errands(5)] == ["inside"]  # by another worker
        with acting_in(acme):
            Errand.objects.exclude(cause="a").delete()
        _shift(acme, fence=99)  # and another took this one
        with pytest.raises(LostErrand):
            still_at_it()
        return Done()

    monkeypatch.setattr(errands, "handlers", lambda: {"heavy": outside(long_work), "inside": _answer})
    with acting_in(acme):
        owe("heavy", cause="a", payload={})
    run_errands()
    assert (_row(acme).state, _row(acme).fence) == (ErrandState.TAKEN, 99)


def test_many_long_ones_are_taken_one_by_one_and_lose_no_try(
    acme: Organization, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.HEAVY_ERRANDS, settings.HEAVY_ERRANDS_AT_ONCE = ("heavy",), 2
    monkeypatch.setattr(errands, "handlers", lambda: {"heavy": _answer, "inside": _answer})
    with acting_in(acme):
        errands.owe_many("heavy", [(f"h{number}", {}) for number in range(20)])
        errands.owe_many("inside", [(f"i{number}", {}) for number in range(6)])
    by_worker = [[one.kind for one in take_errands(5)] for _ in range(3)]
    assert [kinds.count("heavy") for kinds in by_worker] == [1, 1, 0]
    with acting_in(acme):
        assert Errand.objects.filter(kind="heavy", tries=0).count() == 18
    assert take_errands(5, mail=True) == []


def test_what_lay_behind_something_long_keeps_its_tries(acme: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    _owe(acme)
    monkeypatch.setattr(errands, "HALF_A_LEASE", -1.0)
    taken = take_errands(5)
    monkeypatch.setattr(errands, "take_errands", lambda *_args, **_kinds: [taken.pop()] if taken else [])
    _shift(acme, state=ErrandState.WAITING, lease_until=None)  # its lease ran out meanwhile
    run_errands()
    assert (_row(acme).state, _row(acme).tries) == (ErrandState.WAITING, 0)


@pytest.mark.django_db(transaction=True)
def test_outside_handlers_run_without_a_transaction(acme: Organization) -> None:
    with override_settings(CELERY_TASK_ALWAYS_EAGER=True):
        _owe(acme, kind="outside")
        run_errands()
    assert [(payload["organization_id"], payload["in_transaction"]) for payload in seen] == [(acme.pk, False)]


def test_one_company_does_not_keep_another_waiting(acme: Organization) -> None:
    globex = Organization.objects.create(slug="globex", name="Globex")
    with acting_in(acme):
        errands.owe_many("inside", [(f"c{number}", {"who": "acme"}) for number in range(50)])
    _owe(globex, who="globex")
    taken = take_errands(6)
    assert sorted(one.payload["who"] for one in taken) == ["acme", "acme", "acme", "globex"]


def test_waits_grow_to_six_hours() -> None:
    waits = [errands.wait_after(tries, chance=0.5).total_seconds() for tries in (1, 2, 3, 8, 11, 12)]
    assert waits == [30, 60, 120, 3840, 21600, 21600]
    assert errands.wait_after(1, chance=0) == timedelta(seconds=22.5)


def test_many_errands_of_one_transaction_wake_once(acme: Organization) -> None:
    with transaction.atomic():
        before = len(connection.run_on_commit)
        for number in range(3):
            _owe(acme, cause=f"c{number}")
        assert len(connection.run_on_commit) == before + 1


def test_every_kind_of_the_house_has_a_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    kinds = errands.handlers()
    assert {"letter", "invitation_letter", "people_import"} <= set(kinds)
