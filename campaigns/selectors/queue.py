"""*My queue*: a person's own shares, what waits for them first. Nobody else's are ever read here."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects

from accounts.models import Member
from campaigns.models import HeldReason, PointEntry, Review, Share, ShareMedia, ShareState
from campaigns.selectors.places import remember_limits_of, with_limits
from integrations.models import ConnectionState
from integrations.networks import network

S = ShareState
MOST_SHOWN = 100
OLD_SHOWN = 20
WAITING = (S.HELD, S.FAILED)  # for the person
ON_THE_WAY = (S.CLAIMED, S.SENDING, S.UNKNOWN, S.TAKING_DOWN)


@dataclass(frozen=True, slots=True)
class Queue:
    """Each list in the order in which a person wants it."""

    waiting_for_me: tuple[Share, ...]
    on_the_way: tuple[Share, ...]
    planned: tuple[Share, ...]
    drafts: tuple[Share, ...]
    out: tuple[Share, ...]
    over: tuple[Share, ...]

    @property
    def is_empty(self) -> bool:
        return not any((self.waiting_for_me, self.on_the_way, self.planned, self.drafts, self.out, self.over))

    @property
    def only_first_is_out(self) -> bool:
        """One post of this person went out so far, no second, and it still stands there."""
        went_out = [share for share in (*self.on_the_way, *self.out, *self.over) if share.published_at is not None]
        return [share.state for share in went_out] == [S.PUBLISHED]


def queue(member: Member) -> Queue:
    """In a fixed number of queries, however much there is."""
    waiting = _waiting(member)
    ahead = _list(member, [*ON_THE_WAY, S.SCHEDULED], "due_at", "pk", most=2 * MOST_SHOWN)
    drafts = _list(member, [S.DRAFT, S.IN_REVIEW], "-updated_at")
    out = _out(member)
    over = _list(member, [S.WITHDRAWN, S.EXPIRED, S.TAKEN_DOWN], "-updated_at", most=OLD_SHOWN // 2)
    # What the words of a state are made of, besides the share.
    prefetch_related_objects(drafts, Prefetch("reviews", Review.objects.select_related("by")))
    prefetch_related_objects([*waiting, *ahead, *out, *over], "attempts")
    return Queue(
        waiting_for_me=tuple(waiting),
        on_the_way=tuple(share for share in ahead if share.state in ON_THE_WAY)[:MOST_SHOWN],
        planned=tuple(share for share in ahead if share.state == S.SCHEDULED)[:MOST_SHOWN],
        drafts=tuple(drafts),
        out=tuple(out),
        over=tuple(over),
    )


def waiting_count(member: Member) -> int:
    """How many posts wait for this person."""
    return Share.objects.filter(member=member, state__in=WAITING).count()


def can_take_down(share: Share) -> bool:
    """The network removes posts for us, we know which one, and the account is still connected."""
    connection = share.connection
    connected = connection is not None and connection.state == ConnectionState.LIVE
    return connected and bool(share.external_id) and network(share.network).can_remove


def can_be_edited(share: Share) -> bool:
    """A draft, or something that waits and is surely not out."""
    unclear = share.held_reason == HeldReason.COULD_NOT_TELL
    return share.state in (S.DRAFT, S.SCHEDULED, S.HELD, S.FAILED) and not unclear


def _waiting(member: Member) -> list[Share]:
    """With what is said of a post of which its server takes less by now."""
    rows = with_limits(_rows(member)).select_related("item__picture")
    waiting = list(rows.filter(state__in=WAITING).order_by("held_at", "pk")[:MOST_SHOWN])
    remember_limits_of(waiting)
    refused = [share for share in waiting if share.held_reason == HeldReason.SERVER_TAKES_LESS]
    prefetch_related_objects(refused, Prefetch("media_links", ShareMedia.objects.select_related("media")))
    return waiting


def _out(member: Member) -> list[Share]:
    """With whether it earned, which `unearned.py` asks."""
    earned = Exists(PointEntry.objects.filter(share=OuterRef("pk")))
    return list(_rows(member).filter(state=S.PUBLISHED).annotate(earned=earned).order_by("-published_at")[:OLD_SHOWN])


def _list(member: Member, states: list[ShareState], *order: str, most: int = MOST_SHOWN) -> list[Share]:
    return list(_rows(member).filter(state__in=states).order_by(*order)[:most])


def _rows(member: Member) -> QuerySet[Share]:
    rows = Share.objects.filter(member=member).exclude(state__in=[S.DRAFT, S.WITHDRAWN], text="")
    return rows.select_related("item", "connection", "link_code", "organization", "campaign")
