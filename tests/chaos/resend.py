"""The control: an ordinary at-least-once engine. It sends again on every error, and after every lease that ran out.

It lives in this rig alone, to show that the rig bites: with it the judge must count extra posts. It writes states past
`share_lifecycle`, as only a control may.
"""

from __future__ import annotations

import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.db import IntegrityError, connection  # noqa: E402  # Django must be set up before its models are imported
from django.utils import timezone  # noqa: E402

from accounts.tenancy import across_organizations, acting_in  # noqa: E402
from campaigns.canonical import post_of  # noqa: E402
from campaigns.models import Attempt, Share  # noqa: E402
from integrations.networks import network  # noqa: E402
from integrations.networks.base import Grant, Post, Published, Uploaded  # noqa: E402
from integrations.tokens import open_grant  # noqa: E402

TRIES, THREADS, LEASE = 4, 16, 4

TAKE = """
    WITH due AS MATERIALIZED (
        SELECT share.id FROM campaigns_share AS share
         WHERE ((share.state = 'scheduled' AND share.due_at <= statement_timestamp())
                OR (share.state = 'claimed' AND share.lease_until <= statement_timestamp()))
           AND NOT EXISTS (SELECT FROM campaigns_share AS busy
                            WHERE busy.connection_id = share.connection_id AND busy.id <> share.id
                              AND (busy.state = 'claimed' OR busy.state = 'scheduled'
                                   AND (busy.due_at, busy.id) < (share.due_at, share.id)))
         LIMIT 16 FOR UPDATE OF share SKIP LOCKED)
    UPDATE campaigns_share AS share
       SET state = 'claimed', fence = fence + 1, lease_until = statement_timestamp() + make_interval(secs => %s)
      FROM due WHERE share.id = due.id
    RETURNING share.id, share.organization_id
"""


def take() -> list[tuple[int, int]]:
    try:
        with across_organizations(reason="control of the chaos rig"), connection.cursor() as cursor:
            cursor.execute(TAKE, [LEASE])
            rows: list[tuple[int, int]] = cursor.fetchall()
            return rows
    except IntegrityError:
        return []


def send_until_it_says_yes(post: Post, grant: Grant) -> bool:
    for _ in range(TRIES):
        if isinstance(network(post.network).publish(post, grant, str(uuid.uuid4()), Uploaded()), Published):
            return True
    return False


def prepare(share_id: int, organization_id: int) -> tuple[Post, Grant]:
    with acting_in(organization_id):
        share = Share.objects.select_related("connection", "item", "link_code", "approval").get(pk=share_id)
        assert share.connection is not None
        assert share.approval is not None
        now = timezone.now()
        key = {"fence": share.fence, "attempt_key": uuid.uuid4(), "post_sha256": share.approval.sha256}
        Attempt.objects.create(share=share, approval=share.approval, intent_at=now, **key)
        return post_of(share), open_grant(share.connection)


def main() -> int:
    with ThreadPoolExecutor(THREADS) as threads:
        while True:
            taken = take()
            sent = [(one, threads.submit(send_until_it_says_yes, *prepare(*one))) for one in taken]
            for (share_id, organization_id), answer in sent:
                state = (
                    {"state": "published", "published_at": timezone.now()} if answer.result() else {"state": "failed"}
                )
                with acting_in(organization_id):
                    Share.objects.filter(pk=share_id).update(**state)
            time.sleep(0 if taken else 0.1)


if __name__ == "__main__":
    sys.exit(main())
