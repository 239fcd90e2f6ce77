"""What to tell a person about a share that needs them or did not go out: one notice and one letter per happening.

Owed in the transaction of the move that causes it. It never says why the company or a colleague did something.
"""

from __future__ import annotations

from typing import Literal

from django.utils import translation

from accounts.letters import language_of
from accounts.models import Member
from accounts.telling import tell
from campaigns.activity_rules import is_at_a_network
from campaigns.models import HeldReason, Share
from campaigns.selectors.places import where_to

What = Literal["held", "expired", "failed", "still_up", "link_ended", "review_passed", "sent_back", "was_out"]
PAGES = {"review_passed": "shares/{share}/approve/", "sent_back": "shares/{share}/"}  # of the others: the queue
BY_HAND = "shares/{share}/by-hand/"  # the text ready to copy


def has_left(share: Share) -> bool:
    """Asked of the database: the row at hand may have been read before its person left."""
    return Member.objects.filter(pk=share.member_id, left_at__isnull=False).exists()


def _page(share: Share, what: What) -> str:
    is_time = what == "held" and share.held_reason == HeldReason.BY_HAND
    return (BY_HAND if is_time else PAGES.get(what, "queue/")).format(share=share.public_id)


def _place_name(share: Share, language: str) -> str:
    with translation.override(language):
        return where_to(share).label if share.network else ""


def owe_notice(share: Share, what: What, *, reason: str = "", reader: str = "") -> None:
    """Tell of `templates/letters/notice_<what>`, about the share as it stands now; once per move.

    Nobody who has left is written to: their receipt says that mails have stopped.
    """
    if has_left(share):
        return
    member = share.member
    tell(
        member,
        f"notice_{what}",
        language=language_of(member),
        cause=f"notice:{what}:{share.public_id}:{share.fence}:{share.moves.count()}",
        context={
            "share": share.public_id,
            "name": member.own_name or member.name,
            "title": share.item.title,
            "network": _place_name(share, language_of(member)),
            "deed": is_at_a_network(share.item.asks),  # as the queue speaks of it (`selectors/deed_words.py`)
            "has_words": bool(share.text),
            "held_reason": share.held_reason,
            "reason": reason or share.held_detail,
            "reader": reader,
            "path": f"/o/{share.organization.slug}/" + _page(share, what),
        },
    )
