"""Writes tracked codes: reserving one, opening it at the approval, ending it.

A destination never changes after the approval. The company may only end a link, and its author is told.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import require
from accounts.audit import audit
from accounts.identifiers import ALPHABET
from accounts.models import Member
from accounts.roles import Right
from accounts.tenancy import acting_organization_id
from campaigns.models import Item, LinkCode, Share
from campaigns.notices import owe_notice

CODE_LENGTH = 9  # of 31 letters: 44 bits, short enough for any network


def reserve_code(destination: str) -> LinkCode:
    """A tracked address of our own. It answers nothing before the approval."""
    for _try in range(5):
        code = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
        try:
            with transaction.atomic():
                return LinkCode.objects.create(
                    code=code, organization_id=acting_organization_id(), destination=destination
                )
        except IntegrityError:
            continue
    raise RuntimeError("Five codes in a row were taken; this does not happen by chance.")


def open_link(share: Share, *, now: datetime) -> None:
    """From here on the tracked address answers, and its destination stays."""
    if share.link_code_id:
        waiting = LinkCode.objects.filter(code=share.link_code_id, live_at=None)
        waiting.update(live_at=now, destination=share.item.destination)


def code_is_stale(share: Share) -> bool:
    """A code that was approved keeps its destination for ever; is it another than the story's now?"""
    code = share.link_code
    return code is not None and code.live_at is not None and code.destination != share.item.destination


def renew_code(share: Share) -> None:
    """Take a new code where the old one leads elsewhere than the story does now."""
    if not code_is_stale(share):
        return
    destination = share.item.destination
    share.link_code = reserve_code(destination) if destination else None
    Share.objects.filter(pk=share.pk).update(link_code=share.link_code)


def end_links(item: Item, *, by: Member) -> int:
    """End every open link of a story; each author of a post that is out is told. Answers how many ended."""
    require(by, Right.CURATE)
    now = timezone.now()
    with transaction.atomic():
        shares = Share.objects.select_related("member__user", "item", "organization", "link_code")
        ending = list(shares.filter(item=item, link_code__live_at__isnull=False, link_code__ended_at=None))
        LinkCode.objects.filter(code__in=[share.link_code_id for share in ending]).update(ended_at=now)
        for share in ending:
            if share.published_at is not None:
                owe_notice(share, "link_ended")
        audit("end_links", by=by, subject=f"item {item.public_id}")
    return len(ending)
