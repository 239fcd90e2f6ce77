"""Writes *Not for me*: one tap, taken back by another. The person's own; a curator only ever sees counts."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.consent import lock_self
from accounts.audit import audit
from accounts.models import Member
from accounts.refusals import BadInput
from accounts.selectors.audience_size import figures_until
from accounts.selectors.organization import settings_of
from campaigns.models import Item, ItemTopic, MemberTopic, Skip, SkipReason


def skip_item(item: Item, *, by: Member, reason: str = "") -> Skip:
    """Another reason takes the first one's place: a figure of the week counts what was said last."""
    if reason not in SkipReason.values:
        raise BadInput(_("We do not know this reason."), field="reason")
    with transaction.atomic():
        lock_self(by, by=by)
        skip, new = Skip.objects.get_or_create(member=by, item=item, undone_at=None, defaults={"reason": reason})
        if not new and reason and skip.reason != reason:
            _undo(by, item)
            skip = Skip.objects.create(member=by, item=item, reason=reason)
        audit("skip_item", by=by, subject=f"item {item.public_id}", private=True)
    return skip


def unskip_item(item: Item, *, by: Member) -> None:
    """What it taught is gone with it: interests and languages are read from the skips that stand."""
    with transaction.atomic():
        _undo(by, item)
        audit("unskip_item", by=by, subject=f"item {item.public_id}", private=True)


def _undo(by: Member, item: Item) -> None:
    """In the week it was said it counts no more; afterwards a figure may have been shown, and stays as it was."""
    now = timezone.now()
    standing = Skip.objects.filter(member=by, item=item, undone_at=None)
    standing.filter(at__gte=figures_until(now.astimezone(ZoneInfo(settings_of().time_zone)))).update(counts=False)
    standing.update(undone_at=now)


def note_interest(item: Item, *, by: Member) -> None:
    """Opening an item to share it says what a person cares about: its topics weigh one more."""
    with transaction.atomic():
        for topic_id in ItemTopic.objects.filter(item=item).values_list("topic_id", flat=True):
            interest, _new = MemberTopic.objects.get_or_create(member=by, topic_id=topic_id)
            interest.weight += 1
            interest.save(update_fields=["weight"])
        audit("note_interest", by=by, subject=f"item {item.public_id}", private=True)
