"""The life of a share: its states, the legal moves, and the only code that writes `Share.state`.

    DRAFT ─► (IN_REVIEW ─► DRAFT) ─► SCHEDULED ─► CLAIMED ─► SENDING ─► PUBLISHED ─► TAKING_DOWN ─► TAKEN_DOWN
                                       ▲   ▲         │          ├─► UNKNOWN ─► PUBLISHED | SCHEDULED | HELD | WITHDRAWN
                                       │   └─────────┘ lease    ├─► HELD ─► SCHEDULED | DRAFT | PUBLISHED (the person says so)
                                       └────────────────────────┴─► FAILED ─► DRAFT            any waiting state ─► WITHDRAWN | EXPIRED

CLAIMED is a lease with nothing sent. SENDING means that the intent is committed: no timer returns it
to SCHEDULED. UNKNOWN is never sent again before the network shows that nothing was published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import Member
    from campaigns.models import Share


class ShareState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    SCHEDULED = "scheduled", _("Planned")
    CLAIMED = "claimed", _("About to go out")
    SENDING = "sending", _("Going out")
    UNKNOWN = "unknown", _("We could not tell")
    HELD = "held", _("Waiting for you")
    FAILED = "failed", _("Not posted")
    PUBLISHED = "published", _("Posted")
    TAKING_DOWN = "taking_down", _("Being taken down")
    TAKEN_DOWN = "taken_down", _("Taken down")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Too late")


S = ShareState

MOVES: Mapping[ShareState, frozenset[ShareState]] = {
    S.DRAFT: frozenset({S.IN_REVIEW, S.SCHEDULED, S.WITHDRAWN, S.EXPIRED}),
    S.IN_REVIEW: frozenset({S.DRAFT, S.WITHDRAWN, S.EXPIRED}),
    S.SCHEDULED: frozenset({S.CLAIMED, S.DRAFT, S.HELD, S.WITHDRAWN, S.EXPIRED}),
    S.CLAIMED: frozenset({S.SENDING, S.SCHEDULED, S.HELD, S.FAILED, S.WITHDRAWN, S.EXPIRED}),
    S.SENDING: frozenset({S.PUBLISHED, S.SCHEDULED, S.HELD, S.FAILED, S.UNKNOWN}),
    S.UNKNOWN: frozenset({S.PUBLISHED, S.SCHEDULED, S.HELD, S.WITHDRAWN}),
    S.HELD: frozenset({S.SCHEDULED, S.DRAFT, S.PUBLISHED, S.WITHDRAWN, S.EXPIRED}),
    S.FAILED: frozenset({S.DRAFT, S.WITHDRAWN}),
    S.PUBLISHED: frozenset({S.TAKING_DOWN}),
    S.TAKING_DOWN: frozenset({S.TAKEN_DOWN, S.PUBLISHED}),
    S.TAKEN_DOWN: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.EXPIRED: frozenset(),
}

IN_FLIGHT = (S.CLAIMED, S.SENDING, S.UNKNOWN)  # at most one a connection; the partial unique index is the judge
WAITING = (S.DRAFT, S.IN_REVIEW, S.SCHEDULED, S.CLAIMED, S.HELD)  # may be withdrawn by the person
PLANNED = (S.SCHEDULED, S.CLAIMED, S.HELD)  # approved once and not yet out
APPROVED_AND_NOT_OUT = (*PLANNED, S.SENDING, S.UNKNOWN)  # as long as this, keyed hashes of the text are kept
ENDED = tuple(state for state in S if not MOVES[state])


class HeldReason(models.TextChoices):
    """Why a share waits for its person. The sentences stand in `campaigns/selectors/share_words.py`."""

    RECONNECT = "reconnect", _("The network asks you to connect again")
    BY_HAND = "by_hand", _("It is time to post it yourself")
    LATE = "late", _("It is late")
    STORY_CHANGED = "story_changed", _("The page it links to was changed")
    APPROVAL_CHANGED = "approval_changed", _("The post is not what you approved")
    COULD_NOT_TELL = "could_not_tell", _("We could not tell whether it went out")
    FROZEN = "frozen", _("Posting was stopped for a while")
    NOT_TAKING_PART = "not_taking_part", _("You do not take part at present")
    CAMPAIGN_CLOSED = "campaign_closed", _("The campaign has ended")
    EMBARGO = "embargo", _("Nothing of this story may go out yet")
    MONTH_IS_SPENT = "month_is_spent", _("This month's money for the network is spent")
    SERVER_TAKES_LESS = "server_takes_less", _("The server takes less than when it was approved")


class IllegalMove(ValueError):
    """A move that the table does not hold."""


class LostRace(RuntimeError):
    """Somebody else moved the share first; nothing was changed."""


# What a share does not keep when it leaves a state.
_LEAVING: Mapping[ShareState, Mapping[str, Any]] = {
    S.HELD: {"held_reason": "", "held_detail": "", "held_at": None},
    S.CLAIMED: {"lease_until": None},
    S.SENDING: {"lease_until": None},
    S.UNKNOWN: {"settle_at": None},
}


def require_legal(old: str, to: ShareState) -> None:
    if to not in MOVES[ShareState(old)]:
        raise IllegalMove(f"A share cannot go from {old} to {to}.")


def move(share: Share, to: ShareState, *, by: Member | None, because: str, **changes: Any) -> None:
    """Move one share, write its `ShareMove` row and the other columns of the same step.

    `by` is None for the engine. Raises `IllegalMove` against the table and `LostRace` where the row is
    no longer in the state and fence that `share` shows. Runs inside the caller's transaction.
    """
    moved = move_many([share], to, by=by, because=because, **changes)
    if not moved:
        raise LostRace(f"This share is no longer {share.state}.")


def move_many(
    shares: Iterable[Share], to: ShareState, *, by: Member | None, because: str, **changes: Any
) -> list[Share]:
    """Move several shares that stand in memory; answers those that were still where they were shown."""
    share_model, move_model = apps.get_model("campaigns", "Share"), apps.get_model("campaigns", "ShareMove")
    moved: list[Share] = []
    for share in shares:
        old = ShareState(share.state)
        require_legal(old, to)
        columns = {"state": to, **_LEAVING.get(old, {}), **changes}
        unchanged = share_model.objects.filter(pk=share.pk, state=old, fence=share.fence)
        if unchanged.update(**columns) == 0:
            continue
        move_model.objects.create(
            share=share, from_state=old, to_state=to, by=by, because=because, fence=columns.get("fence", share.fence)
        )
        for name, value in columns.items():
            setattr(share, name, value)
        moved.append(share)
        _forget_wordings([share], old, to)
    return moved


def move_together(changes: Sequence[tuple[Share, Mapping[str, Any]]], to: ShareState, *, because: str) -> None:
    """Move locked shares of one state in one statement, each with its own columns: the engine's hot road.

    Every change names the same columns, with plain values. All of them move, or `LostRace` undoes the whole.
    """
    if not changes:
        return
    (old,) = {ShareState(share.state) for share, _columns in changes}
    require_legal(old, to)
    rows = [(share, {**_LEAVING.get(old, {}), **columns}) for share, columns in changes]
    if (moved := _update_each(rows, old, to, because)) != len(rows):
        raise LostRace(f"{len(rows) - moved} of these shares are no longer {old}.")
    for share, columns in rows:
        for name, value in {"state": to, **columns}.items():
            setattr(share, name, value)
    _forget_wordings([share for share, _columns in rows], old, to)


def _forget_wordings(shares: Sequence[Share], old: ShareState, to: ShareState) -> None:
    """What is out, or waits no more, is compared with no more (design.md, promise 6)."""
    if old in APPROVED_AND_NOT_OUT and to not in APPROVED_AND_NOT_OUT:
        kept = apps.get_model("campaigns", "QueuedWording").objects
        kept.filter(share__in=[share.pk for share in shares]).delete()


def _update_each(rows: Sequence[tuple[Share, Mapping[str, Any]]], old: ShareState, to: ShareState, because: str) -> int:
    """Both writings in one statement; answers how many rows moved."""
    fields = [apps.get_model("campaigns", "Share")._meta.get_field(name) for name in rows[0][1]]
    names = "".join(f', "{field.name}"' for field in fields)
    # Without its length: a cast to varchar(300) would cut what is longer, where writing it is an error.
    kinds = ["bigint", "bigint", *(str(field.db_type(connection)).partition("(")[0] for field in fields)]
    one = "(" + ", ".join(f"%s::{kind}" for kind in kinds) + ")"
    values: list[Any] = []
    for share, columns in rows:
        values += [share.pk, share.fence]
        values += [field.get_db_prep_save(columns[field.name], connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH moved AS (
                UPDATE campaigns_share AS share
                   SET state = '{to}'{"".join(f', "{field.name}" = new."{field.name}"' for field in fields)}
                  FROM (VALUES {", ".join([one] * len(rows))}) AS new (id, fence{names})
                 WHERE share.id = new.id AND share.fence = new.fence AND share.state = '{old}'
                RETURNING share.id, share.organization_id, share.fence)
            INSERT INTO campaigns_sharemove (organization_id, share_id, from_state, to_state, because, fence, at)
            SELECT organization_id, id, '{old}', '{to}', %s, fence, statement_timestamp() FROM moved
            """,  # noqa: S608  # states, and columns of the model
            [*values, because],
        )
        moved: int = cursor.rowcount
    return moved


def claim_statements(chosen: str) -> str:
    """Two parts of a claim's `WITH`: `taken` moves the chosen shares to CLAIMED, `told` writes their moves.

    `chosen` is an earlier part that answers `id`s; `%(lease)s` are seconds. Only the engine's claim runs it
    (`campaigns/publishing/claim.py`): over many companies at once, a move a row would be too slow.
    """
    require_legal(S.SCHEDULED, S.CLAIMED)
    return f"""
    taken AS (
        UPDATE campaigns_share AS share
           SET state = '{S.CLAIMED}', fence = share.fence + 1, claims = share.claims + 1,
               lease_until = statement_timestamp() + make_interval(secs => %(lease)s),
               updated_at = statement_timestamp()
          FROM {chosen} AS chosen
         WHERE share.id = chosen.id AND share.state = '{S.SCHEDULED}'
        RETURNING share.id, share.organization_id, share.connection_id, share.network, share.fence
    ),
    told AS (
        INSERT INTO campaigns_sharemove (organization_id, share_id, from_state, to_state, because, fence, at)
        SELECT organization_id, id, '{S.SCHEDULED}', '{S.CLAIMED}', 'due', fence, statement_timestamp() FROM taken
    )"""  # noqa: S608  # built of constants of ours
