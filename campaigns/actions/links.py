"""Writes tracked codes: reserving one, opening it at the approval, taking a new one.

A destination never changes after the approval. The company may only end a link (`actions/stories.py`).
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.identifiers import ALPHABET
from accounts.tenancy import acting_organization_id
from campaigns.models import LinkCode, Share
from campaigns.refusals import ChangedMeanwhile

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
    """From here on the tracked address answers, and its destination stays. The share is locked.

    Read anew, for the company may have ended it while the approval waited for the lock.
    """
    codes = LinkCode.objects.filter(code=share.link_code_id)
    if codes.filter(ended_at__isnull=False).exists():
        raise ChangedMeanwhile
    codes.filter(live_at=None).update(live_at=now, destination=share.item.destination)


def code_is_stale(share: Share) -> bool:
    """A code that was approved keeps its destination for ever; did it end, or does the story lead elsewhere now?"""
    code = share.link_code
    if code is None or code.live_at is None:
        return False
    return code.ended_at is not None or code.destination != share.item.destination


def renew_code(share: Share) -> None:
    """Take a new code where the old one ended, or leads elsewhere than the story does now."""
    if not code_is_stale(share):
        return
    destination = share.item.destination
    share.link_code = reserve_code(destination) if destination else None
    Share.objects.filter(pk=share.pk).update(link_code=share.link_code)
