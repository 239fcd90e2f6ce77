"""The judge: a program of its own that reads the sandbox's acceptance file and the approvals, and counts.

`python -m tests.chaos.judge --sandbox FOLDER --database URL`. It imports nothing of the product. It trusts no state
column, except that one is read to tell whether a person is shown why their share is not out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg2

Line = dict[str, Any]
SHOWS_WHY = ("held", "failed", "expired", "withdrawn")
AMBIGUOUS = (
    "accept_hang",
    "accept_late",
    "accept_reset",
    "reset_before",
    "status_503",
    "status_500_after",
    "status_400_after",
)
KINDS = {"mastodon": "replay", "bluesky": "replay", "x": "look_up", "linkedin": "opaque"}


@dataclass(frozen=True)
class Approval:
    share: int
    canonical: Line
    window: tuple[datetime, datetime]
    ended_at: datetime | None
    intents: tuple[datetime, ...]

    def covers(self, accepted: Line) -> bool:
        """Was it live, and in its window, when a send of it was decided that can have led to this acceptance?"""
        at = datetime.fromisoformat(accepted["at"])
        return any(
            intent <= at
            and self.window[0] <= intent < self.window[1]
            and (self.ended_at is None or self.ended_at > intent)
            for intent in self.intents
        )


@dataclass
class Verdict:
    extra: int = 0
    lost: int = 0
    unapproved: int = 0
    held: dict[str, int] = field(default_factory=dict)
    held_opaque_allowed: int = 0
    accepted: int = 0
    approved: int = 0
    faults: int = 0
    faults_by_name: dict[str, int] = field(default_factory=dict)
    unclear_by_kill: int = 0
    early: int = 0
    without_intent: int = 0  # nobody had decided to send it, as far as the database remembers
    order_breaks: int = 0
    crossings: int = 0
    held_untold: int = 0
    lateness: dict[str, float] = field(default_factory=dict)  # seconds from its time to its first acceptance


@dataclass(frozen=True)
class Books:
    """What the database says, as far as the judge asks it."""

    approvals: list[Approval]
    states: dict[int, tuple[str, str]]
    cut_off: int
    crossings: int
    held_untold: int


def lines(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def same(canonical: Line, accepted: Line) -> bool:
    """Does what the network stored equal what was approved, in everything that this network shows?"""
    media = [[one["sha256"], one["alt_text"]] for one in canonical["media"]]
    if (canonical["account_id"], canonical["text"], canonical.get("warning", ""), media) != (
        accepted["account_id"],
        accepted["text"],
        accepted.get("warning", ""),
        [list(one) for one in accepted["media"]],
    ):
        return False
    if accepted["network"] == "mastodon" and (canonical["visibility"], canonical["language"].partition("-")[0]) != (
        accepted["visibility"],
        accepted["language"],
    ):
        return False
    card, link = accepted["card"], canonical["link"]
    return not card or (link is not None and (card["url"], card["title"]) == (link["url"], link["title"]))


def judge(sandbox: Path, database: str) -> Verdict:
    books = read(database)
    accepted = [line for line in lines(sandbox / "acceptances.jsonl") if "removed" not in line and not line["replay"]]
    faults = lines(sandbox / "faults.jsonl")
    verdict = Verdict(accepted=len(accepted), approved=len(books.approvals), faults=len(faults))
    verdict.unclear_by_kill, verdict.crossings = books.cut_off, books.crossings
    verdict.held_untold = books.held_untold
    copies = count_copies(verdict, books, accepted)
    due = {
        one.share
        for one in books.approvals
        if one.ended_at is None and one.window[0] <= datetime.now(one.window[0].tzinfo)
    }
    verdict.lost = sum(books.states[share][0] not in SHOWS_WHY for share in due if share not in copies)
    verdict.held = dict(
        Counter(KINDS.get(network, network) for state, network in books.states.values() if state == "held")
    )
    verdict.faults_by_name = dict(Counter(line["fault"] for line in faults))
    opaque = [line for line in faults if KINDS[line["network"]] == "opaque" and line["fault"] in AMBIGUOUS]
    verdict.held_opaque_allowed = len(opaque) + books.cut_off
    return verdict


def count_copies(verdict: Verdict, books: Books, accepted: list[Line]) -> set[int]:
    """What arrived, against what was approved; answers the shares that are out."""
    by_text: dict[tuple[str, str], list[Approval]] = defaultdict(list)
    for approval in books.approvals:
        by_text[approval.canonical["network"], approval.canonical["text"]].append(approval)
    copies: Counter[int] = Counter()
    first: list[tuple[str, datetime, datetime]] = []  # account, its time, when it arrived
    for line in sorted(accepted, key=lambda one: str(one["at"])):
        candidates = by_text[line["network"], line["text"]]
        verdict.unapproved += not any(same(one.canonical, line) and one.covers(line) for one in candidates)
        at = datetime.fromisoformat(line["at"])
        decided = [intent for one in candidates for intent in one.intents if intent <= at]
        verdict.without_intent += bool(candidates) and not decided
        verdict.early += bool(candidates) and all(at < one.window[0] for one in candidates)
        fresh = [one for one in candidates if not copies[one.share]]
        copies.update({one.share for one in candidates})
        first += [(f"{line['network']} {line['account_id']}", one.window[0], at) for one in fresh[:1]]
    verdict.extra = sum(number - 1 for number in copies.values())
    verdict.order_breaks = order_breaks(first)
    verdict.lateness = percentiles([(at - due).total_seconds() for _, due, at in first])
    return set(copies)


def order_breaks(first: list[tuple[str, datetime, datetime]]) -> int:
    """On one account an earlier share that arrived after a later one."""
    latest: dict[str, datetime] = {}
    breaks = 0
    for account, due, _ in first:
        breaks += due < latest.get(account, due)
        latest[account] = max(due, latest.get(account, due))
    return breaks


def percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    places = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {
        name: round(ordered[min(int(place * len(ordered)), len(ordered) - 1)], 2)
        for name, place in places.items()
        if ordered
    }


CUT_OFF = """
    SELECT count(*) FROM campaigns_sharemove AS move JOIN campaigns_share AS share ON share.id = move.share_id
     WHERE move.to_state = 'unknown' AND move.because = 'lease_over' AND share.network = 'linkedin'
"""
CROSSINGS = """
    SELECT (SELECT count(*) FROM campaigns_approval AS approval
              JOIN campaigns_share AS share ON share.id = approval.share_id
             WHERE approval.organization_id <> share.organization_id)
         + (SELECT count(*) FROM campaigns_attempt AS attempt
              JOIN campaigns_share AS share ON share.id = attempt.share_id
             WHERE attempt.organization_id <> share.organization_id)
         + (SELECT count(*) FROM campaigns_share AS share JOIN integrations_connection AS account
                ON account.id = share.connection_id
             WHERE account.organization_id <> share.organization_id OR account.member_id <> share.member_id)
"""
HELD_UNTOLD = """
    SELECT count(*) FROM campaigns_share AS share
     WHERE share.state = 'held'
       AND NOT EXISTS (SELECT FROM accounts_errand AS letter
                        WHERE letter.organization_id = share.organization_id
                          AND starts_with(letter.cause, 'notice:held:' || share.public_id || ':'))
"""


def read(database: str) -> Books:
    """Approvals with their intents, the states, and how many opaque sends were cut off by a kill or a slow machine."""
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT approval_id, intent_at FROM campaigns_attempt")
        intents: dict[int, list[datetime]] = defaultdict(list)
        for approval_id, intent_at in cursor.fetchall():
            intents[approval_id].append(intent_at)
        cursor.execute("SELECT id, share_id, canonical, window_start, window_end, ended_at FROM campaigns_approval")
        approvals = [
            Approval(share, json.loads(canonical), (start, end), ended_at, tuple(intents[approval_id]))
            for approval_id, share, canonical, start, end, ended_at in cursor.fetchall()
        ]
        cursor.execute("SELECT id, state, network FROM campaigns_share")
        states = {share: (state, network) for share, state, network in cursor.fetchall()}
        figures = []
        for question in (CUT_OFF, CROSSINGS, HELD_UNTOLD):
            cursor.execute(question)
            ((figure,),) = cursor.fetchall()
            figures.append(int(figure))
    return Books(approvals, states, *figures)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.judge", description=__doc__)
    parser.add_argument("--sandbox", type=Path, required=True)
    parser.add_argument("--database", required=True)
    wanted = parser.parse_args(words)
    sys.stdout.write(json.dumps(vars(judge(wanted.sandbox, wanted.database))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
