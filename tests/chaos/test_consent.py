"""The small form of S7, consent taken back at the last moment, with its control, and what its judge weighs."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.consent_judge import Approved, Consent, Records, Sent, is_proved, weigh
from tests.chaos.judge import Line
from tests.chaos.scenarios.s07_consent import S7
from tests.chaos.stage import Ground, Order, stage_on


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_nothing_goes_out_after_it_was_taken_back(chaos_ground: Ground) -> None:
    order = Order(shares=500, kills=0, seed=1, within=50.0)  # the other parts of `make test` share the machine
    with stage_on(chaos_ground, order) as ready:
        result = S7.play(order, ready)
    assert S7.broken(order, result) == [], json.dumps(result)


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_the_race_bites_an_engine_that_asks_only_when_it_schedules(chaos_ground: Ground) -> None:
    order = Order(shares=40, kills=0, seed=1)
    with stage_on(chaos_ground, order) as ready:
        result = S7.control(order, ready)
    assert S7.bites(result), json.dumps(result)


# --- the second judge ---------------------------------------------------------------------------

DUE = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
MOMENT = timedelta(milliseconds=50)
LINE: Line = {"at": (DUE + 4 * MOMENT).isoformat(), "external_id": "7"}
CANONICAL = '{"text":"Words"}'
SHA256 = hashlib.sha256(CANONICAL.encode()).hexdigest()


def approved(ended_at: datetime | None = None, sha256: str = SHA256) -> Approved:
    return Approved(1, 10, CANONICAL, sha256, ended_at)


def records(decided_at: datetime | None, *, external_id: str = "7", shown: str = "7", sha256: str = SHA256) -> Records:
    sent = [Sent(decided_at, sha256, "published", external_id)] if decided_at else []
    return Records({10: [approved()]}, {1: sent}, set(), {10: shown})


def answer(kind: str, words: str, *, after: timedelta, status: int = 200) -> Line:
    at = (DUE + after).isoformat()
    return {"kind": kind, "share": 10, "sent_at": at, "answered_at": at, "status": status, "words": words}


def weighed(
    said: Line, *, ended_at: datetime | None = None, decided_at: datetime | None = DUE, out: bool = True
) -> Consent:
    found = Consent()
    weigh(found, said, [(LINE, approved(ended_at))] if out else [], records(decided_at))
    return found


def test_who_was_promised_that_nothing_goes_out_must_never_see_it() -> None:
    said = answer("withdraw_web", "Taken back. It will not be posted.", after=-MOMENT)
    assert weighed(said, out=False).posts_after_withdrawal == 0
    assert weighed(said).posts_after_withdrawal == 1


def test_an_end_before_the_decision_counts_and_one_after_it_does_not() -> None:
    said = answer("leave_web", "", after=2 * MOMENT, status=302)
    assert weighed(said, ended_at=DUE - MOMENT).posts_after_withdrawal == 1
    assert weighed(said, ended_at=DUE + MOMENT).posts_after_withdrawal == 0
    assert weighed(said, ended_at=DUE + MOMENT, decided_at=None).posts_after_withdrawal == 1


def test_a_decision_after_the_answer_counts_even_where_no_approval_ended() -> None:
    assert weighed(answer("disconnect_web", "", after=-MOMENT, status=302)).posts_after_withdrawal == 1
    assert weighed(answer("disconnect_web", "", after=MOMENT, status=302)).posts_after_withdrawal == 0


def test_who_came_too_late_must_be_told_so() -> None:
    told = weighed(answer("withdraw_api", "It is out already. You can take it down.", after=MOMENT, status=409))
    assert (told.too_late, told.late_untold, told.unclear_answers, told.posts_after_withdrawal) == (1, 0, 0, 0)
    untold = weighed(answer("withdraw_api", "Conflict", after=MOMENT, status=409))
    assert (untold.too_late, untold.late_untold, untold.unclear_answers) == (0, 1, 1)


def test_a_server_that_breaks_is_an_error_and_no_answer() -> None:
    assert weighed(answer("withdraw_api", "", after=MOMENT, status=500)).errors == 1
    assert weighed(answer("withdraw_api", "", after=MOMENT, status=0)).errors == 1


@pytest.mark.parametrize("worse", [{"external_id": "8"}, {"shown": "8"}, {"sha256": "0" * 64}])
def test_proof_is_all_of_one_post(worse: dict[str, Any]) -> None:
    assert is_proved(LINE, approved(), records(DUE))
    assert not is_proved(LINE, approved(), records(DUE, **worse))
    assert not is_proved(LINE, approved(sha256="0" * 64), records(DUE, sha256="0" * 64))


def test_the_second_judge_imports_nothing_of_the_product() -> None:
    source = (Path(__file__).parent / "consent_judge.py").read_text()
    imported = [
        line for line in source.splitlines() if line.startswith(("from campaigns", "from accounts", "import django"))
    ]
    assert imported == []
