"""Keyed hashes of shingles, so that queued texts can be compared with and never read (design.md, promise 6).

The key is made again from the installation's for each company and story, as `accounts/derived_secrets.py` makes its
secrets: no row holds it, and hashes of two stories have nothing in common.
"""

from __future__ import annotations

import hmac

from django.utils.crypto import salted_hmac

from campaigns.closeness_rules import shingles_of
from campaigns.models import Item

BYTES = 8  # in 64 bits, two different shingles of one story meet by chance once in a hundred million stories


def keyed_hashes(text: str, *, story: Item) -> frozenset[int]:
    """Of the words that are the author's: the story's title is everybody's."""
    identity = f"{story.organization_id}:{story.public_id}"
    key = salted_hmac("campaigns.queued-wording", identity, algorithm="sha256").digest()
    own = shingles_of(text) - shingles_of(story.title)
    return frozenset(_hash(key, shingle) for shingle in own)


def _hash(key: bytes, shingle: str) -> int:
    return int.from_bytes(hmac.digest(key, shingle.encode(), "sha256")[:BYTES], "big", signed=True)
