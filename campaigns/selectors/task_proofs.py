"""What people sent to the curators about a task. Nothing that was not sent is ever read here."""

from __future__ import annotations

from campaigns.models import Activity, Item, TaskDone

MOST_SHOWN = 100


def sent_proofs(item: Item) -> list[TaskDone]:
    """The newest first."""
    if item.asks != Activity.TASK:
        return []
    sent = TaskDone.objects.filter(item=item, shows_curators=True).select_related("member__user")
    return list(sent.order_by("-pk")[:MOST_SHOWN])
