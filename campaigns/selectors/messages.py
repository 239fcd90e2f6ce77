"""Which suggested messages of a story are offered, and which wait for a second curator. It decides nothing else."""

from __future__ import annotations

from hashlib import sha256

from django.db.models import QuerySet

from accounts.models import Member
from accounts.roles import RIGHTS, Right
from campaigns.models import Campaign, Item, ItemState, Message

MOST_SHOWN = 100
CURATORS = [role for role, rights in RIGHTS.items() if Right.CURATE in rights]


def message_sha256(message: Message) -> str:
    """Of exactly these words, in this language, for this network: anything else has to be read again."""
    return sha256("\n".join((message.language, message.network, message.text)).encode()).hexdigest()


def is_passed(message: Message) -> bool:
    return bool(message.passed_sha256) and message.passed_sha256 == message_sha256(message)


def is_offered(message: Message, *, of: Campaign) -> bool:
    """A campaign that wants no second curator offers what it has."""
    return not of.signs_off_messages or is_passed(message)


def offered_messages(item: Item) -> list[Message]:
    return [message for message in item.messages.order_by("pk") if is_offered(message, of=item.campaign)]


def messages_to_pass() -> list[Message]:
    """What waits for a second curator, the oldest first; one's own stand there too, for somebody else to pass."""
    return list(_waiting().order_by("pk")[:MOST_SHOWN])


def to_pass_count(reader: Member) -> int:
    """How many this curator can pass."""
    return _waiting().exclude(worded_by=reader).count()


def has_curators_besides(author: Member) -> bool:
    """By role alone, as `selectors/reviews.py` asks: whether somebody has come already is nobody's business."""
    curators = Member.objects.filter(role__in=CURATORS, left_at=None, deactivated_at=None)
    return curators.exclude(pk=author.pk).exists()


def _waiting() -> QuerySet[Message]:
    """Of stories that are not over. Rewording takes a pass back, so that no hash has to be made here."""
    asking = Message.objects.filter(item__campaign__signs_off_messages=True, item__campaign__archived_at=None)
    waiting = asking.filter(passed_sha256="").exclude(item__state=ItemState.ENDED)
    return waiting.select_related("item__campaign", "worded_by")
