"""The control of S7: an engine that asks for consent when a post is scheduled, and never again.

It takes everything along that is planned, post and grant, sets its timers, and sends. It lives in this rig alone.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import django

django.setup()

from django.db import connection  # noqa: E402  # Django must be set up before its models are imported
from django.utils import timezone  # noqa: E402

from accounts.tenancy import across_organizations, acting_in  # noqa: E402
from campaigns.canonical import post_of  # noqa: E402
from campaigns.models import Attempt, Share  # noqa: E402
from integrations.networks import network  # noqa: E402
from integrations.networks.base import Grant, Post, Uploaded  # noqa: E402
from integrations.tokens import open_grant  # noqa: E402

THREADS = 16
SOON = "SELECT DISTINCT organization_id FROM campaigns_share WHERE state = 'scheduled' AND due_at < %s"
AHEAD = timedelta(hours=1)


@dataclass(frozen=True)
class Timer:
    share: Share
    post: Post
    grant: Grant

    def ring(self) -> None:
        assert self.share.due_at is not None
        time.sleep(max((self.share.due_at - timezone.now()).total_seconds(), 0.0))
        if self.post.media:
            return  # a picture needs more than a timer; the others are control enough
        attempt = self._attempt()
        network(self.post.network).publish(self.post, self.grant, str(self.share.attempt_key), Uploaded())
        with acting_in(self.share.organization_id):
            Attempt.objects.filter(pk=attempt).update(outcome="published", ended_at=timezone.now())

    def _attempt(self) -> int:
        """What its books say: which approval it once saw, and when it decided to send."""
        assert self.share.approval is not None
        key = {"attempt_key": self.share.attempt_key, "post_sha256": self.share.approval.sha256}
        with acting_in(self.share.organization_id):
            attempt = Attempt.objects.create(
                share=self.share, approval=self.share.approval, fence=0, intent_at=timezone.now(), **key
            )
            return attempt.pk


def who_plans() -> list[int]:
    with across_organizations(reason="control of the chaos rig"), connection.cursor() as cursor:
        cursor.execute(SOON, [timezone.now() + AHEAD])
        return [organization for (organization,) in cursor.fetchall()]


def timers() -> list[Timer]:
    made = []
    for organization in who_plans():
        with acting_in(organization):
            planned = Share.objects.select_related("connection", "item", "link_code", "approval")
            made += [_timer(share) for share in planned.filter(state="scheduled")]
    return sorted(made, key=lambda one: one.share.due_at or datetime.max)


def _timer(share: Share) -> Timer:
    assert share.connection is not None
    return Timer(share, post_of(share), open_grant(share.connection))


def main() -> int:
    while not who_plans():
        time.sleep(0.1)
    time.sleep(0.5)  # until the times of all companies are there
    set_up = timers()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(Timer.ring, set_up))
    time.sleep(3600)  # until the play is over
    return 0


if __name__ == "__main__":
    sys.exit(main())
