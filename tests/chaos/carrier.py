"""The control of S5: an engine whose message carries the share, and that sends when the message is delivered.

What many a Celery project does. `python -m tests.chaos.carrier` puts one message a due share on the broker;
`celery -A tests.chaos.carrier worker -Q publish` sends. It lives in this rig alone, and writes states as only a
control may.
"""

from __future__ import annotations

import sys
import time
import uuid

import django

django.setup()

from celery import Celery  # noqa: E402  # Django must be set up before its models are imported
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.tenancy import across_organizations, acting_in  # noqa: E402
from campaigns.canonical import post_of  # noqa: E402
from campaigns.models import Attempt, Share  # noqa: E402
from integrations.networks import network  # noqa: E402
from integrations.networks.base import Published, Uploaded  # noqa: E402
from integrations.tokens import open_grant  # noqa: E402

app = Celery("carrier", broker=settings.REDIS_URL)
app.conf.update(
    task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=1, worker_hijack_root_logger=False
)
EVERY = 0.1  # seconds
DUE = """
    SELECT organization_id, id FROM campaigns_share
     WHERE state = 'scheduled' AND due_at <= statement_timestamp() AND NOT id = ANY(%s)
"""


@app.task(name="carrier.send")
def send(organization_id: int, share_id: int) -> None:
    with acting_in(organization_id):
        share = Share.objects.select_related("connection", "item", "link_code", "approval").get(pk=share_id)
        assert share.connection is not None
        assert share.approval is not None
        key = {"fence": uuid.uuid4().int % 2**31, "attempt_key": uuid.uuid4(), "post_sha256": share.approval.sha256}
        Attempt.objects.create(share=share, approval=share.approval, intent_at=timezone.now(), **key)
        post, grant = post_of(share), open_grant(share.connection)
    answer = network(post.network).publish(post, grant, str(key["attempt_key"]), Uploaded())
    if isinstance(answer, Published):
        with acting_in(organization_id):
            Share.objects.filter(pk=share_id).update(state="published", published_at=timezone.now())


def main() -> int:
    """One message for each share when it comes due, as at-least-once engines do."""
    told: set[int] = set()
    while True:
        with across_organizations(reason="control of the chaos rig"), connection.cursor() as cursor:
            cursor.execute(DUE, [list(told)])
            due: list[tuple[int, int]] = cursor.fetchall()
        for organization_id, share_id in due:
            send.apply_async((organization_id, share_id), queue="publish")
            told.add(share_id)
        time.sleep(EVERY)


if __name__ == "__main__":
    sys.exit(main())
