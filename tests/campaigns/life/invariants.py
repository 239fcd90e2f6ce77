"""What holds after every step of any life of a share (reliability.md §3): judged from rows and the sandbox's file.

It never asks the engine what it thinks happened.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import Errand, ErrandState
from accounts.tenancy import across_organizations, acting_in
from campaigns.canonical import post_of
from campaigns.models import Approval, Attempt, HeldReason, Share, ShareMove, ShareState
from campaigns.share_lifecycle import MOVES
from tests.campaigns.life.stage import Stage
from tests.integrations.sandbox.rig import Body

S = ShareState
OUT = (S.PUBLISHED, S.TAKING_DOWN, S.TAKEN_DOWN)
OVER = (S.DRAFT, S.FAILED, S.WITHDRAWN, S.EXPIRED)  # who begins again after a restore does so knowingly
WORKING = (S.CLAIMED, S.SENDING)
CLOCKS: Mapping[str, tuple[str, ...]] = {
    S.SCHEDULED: ("due_at",),
    S.CLAIMED: ("due_at", "lease_until"),
    S.SENDING: ("due_at", "lease_until"),
    S.UNKNOWN: ("settle_at",),
    S.HELD: ("held_at", "held_reason"),
    **dict.fromkeys(OUT, ("published_at",)),
}
Row = Mapping[str, Any]
COLUMNS = (
    "pk",
    "organization_id",
    "public_id",
    "state",
    *sorted({name for names in CLOCKS.values() for name in names}),
)
READABLE = ("campaign", "connection", "approval")  # to the engine; composite keys stand guard over all others
JOINED = tuple(f"{key}__organization_id" for key in READABLE)


@dataclass
class Judge:
    """Remembers what went out, over one example."""

    stage: Stage
    copies: Counter[int] = field(default_factory=Counter)  # by share
    texts: set[str] = field(default_factory=set)  # everything that went out
    seen: int = 0  # the last move judged
    present: dict[int, str] = field(default_factory=dict)  # by share: where its moves have brought it

    def look(self) -> None:
        for line in self.stage.new_lines():
            self._accepted(line)
        with across_organizations(reason="test: every row of every company"):
            rows = list(Share.objects.values(*COLUMNS, *JOINED))
            moves = ShareMove.objects.filter(id__gt=self.seen).order_by("id")
            made = list(moves.values_list("id", "share_id", "from_state", "to_state"))
        self._moves_are_legal(made, {row["pk"]: row["state"] for row in rows})
        self._every_row_has_a_clock(rows)
        self._rows_are_of_one_company(rows)

    # --- at most once, and only what was approved --------------------------------------------------

    def _accepted(self, line: Body) -> None:
        """One public post, at the latest one step after it was accepted."""
        for at in self.stage.desks:
            with acting_in(at.organization):
                approvals = [one for one in _approvals() if _same(one, line)]
                if not approvals:
                    continue
                share = approvals[0].share
                assert {one.share_id for one in approvals} == {share.pk}
                sent = [attempt for one in approvals for attempt in _intents(one, by=_at(line))]
                assert sent, f"Posted without a live approval of it: {line['text']!r}"
                assert post_of(share).digest() in {one.post_sha256 for one in sent}, "Posted what the rows do not say."
                self.copies[share.pk] += 1
                self.texts.add(line["text"])
                # The sandbox's look-ups tell the truth and the model's person looks before they answer,
                # so that "absent in between" never excuses a second copy here.
                assert self.copies[share.pk] == 1, f"Posted {self.copies[share.pk]} times: {line['text']!r}"
                return
        raise AssertionError(f"Posted, and nobody ever approved it: {line['text']!r}")

    def the_database_was_restored(self) -> None:
        """What came after the backup is forgotten here, and not out there: what stands approved may be out."""
        self.seen, self.present = 0, {}
        out = self.texts.copy()
        self.copies.clear()
        for at, pk in self.stage.ids():
            with acting_in(at.organization):
                standing = Share.objects.exclude(state__in=OVER).filter(pk=pk).exists()
                approved = [json.loads(one.canonical)["text"] for one in Approval.objects.filter(share=pk)]
            if standing and out & set(approved):
                self.copies[pk] = 1

    # --- rows ---------------------------------------------------------------------------------------

    def _moves_are_legal(self, made: Iterable[tuple[int, int, str, str]], states: Mapping[int, str]) -> None:
        for pk, share, old, new in made:
            assert old == self.present.get(share, S.DRAFT), f"A move from {old}, where it was not."
            assert S(new) in MOVES[S(old)], f"{old} to {new} is no legal move."
            self.present[share], self.seen = new, pk
        told = {share: self.present.get(share, S.DRAFT) for share in states}
        assert states == told, "A state that no move led to."

    def _every_row_has_a_clock(self, rows: Sequence[Row]) -> None:
        for row in rows:
            assert all(row[column] for column in CLOCKS.get(row["state"], ())), f"No clock: {row}"
            if row["state"] == S.TAKING_DOWN:
                with acting_in(row["organization_id"]):
                    owed = Errand.objects.filter(kind="take_down", state=ErrandState.WAITING)
                    asked = owed.filter(payload__share=row["public_id"])
                    assert asked.exists(), "Being taken down, and nobody does it."

    @staticmethod
    def _rows_are_of_one_company(rows: Sequence[Row]) -> None:
        for row in rows:
            for key in READABLE:
                theirs = row[f"{key}__organization_id"]
                assert theirs in (None, row["organization_id"]), f"The {key} of share {row['pk']} is another company's."

    def lives(self) -> str:
        return "\n".join(_life(self.stage.share(at, pk)) for at, pk in self.stage.ids())

    # --- at rest ------------------------------------------------------------------------------------

    def at_rest(self) -> None:
        """All clocks ran out and all workers are done: what was approved is out once, or a person sees why not."""
        for at, pk in self.stage.ids():
            share = self.stage.share(at, pk)
            told = f"{share.state} {share.held_reason}, accepted {self.copies[share.pk]} times; {_life(share)}"
            if share.state in OUT:
                assert self.copies[share.pk] == 1, told
            elif self.copies[share.pk]:
                asked = share.state == S.HELD and share.held_reason == HeldReason.COULD_NOT_TELL
                assert asked or share.member.left_at is not None, told  # who leaves is asked nothing more
            assert share.state not in (S.SCHEDULED, *WORKING, S.UNKNOWN), f"Still on its way: {told}"


def _life(share: Share) -> str:
    """For a reader of a failure."""
    with acting_in(share.organization_id):
        moves = [f"{one.to_state}({one.because})" for one in share.moves.order_by("id")]
        sends = [f"{one.outcome or 'open'}" for one in share.attempts.order_by("id")]
        found = [one.kind for one in share.statements.order_by("id")]
    return f"{share.network} share {share.pk}: {' '.join(moves)}; sends {sends}; found {found}"


def _approvals() -> list[Approval]:
    return list(Approval.objects.select_related("share__item__picture", "share__connection", "share__link_code"))


def _same(approval: Approval, line: Body) -> bool:
    post = json.loads(approval.canonical)
    return bool((post["network"], post["account_id"], post["text"]) == _told(line))


def _told(line: Body) -> tuple[str, str, str]:
    return line["network"], line["account_id"], line["text"]


def _intents(approval: Approval, *, by: datetime) -> list[Attempt]:
    """Sends that can have led to this, and were decided while the approval stood and in its window."""
    return [
        attempt
        for attempt in Attempt.objects.filter(approval=approval, intent_at__lte=by)
        if approval.window_start <= attempt.intent_at < approval.window_end
        and (approval.ended_at is None or approval.ended_at > attempt.intent_at)
    ]


def _at(line: Body) -> datetime:
    return datetime.fromisoformat(line["at"])
