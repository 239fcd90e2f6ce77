"""Writes what helps people begin: suggested messages and angle questions, by network and language.

Suggestions change nothing that somebody has written or approved. Where a campaign wants that, a second curator passes
a message before it is offered; the pass is of exactly the words that were read.
"""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.models import Member
from accounts.refusals import BadInput
from accounts.roles import Right
from campaigns.angle_rules import default_angles
from campaigns.models import Angle, Item, Message
from campaigns.refusals import ChangedWhileRead, OwnText
from campaigns.selectors.messages import message_sha256
from integrations.networks import NETWORKS, network
from integrations.networks.base import too_long

LONGEST_MESSAGE = 5_000
LONGEST_QUESTION = 200


def suggest_message(item: Item, *, by: Member, text: str, language: str, for_network: str = "") -> Message:
    """Suggest a wording. The same one again is the same suggestion, and still its first author's."""
    require(by, Right.CURATE)
    text = _message_text(text, language=language, for_network=for_network)
    with transaction.atomic():
        place = {"item": item, "network": for_network, "language": language}
        message, _new = Message.objects.get_or_create(**place, text=text, defaults={"worded_by": by})
        audit("suggest_message", by=by, subject=f"item {item.public_id}", network=for_network, language=language)
    return message


def reword_message(message: Message, *, by: Member, text: str, language: str, for_network: str = "") -> Message:
    """Other words are this curator's, and were passed by nobody yet."""
    require(by, Right.CURATE)
    text = _message_text(text, language=language, for_network=for_network)
    with transaction.atomic():
        message = _standing_and_locked(message)
        before = message_sha256(message)
        message.text, message.language, message.network = text, language, for_network
        if message_sha256(message) != before:
            message.worded_by, message.passed_sha256, message.passed_by, message.passed_at = by, "", None, None
            _save_once(message)
        audit("reword_message", by=by, subject=f"item {message.item.public_id}")
    return message


def pass_message(message: Message, *, by: Member, seen_sha256: str) -> Message:
    """A second curator: these words may be offered. `seen_sha256` is `message_sha256` of what they had in sight."""
    require(by, Right.CURATE)
    with transaction.atomic():
        message = _standing_and_locked(message)
        if message.worded_by_id == by.pk:
            raise OwnText
        sha256 = message_sha256(message)
        if sha256 != seen_sha256:
            raise ChangedWhileRead
        if message.passed_sha256 != sha256:
            message.passed_sha256, message.passed_by, message.passed_at = sha256, by, timezone.now()
            message.save(update_fields=["passed_sha256", "passed_by", "passed_at"])
        audit("pass_message", by=by, subject=f"item {message.item.public_id}", sha256=sha256)
    return message


def drop_message(message: Message, *, by: Member) -> None:
    require(by, Right.CURATE)
    with transaction.atomic():
        subject = f"item {message.item.public_id}"
        message.delete()
        audit("drop_message", by=by, subject=subject)


def ask_angle(item: Item, *, by: Member, question: str, language: str, for_network: str = "") -> Angle:
    """Add a question to start from."""
    require(by, Right.CURATE)
    question = _question(question, language=language, for_network=for_network)
    with transaction.atomic():
        angle, _new = Angle.objects.get_or_create(item=item, network=for_network, language=language, question=question)
        audit("ask_angle", by=by, subject=f"item {item.public_id}", network=for_network, language=language)
    return angle


def ask_default_angles(item: Item, *, by: Member, language: str) -> None:
    """The questions that suit the campaign's purpose, in one language."""
    require(by, Right.CURATE)
    _check_place(language, for_network="")
    with transaction.atomic():
        standing = set(
            Angle.objects.filter(item=item, language=language, network="").values_list("question", flat=True)
        )
        wanted = [one for one in default_angles(item.campaign.purpose, language=language) if one not in standing]
        angles = [Angle(item=item, language=language, question=question) for question in wanted]
        Angle.objects.bulk_create(angles, ignore_conflicts=True)  # two curators may ask for them at once
        audit("ask_default_angles", by=by, subject=f"item {item.public_id}", language=language)


def drop_angle(angle: Angle, *, by: Member) -> None:
    require(by, Right.CURATE)
    with transaction.atomic():
        subject = f"item {angle.item.public_id}"
        angle.delete()
        audit("drop_angle", by=by, subject=subject)


def _standing_and_locked(message: Message) -> Message:
    """As it stands now; another curator may have taken it back since it was read."""
    rows = Message.objects.select_related("item").select_for_update(of=("self",))
    found = rows.filter(pk=message.pk).first()
    if found is None:
        raise ChangedWhileRead
    return found


def _save_once(message: Message) -> None:
    try:
        with transaction.atomic():
            message.save()
    except IntegrityError as error:  # the constraint is the judge: another one may be worded alike at this moment
        raise BadInput(_("This suggestion stands here already."), field="text") from error


def _message_text(text: str, *, language: str, for_network: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    _check_place(language, for_network=for_network)
    if not text:
        raise BadInput(_("Please write the suggestion first."), field="text")
    if len(text) > LONGEST_MESSAGE:
        raise BadInput(_("Please keep a suggestion under 5,000 characters."), field="text")
    if for_network:
        where = network(for_network)
        over = where.length(text) - where.text_limit()
        if over > 0:
            raise BadInput(too_long(where, over).sentence, field="text")
    return text


def _question(question: str, *, language: str, for_network: str) -> str:
    question = " ".join(question.split())
    _check_place(language, for_network=for_network)
    if not question or len(question) > LONGEST_QUESTION:
        raise BadInput(_("Please write one question (up to 200 characters)."), field="question")
    if not question.endswith(("?", "？")):
        raise BadInput(
            _("A question ends with a question mark: people answer it in their own words."), field="question"
        )
    return question


def _check_place(language: str, *, for_network: str) -> None:
    if language not in dict(settings.LANGUAGES):
        raise BadInput(_("We do not speak this language yet."), field="language")
    if for_network and for_network not in {one.key for one in NETWORKS}:
        raise BadInput(_("We do not know this network."), field="network")
