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


def lines(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def same(canonical: Line, accepted: Line) -> bool:
    """Does what the network stored equal what was approved, in everything that this network shows?"""
    media = [[one["sha256"], one["alt_text"]] for one in canonical["media"]]
    if (canonical["account_id"], canonical["text"], media) != (
        accepted["account_id"],
        accepted["text"],
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
    approvals, states, unclear = read(database)
    accepted = [line for line in lines(sandbox / "acceptances.jsonl") if "removed" not in line and not line["replay"]]
    faults = lines(sandbox / "faults.jsonl")
    by_text: dict[tuple[str, str], list[Approval]] = defaultdict(list)
    for approval in approvals:
        by_text[approval.canonical["network"], approval.canonical["text"]].append(approval)
    verdict = Verdict(accepted=len(accepted), approved=len(approvals), faults=len(faults), unclear_by_kill=unclear)
    copies: Counter[int] = Counter()
    for line in accepted:
        candidates = by_text[line["network"], line["text"]]
        verdict.unapproved += not any(same(one.canonical, line) and one.covers(line) for one in candidates)
        copies.update({one.share for one in candidates})
    verdict.extra = sum(number - 1 for number in copies.values())
    due = {
        one.share for one in approvals if one.ended_at is None and one.window[0] <= datetime.now(one.window[0].tzinfo)
    }
    verdict.lost = sum(states[share][0] not in SHOWS_WHY for share in due if not copies[share])
    verdict.held = dict(Counter(KINDS[network] for state, network in states.values() if state == "held"))
    verdict.faults_by_name = dict(Counter(line["fault"] for line in faults))
    opaque = [line for line in faults if KINDS[line["network"]] == "opaque" and line["fault"] in AMBIGUOUS]
    verdict.held_opaque_allowed = len(opaque) + unclear
    return verdict


def read(database: str) -> tuple[list[Approval], dict[int, tuple[str, str]], int]:
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
        cursor.execute(
            "SELECT count(*) FROM campaigns_sharemove AS move JOIN campaigns_share AS share ON share.id = move.share_id"
            " WHERE move.to_state = 'unknown' AND move.because = 'lease_over' AND share.network = 'linkedin'"
        )
        ((cut_off,),) = cursor.fetchall()
    return approvals, states, cut_off


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.judge", description=__doc__)
    parser.add_argument("--sandbox", type=Path, required=True)
    parser.add_argument("--database", required=True)
    wanted = parser.parse_args(words)
    sys.stdout.write(json.dumps(vars(judge(wanted.sandbox, wanted.database))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
