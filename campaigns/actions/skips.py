"""Writes *Not for me*: one tap, taken back by another. The person's own; a curator only ever sees counts."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import audit
from accounts.models import Member
from accounts.refusals import BadInput
from campaigns.models import Item, ItemTopic, MemberTopic, Skip, SkipReason


def skip_item(item: Item, *, by: Member, reason: str = "") -> Skip:
    if reason not in SkipReason.values:
        raise BadInput(_("We do not know this reason."), field="reason")
    with transaction.atomic():
        skip, new = Skip.objects.get_or_create(member=by, item=item, defaults={"reason": reason})
        if not new and reason and skip.reason != reason:
            skip.reason = reason
            skip.save(update_fields=["reason"])
        audit("skip_item", by=by, subject=f"item {item.public_id}", private=True)
    return skip


def unskip_item(item: Item, *, by: Member) -> None:
    with transaction.atomic():
        Skip.objects.filter(member=by, item=item).delete()
        audit("unskip_item", by=by, subject=f"item {item.public_id}", private=True)


def note_interest(item: Item, *, by: Member) -> None:
    """Opening an item to share it says what a person cares about: its topics weigh one more."""
    with transaction.atomic():
        for topic_id in ItemTopic.objects.filter(item=item).values_list("topic_id", flat=True):
            interest, _new = MemberTopic.objects.get_or_create(member=by, topic_id=topic_id)
            interest.weight += 1
            interest.save(update_fields=["weight"])
        audit("note_interest", by=by, subject=f"item {item.public_id}", private=True)
