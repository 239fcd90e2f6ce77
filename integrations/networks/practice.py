"""The practice network: the whole road, visible to nobody. It calls nothing and keeps nothing.

A new company and a new employee walk every step here; a post "arrives" the moment it is sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import regex
from django.utils.translation import gettext_noop

from integrations.network_settings import NetworkSettings, declare
from integrations.networks.base import (
    Absent,
    Account,
    AfterUnknown,
    AnimationLimits,
    DocumentLimits,
    Finding,
    Grant,
    Limits,
    Network,
    NoSignIn,
    Outcome,
    Post,
    Published,
    Refresh,
    Refreshed,
    Removal,
    Removed,
    Revocation,
    Revoked,
    Uploaded,
    VideoLimits,
)

KEY = "practice"
DEFAULTS = declare(NetworkSettings(key=KEY, text_limit=3_000, settle=timedelta(seconds=5)))


class Practice(Network):
    key = KEY
    label = "Practice"
    opens = gettext_noop("Today. It costs nothing.")
    documentation = ""
    limits = Limits(
        text=3_000,
        pictures=4,
        picture_types=("image/jpeg", "image/png", "image/gif", "image/webp"),
        alt_text=1_500,
        animation=AnimationLimits(bytes=500_000_000),
        video=VideoLimits(bytes=500_000_000, seconds=1_800, alt_text=1_500),
        document=DocumentLimits(bytes=500_000_000, pages=300),
    )
    after_unknown = AfterUnknown.REPLAY  # nothing is kept, so a repeat is harmless
    settle = DEFAULTS.settle
    posts_publicly = False

    def sign_in(self, server: str = "") -> NoSignIn:
        return NoSignIn()

    def profile(self, grant: Grant) -> Account:
        return Account(id=grant.account_id or KEY, handle=KEY, name=self.label)

    def length(self, text: str) -> int:
        return len(regex.findall(r"\X", text))

    def publish(self, post: Post, grant: Grant, attempt_key: str, uploaded: Uploaded) -> Outcome:
        return Published(f"{KEY}:{attempt_key}", "")

    def find(self, post: Post, grant: Grant, attempt_key: str, since: datetime) -> Finding:
        return Absent()

    def remove(self, external_id: str, grant: Grant) -> Removal:
        return Removed()

    def refresh(self, grant: Grant) -> Refresh:
        return Refreshed(grant)

    def revoke(self, grant: Grant) -> Revocation:
        return Revoked()
