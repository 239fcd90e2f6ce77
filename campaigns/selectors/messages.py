"""Which suggested messages of a story are offered, and which wait for a second curator. It decides nothing else."""

from __future__ import annotations

from hashlib import sha256

from django.db.models import F, QuerySet, Value

from accounts.models import Member
from accounts.roles import RIGHTS, Right
from campaigns.models import Angle, Campaign, Item, ItemState, Message

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


def words_beside(item: Item) -> tuple[list[Message], list[Angle]]:
    """The offered messages and all questions of a story in one query, for the page that shows both. Not to be saved."""
    messages = item.messages.annotate(words=F("text"), hash=F("passed_sha256"), is_message=Value(True))
    angles = item.angles.annotate(words=F("question"), hash=Value(""), is_message=Value(False))
    columns = ("is_message", "pk", "public_id", "language", "network", "words", "hash")
    found: tuple[list[Message], list[Angle]] = ([], [])
    for is_message, _pk, public_id, language, network, words, passed in sorted(
        messages.values_list(*columns).union(angles.values_list(*columns), all=True)
    ):
        place = {"item": item, "public_id": public_id, "language": language, "network": network}
        if is_message:
            found[0].append(Message(**place, text=words, passed_sha256=passed))
        else:
            found[1].append(Angle(**place, question=words))
    return [message for message in found[0] if is_offered(message, of=item.campaign)], found[1]


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
