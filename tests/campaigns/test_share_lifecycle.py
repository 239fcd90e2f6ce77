"""A share's states: the table against every ordered pair, the one who wins a race, and the drawing shown twice."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.tenancy import acting_in
from campaigns import share_lifecycle
from campaigns.models import Share, ShareMove
from campaigns.share_lifecycle import ENDED, MOVES, IllegalMove, LostRace, ShareState, move, move_many, require_legal
from tests.campaigns.publishing.posting import desk, planned, practice_account

S = ShareState
README = Path(__file__).resolve().parents[2] / "README.md"

# design.md §4, once more and by hand: the table in the code must not drift from it.
TABLE = """
    draft: in_review scheduled withdrawn expired
    in_review: draft withdrawn expired
    scheduled: claimed draft held withdrawn expired
    claimed: sending scheduled held failed withdrawn expired
    sending: published scheduled held failed unknown
    unknown: published scheduled withdrawn held
    held: scheduled draft published withdrawn expired
    failed: draft withdrawn
    published: taking_down
    taking_down: taken_down published
    withdrawn:
    expired:
    taken_down:
"""


def table() -> dict[str, set[str]]:
    rows = (line.split(":") for line in TABLE.split("\n") if line.strip())
    return {name.strip(): set(rest.split()) for name, rest in rows}


def test_the_moves_are_those_of_the_design() -> None:
    assert {str(state): {str(to) for to in targets} for state, targets in MOVES.items()} == table()


@pytest.mark.parametrize("old", list(S))
def test_every_ordered_pair(old: ShareState) -> None:
    for to in S:
        if to in table()[old]:
            require_legal(old, to)
        else:
            with pytest.raises(IllegalMove):
                require_legal(old, to)


def test_what_ended_stays_ended() -> None:
    assert set(ENDED) == {S.WITHDRAWN, S.EXPIRED, S.TAKEN_DOWN}


# Columns that the database asks for in a state (its check constraints repeat the rules).
NEEDED: dict[ShareState, dict[str, Any]] = {
    S.CLAIMED: {"lease_until": timezone.now()},
    S.SENDING: {"lease_until": timezone.now()},
    S.UNKNOWN: {"settle_at": timezone.now()},
    S.HELD: {"held_reason": "late"},
    S.PUBLISHED: {"published_at": timezone.now()},
    S.TAKING_DOWN: {"published_at": timezone.now()},
    S.TAKEN_DOWN: {"published_at": timezone.now()},
}


@pytest.fixture
def share(db: None) -> Iterator[Share]:
    at = desk()
    made = planned(at, practice_account(at))
    with acting_in(at.organization):
        yield made


@pytest.mark.parametrize("old", list(S))
def test_move_writes_state_and_move_or_neither(share: Share, old: ShareState) -> None:
    for to in S:
        Share.objects.filter(pk=share.pk).update(
            **{"lease_until": None, "settle_at": None, "held_reason": "", "published_at": None, **NEEDED.get(old, {})},
            state=old,
        )
        share.refresh_from_db()
        before = ShareMove.objects.count()
        if to in MOVES[old]:
            move(share, to, by=None, because="test", **NEEDED.get(to, {}))
        else:
            with pytest.raises(IllegalMove):
                move(share, to, by=None, because="test", **NEEDED.get(to, {}))
        share.refresh_from_db()
        assert share.state == (to if to in MOVES[old] else old)
        assert ShareMove.objects.count() - before == int(to in MOVES[old])


def test_a_stale_fence_or_state_loses_loudly(share: Share) -> None:
    stale = Share.objects.get(pk=share.pk)
    Share.objects.filter(pk=share.pk).update(fence=7)
    with pytest.raises(LostRace):
        move(stale, S.HELD, by=None, because="test", held_reason="late")
    assert move_many([stale], S.WITHDRAWN, by=None, because="test") == []
    assert ShareMove.objects.filter(because="test").count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_threads_one_moves_it() -> None:
    at = desk()
    share = planned(at, practice_account(at))
    start, won = threading.Barrier(2), []

    def race(to: ShareState, needed: dict[str, Any]) -> None:
        try:
            with acting_in(at.organization):
                mine = Share.objects.get(pk=share.pk)
                start.wait()
                move(mine, to, by=None, because="race", **needed)
            won.append(to)
        except LostRace:
            pass
        finally:
            connection.close()

    threads = [
        threading.Thread(target=race, args=(S.HELD, {"held_reason": "late"})),
        threading.Thread(target=race, args=(S.WITHDRAWN, {})),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with acting_in(at.organization):
        assert [Share.objects.get().state] == won
        assert ShareMove.objects.filter(because="race").count() == 1


def drawing_of(text: str) -> list[str]:
    """The lines of a drawing, without what stands around it."""
    lines = [line for line in text.splitlines() if re.search(r"[─│┌└▲►]", line)]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return [line[indent:].rstrip() for line in lines]


def test_the_readme_shows_the_same_drawing() -> None:
    readme = README.read_text()
    block = next((part for part in readme.split("```") if "CLAIMED" in part and "►" in part), "")
    assert drawing_of(block) == drawing_of(share_lifecycle.__doc__ or "")
