"""The balance of every company and day, from three sources that share no column (design.md §5.9).

Moves (ShareMove), present states (Share) and sends (Attempt, Statement) are counted apart and compared here. The day
only groups: it is the day a share's draft was made. Reads across companies as the engine's role; changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from accounts.tenancy import across_organizations
from campaigns.share_lifecycle import ShareState

DAYS = 35  # a share lives at most a day behind its time, and is planned at most a month ahead


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """Something that does not add up; `expected` by the first source, `found` by the second."""

    organization_id: int
    day: date
    what: str
    expected: int
    found: int


Key = tuple[int, date]
Counts = dict[Key, dict[str, int]]

# Source 1: what moved. `entered` are shares that were ever planned; each state's flow is what came minus what went.
_MOVES = """
    SELECT move.organization_id, (share.created_at AT TIME ZONE 'UTC')::date, flow.what, sum(flow.number)
      FROM campaigns_sharemove AS move
      JOIN campaigns_share AS share ON share.id = move.share_id
     CROSS JOIN LATERAL (VALUES (move.to_state, 1), (move.from_state, -1)) AS flow (what, number)
     WHERE share.created_at >= statement_timestamp() - make_interval(days => %(days)s)
     GROUP BY 1, 2, 3
    UNION ALL
    SELECT move.organization_id, (share.created_at AT TIME ZONE 'UTC')::date, 'entered', count(DISTINCT move.share_id)
      FROM campaigns_sharemove AS move
      JOIN campaigns_share AS share ON share.id = move.share_id
     WHERE share.created_at >= statement_timestamp() - make_interval(days => %(days)s)
       AND move.to_state = 'scheduled'
     GROUP BY 1, 2
"""
# Source 2: what stands, of all shares and of those that were ever approved.
_STATES = """
    SELECT organization_id, (created_at AT TIME ZONE 'UTC')::date, state, count(*)
      FROM campaigns_share AS share
     WHERE created_at >= statement_timestamp() - make_interval(days => %(days)s)
     GROUP BY 1, 2, 3
    UNION ALL
    SELECT organization_id, (created_at AT TIME ZONE 'UTC')::date, 'approved', count(*)
      FROM campaigns_share AS share
     WHERE created_at >= statement_timestamp() - make_interval(days => %(days)s)
       AND EXISTS (SELECT FROM campaigns_approval AS approval WHERE approval.share_id = share.id)
     GROUP BY 1, 2
"""
# Source 3: what was sent and said, and sends without an approval of their hash.
_SENDS = """
    SELECT share.organization_id, (share.created_at AT TIME ZONE 'UTC')::date, 'out', count(*)
      FROM campaigns_share AS share
     WHERE share.created_at >= statement_timestamp() - make_interval(days => %(days)s)
       AND (EXISTS (SELECT FROM campaigns_attempt AS attempt
                     WHERE attempt.share_id = share.id AND attempt.outcome = 'published')
            OR EXISTS (SELECT FROM campaigns_statement AS statement
                        WHERE statement.share_id = share.id AND statement.kind IN ('found', 'confirmed')))
     GROUP BY 1, 2
    UNION ALL
    SELECT attempt.organization_id, (share.created_at AT TIME ZONE 'UTC')::date, 'unapproved', count(*)
      FROM campaigns_attempt AS attempt
      JOIN campaigns_share AS share ON share.id = attempt.share_id
      JOIN campaigns_approval AS approval ON approval.id = attempt.approval_id
     WHERE share.created_at >= statement_timestamp() - make_interval(days => %(days)s)
       AND (approval.share_id <> attempt.share_id OR approval.sha256 <> attempt.post_sha256
            OR attempt.intent_at < approval.window_start OR attempt.intent_at >= approval.window_end
            OR approval.ended_at < attempt.intent_at)
     GROUP BY 1, 2
"""
# One statement, so that all three are counted at the same instant.
_ALL = f"""
    SELECT 'moves', moves.* FROM ({_MOVES}) AS moves
    UNION ALL SELECT 'states', states.* FROM ({_STATES}) AS states
    UNION ALL SELECT 'sends', sends.* FROM ({_SENDS}) AS sends
"""  # noqa: S608  # built of constants of ours
OUT = (ShareState.PUBLISHED, ShareState.TAKING_DOWN, ShareState.TAKEN_DOWN)


def differences(*, days: int = DAYS) -> list[Difference]:
    """Everything that does not add up; empty when the books balance. One snapshot over all three sources."""
    with across_organizations(reason="watchdog: the balance of every company"), connection.cursor() as cursor:
        cursor.execute(_ALL, {"days": days})
        rows = cursor.fetchall()
    moves, states, sends = (_counts(row[1:] for row in rows if row[0] == name) for name in ("moves", "states", "sends"))
    found = [
        difference
        for key in sorted({*moves, *states, *sends})
        for difference in _compare(key, moves[key], states[key], sends[key])
    ]
    return sorted(found)


def _counts(rows: Iterable[tuple[int, date, str, int]]) -> Counts:
    counts: Counts = defaultdict(lambda: defaultdict(int))
    for organization_id, day, what, number in rows:
        counts[organization_id, day][what] += int(number)
    return counts


def _compare(key: Key, moves: dict[str, int], states: dict[str, int], sends: dict[str, int]) -> list[Difference]:
    pairs = [("entered", moves["entered"], states["approved"])]
    # A draft is born without a move; every other state holds exactly what came in and did not leave.
    pairs += [(f"now {state}", moves[state], states[state]) for state in ShareState if state != ShareState.DRAFT]
    pairs.append(("published", sends["out"], sum(states[state] for state in OUT)))
    pairs.append(("sent without approval", 0, sends["unapproved"]))
    return [Difference(*key, what, expected, found) for what, expected, found in pairs if expected != found]
