"""Writes what a text leaves behind while it waits: keyed hashes, for the comparison with colleagues' texts.

A part of approving. `share_lifecycle.py` deletes them as the share leaves the waiting states.
"""

from __future__ import annotations

from campaigns.models import QueuedWording, Share
from campaigns.wording_hashes import keyed_hashes


def keep_queued_wording(share: Share) -> None:
    """Of a post about a story of the company; what somebody writes of their own is compared with nothing."""
    if share.item.own_of_id is not None:
        return
    hashes = sorted(keyed_hashes(share.text, story=share.item))
    QueuedWording.objects.update_or_create(share=share, defaults={"hashes": hashes})
