"""What to tell a person about a share that needs them or did not go out: one letter per happening.

Owed in the transaction of the move that causes it. It never says why the company or a colleague did something.
"""

from __future__ import annotations

from typing import Literal

from accounts.letters import owe_letter
from campaigns.models import Share
from integrations.networks import network

What = Literal["held", "expired", "failed", "still_up", "link_ended"]


def owe_notice(share: Share, what: What, *, reason: str = "") -> None:
    """Owe the letter `templates/letters/notice_<what>` about the share as it stands now; once per move."""
    member = share.member
    owe_letter(
        f"notice_{what}",
        to=member.email,
        language=member.language or share.language,
        cause=f"notice:{what}:{share.public_id}:{share.fence}:{share.moves.count()}",
        context={
            "name": member.own_name or member.name,
            "title": share.item.title,
            "network": network(share.network).label if share.network else "",
            "held_reason": share.held_reason,
            "reason": reason or share.held_detail,
            "path": f"/o/{share.organization.slug}/queue/",
        },
    )
