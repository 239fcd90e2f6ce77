"""Many planned shares from one: what a person approved through actions, copied with other words, link and time.

Approving is the slow part of a world; a copy costs one millisecond. Hash, link, moves and window of a copy are as an
approval writes them, and the engine rebuilds and checks all of it before it sends: a wrong copy would be held.
"""

from __future__ import annotations

import copy
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts.identifiers import ALPHABET, new_public_id
from campaigns.canonical import pictures_of, post_of
from campaigns.models import Approval, LinkCode, Share, ShareMedia, ShareMove
from campaigns.time_rules import wall_of, zone_named
from integrations.networks import network
from integrations.networks.media import Medium

_SCHEDULE = """
    UPDATE campaigns_share AS share SET state = 'scheduled', approval_id = approval.id
      FROM campaigns_approval AS approval
     WHERE approval.share_id = share.id AND approval.organization_id = %(organization)s
       AND share.organization_id = %(organization)s AND share.id = ANY(%(ids)s)
"""


@dataclass(frozen=True)
class Wish:
    """One copy: its words, and when it is to go out."""

    text: str
    due_at: datetime


def copies_of(planned: Share, wishes: Iterable[Wish]) -> list[Share]:
    """As if its person had approved each of these as well. Inside `acting_in`."""
    approval = planned.approval
    assert approval is not None
    wanted, now = list(wishes), timezone.now()
    codes = [_code(planned, now) for _ in wanted]
    LinkCode.objects.bulk_create([code for code in codes if code is not None])
    made = Share.objects.bulk_create(
        [_draft(planned, wish, code, now) for wish, code in zip(wanted, codes, strict=True)]
    )
    _with_pictures(planned, made)
    late = approval.window_end - approval.window_start
    media = pictures_of(planned)
    Approval.objects.bulk_create([_approval(share, media, approval, late) for share in made])
    with connection.cursor() as cursor:
        cursor.execute(_SCHEDULE, {"organization": planned.organization_id, "ids": [share.pk for share in made]})
    ShareMove.objects.bulk_create(
        [
            ShareMove(share=share, from_state="draft", to_state="scheduled", by=planned.member, because="approved")
            for share in made
        ]
    )
    return made


def _code(planned: Share, now: datetime) -> LinkCode | None:
    like = planned.link_code
    if like is None:
        return None
    letters = "".join(secrets.choice(ALPHABET) for _ in range(9))
    return LinkCode(code=letters, organization_id=like.organization_id, destination=like.destination, live_at=now)


def _draft(planned: Share, wish: Wish, code: LinkCode | None, now: datetime) -> Share:
    share = copy.copy(planned)  # Django copies what belongs to the row's state as well
    share.pk, share._state.adding = None, True  # noqa: SLF001  # Django's own recipe for copying a row
    share.public_id, share.attempt_key = new_public_id(), uuid.uuid4()
    share.state, share.approval = "draft", None
    share.text, share.link_code = wish.text, code
    share.due_at = wish.due_at
    share.wall_time = wall_of(wish.due_at, zone_named(planned.time_zone))
    share.rkey, share.post_created_at = network(planned.network).fix_identity(now)
    return share


def _with_pictures(planned: Share, made: list[Share]) -> None:
    links = list(planned.media_links.select_related("media"))
    ShareMedia.objects.bulk_create(
        [
            ShareMedia(share=share, media=link.media, position=link.position, alt_text=link.alt_text)
            for share in made
            for link in links
        ]
    )


def _approval(share: Share, media: tuple[Medium, ...], like: Approval, late: timedelta) -> Approval:
    post = post_of(share, media)
    assert share.due_at is not None
    return Approval(
        share=share,
        member=like.member,
        connection=like.connection,
        canonical=post.canonical().decode(),
        sha256=post.digest(),
        window_start=share.due_at,
        window_end=share.due_at + late,
        door=like.door,
    )
