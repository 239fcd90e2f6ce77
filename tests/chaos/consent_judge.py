"""The second judge: did anything go out after it was taken back, was whoever came too late told so, and is there proof?

`python -m tests.chaos.consent_judge --sandbox FOLDER --database URL --answers FILE`. It imports nothing of the product;
it goes by what the networks accepted, what people were answered and when, and the rows of approvals and attempts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg2

from tests.chaos.judge import Line, lines, percentiles, same

# What people are told, by kind of act. The first promise that nothing goes out; the others that it came too late.
PROMISES = {
    "withdraw_web": "Taken back. It will not be posted.",
    "withdraw_api": '"state":"withdrawn"',
    "edit_text_web": "Saved. Nothing goes out before you approve it.",
    "edit_text_api": '"state":"draft"',
    "edit_media_web": "Saved. Nothing goes out before you approve it.",
}
TOO_LATE = (
    "It is going out this very moment.",
    "It is out already.",
    "It may be out already.",
    '"state":"unknown"',
    "We are still finding out whether this went out.",
    "This can no longer be changed",
    "This post can no longer be changed.",
)
ATTEMPTS = "SELECT approval_id, intent_at, post_sha256, outcome, external_id FROM campaigns_attempt"
# An edit takes the time off the share; its first approval keeps it.
FIRST_DUE = """
    SELECT DISTINCT ON (share_id) share_id, window_start FROM campaigns_approval ORDER BY share_id, id
"""
# An address, a connection, a person or a company's door: these acts succeed at any time, and what is out stays out.
ENDS_ALL = ("edit_link_web", "disconnect_web", "leave_web", "deactivate_web")


@dataclass(frozen=True)
class Approved:
    id: int
    share: int
    canonical: str
    sha256: str
    ended_at: datetime | None


@dataclass(frozen=True)
class Sent:
    """An attempt: when it was decided, for which hash, and what came of it."""

    decided_at: datetime
    sha256: str
    outcome: str
    external_id: str


@dataclass(frozen=True)
class Records:
    approvals: dict[int, list[Approved]]  # by share
    sent: dict[int, list[Sent]]  # by approval
    found: set[tuple[int, str]]  # share and id, as the network or the person stated it
    shown: dict[int, str]  # the id that the share shows to its person


@dataclass
class Consent:
    pairs: int = 0
    errors: int = 0
    posts_after_withdrawal: int = 0
    after_by: dict[str, int] = field(default_factory=dict)
    in_time: int = 0
    too_late: int = 0
    late_untold: int = 0
    unclear_answers: int = 0
    public: int = 0
    proved: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    answered_after_due: dict[str, float] = field(default_factory=dict)
    untold_words: list[str] = field(default_factory=list)


def judge(sandbox: Path, database: str, answers: list[Line]) -> Consent:
    records, due = read(database)
    accepted = [line for line in lines(sandbox / "acceptances.jsonl") if "removed" not in line and not line["replay"]]
    by_words: dict[tuple[str, str], list[Approved]] = defaultdict(list)
    for approved in (one for each in records.approvals.values() for one in each):
        canonical = json.loads(approved.canonical)
        by_words[canonical["account_id"], canonical["text"]].append(approved)
    found = Consent(pairs=len(answers), public=len(accepted))
    out: dict[int, list[tuple[Line, Approved]]] = defaultdict(list)
    for line in accepted:
        fitting = [one for one in by_words[line["account_id"], line["text"]] if same(json.loads(one.canonical), line)]
        for one in fitting:
            out[one.share].append((line, one))
        found.proved += any(is_proved(line, one, records) for one in fitting)
    for answer in answers:
        weigh(found, answer, out[answer["share"]], records)
    found.by_kind = dict(Counter(answer["kind"] for answer in answers))
    found.answered_after_due = percentiles([_seconds(due[one["share"]], one["answered_at"]) for one in answers])
    return found


def weigh(found: Consent, answer: Line, out: list[tuple[Line, Approved]], records: Records) -> None:
    """One person's act against what went out of that share."""
    kind, words, done = answer["kind"], answer["words"], _is_done(answer)
    if answer["status"] == 0 or answer["status"] >= 500:
        found.errors += 1
        return
    late = kind not in ENDS_ALL and any(sentence in words for sentence in TOO_LATE)
    found.in_time += done
    found.too_late += late
    why = {reason for line, approved in out for reason in wrong(answer, done, line, approved, records)}
    found.posts_after_withdrawal += bool(why)
    found.after_by = dict(Counter(found.after_by) + Counter(f"{kind}: {reason}" for reason in why))
    if not done and not late:
        found.unclear_answers += 1
        found.untold_words.append(f"{kind} {answer['status']}: {words[:200]}")
    found.late_untold += bool(out) and kind not in ENDS_ALL and not late


def wrong(answer: Line, done: bool, line: Line, approved: Approved, records: Records) -> set[str]:
    """Every way in which this acceptance came after the act."""
    at = datetime.fromisoformat(line["at"])
    decided = [one.decided_at for one in records.sent[approved.id] if one.decided_at <= at]
    reasons = set()
    if done and answer["kind"] not in ENDS_ALL:
        reasons.add("was promised not to be posted")
    if not decided or (approved.ended_at is not None and max(decided) >= approved.ended_at):
        reasons.add("decided after the approval had ended")
    if done and (not decided or max(decided) > datetime.fromisoformat(answer["answered_at"])):
        reasons.add("decided after the person had been answered")
    return reasons


def _is_done(answer: Line) -> bool:
    if answer["kind"] in ENDS_ALL:
        return bool(answer["status"] == 302)
    return PROMISES[answer["kind"]] in answer["words"]


def is_proved(line: Line, approved: Approved, records: Records) -> bool:
    """Row 39: hash, text, attempt and the network's own id, all of one post; the hash computed anew."""
    replayed = hashlib.sha256(approved.canonical.encode()).hexdigest()
    attempts = [one for one in records.sent[approved.id] if one.sha256 == approved.sha256]
    named = any(one.external_id == line["external_id"] for one in attempts)
    named = named or (approved.share, line["external_id"]) in records.found
    return replayed == approved.sha256 and named and records.shown.get(approved.share) == line["external_id"]


def read(database: str) -> tuple[Records, dict[int, datetime]]:
    records = Records(defaultdict(list), defaultdict(list), set(), {})
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:

        def rows(question: str) -> list[tuple[Any, ...]]:
            cursor.execute(question)
            return cursor.fetchall()

        for row in rows("SELECT id, share_id, canonical, sha256, ended_at FROM campaigns_approval"):
            records.approvals[row[1]].append(Approved(*row))
        for approval, *rest in rows(ATTEMPTS):
            records.sent[approval].append(Sent(*rest))
        records.found.update(rows("SELECT share_id, external_id FROM campaigns_statement"))
        records.shown.update(rows("SELECT id, external_id FROM campaigns_share WHERE external_id <> ''"))
        due = dict(rows(FIRST_DUE))
    return records, due


def _seconds(due: datetime, answered_at: str) -> float:
    return (datetime.fromisoformat(answered_at) - due).total_seconds()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.consent_judge", description=__doc__)
    parser.add_argument("--sandbox", type=Path, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--answers", type=Path, required=True)
    wanted = parser.parse_args(words)
    answers = [json.loads(line) for line in wanted.answers.read_text().splitlines()]
    found = judge(wanted.sandbox, wanted.database, answers)
    found.untold_words = found.untold_words[:5]
    sys.stdout.write(json.dumps(vars(found)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
