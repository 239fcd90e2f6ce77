"""Who gets a weekly mail at an hour, which stories stand in it, and finding one of them by a mail's link or address.

Never for a page: who takes part and wants mail is the person's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.identifiers import sha256_of
from accounts.letter_stops import wants
from accounts.models import ConsentEntry, ConsentKind, LetterKind, Member
from accounts.models.telling import MORNING, TUESDAY
from accounts.selectors.consent import takes_part
from accounts.selectors.organization import settings_of
from accounts.time_zones import zone_names
from accounts.verified_addresses import has_proved
from campaigns.models import Item, MailedStory, ReceivedReply, WeeklyMail
from campaigns.selectors.this_week import angles_of, this_week
from campaigns.weekly_mail_rules import Due, due_near
from integrations.selectors.connections import pause_of

MOST_STORIES = 5


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person's mail that is to be owed."""

    public_id: str
    due: Due


@dataclass(frozen=True, slots=True)
class Told:
    """A story as it will stand in the mail."""

    item: Item
    reasons: tuple[str, ...]
    question: str


def recipients(*, now: datetime) -> Iterator[Recipient]:
    """People of the acting company who take part, want the mail, and chose an hour that is near.

    Whoever said yes, or chose another hour, after that hour had struck, is not surprised by a mail at once.
    """
    zone_of_company = settings_of().time_zone
    near: dict[tuple[str, int, int], Due | None] = {}
    for public_id, own_zone, user_zone, weekday, hour, changed_at, since in _rows():
        zone = next((name for name in (own_zone, user_zone) if name in zone_names()), zone_of_company)
        key = (zone, TUESDAY if weekday is None else weekday, MORNING if hour is None else hour)
        if key not in near:
            near[key] = due_near(now, weekday=key[1], hour=key[2], zone=ZoneInfo(zone))
        due = near[key]
        if due is not None and max(since, changed_at or since) <= due.at:
            yield Recipient(public_id, due)


def _rows() -> list[tuple[str, str, str, int | None, int | None, datetime | None, datetime]]:
    newest = ConsentEntry.objects.filter(member=OuterRef("pk"), kind=ConsentKind.TAKE_PART).order_by("-id")
    people = Member.objects.filter(left_at=None, deactivated_at=None, user__is_active=True)
    people = people.annotate(given=Subquery(newest.values("given")[:1]), since=Subquery(newest.values("at")[:1]))
    choices = ("letter_choices__weekday", "letter_choices__hour", "letter_choices__changed_at")
    wanted = people.filter(given=True).exclude(letter_choices__weekly=False).order_by("pk")
    return list(wanted.values_list("public_id", "time_zone", "user__time_zone", *choices, "since"))


def may_be_mailed(member: Member) -> bool:
    """Asked again when the mail leaves: still here, taking part, wanting it, and not on a pause."""
    if not member.is_active or member.user is None or not member.user.is_active:
        return False
    if not has_proved(member.user, member.email):  # its buttons sign in whoever reads it
        return False
    return takes_part(member) and wants(member, LetterKind.WEEKLY) and not pause_of(member).is_on


def stories_for(member: Member, *, now: datetime) -> list[Told]:
    """The first of *This week*, in its order and for its reasons, that no mail to this person told of yet."""
    told = MailedStory.objects.filter(mail__member=member, item=OuterRef("pk"))
    suggestions = this_week(member, now=now)
    new = set(
        Item.objects.filter(~Exists(told), pk__in=[one.item.pk for one in suggestions]).values_list("pk", flat=True)
    )
    fresh = [one for one in suggestions if one.item.pk in new][:MOST_STORIES]
    return [Told(one.item, one.reasons, _question(one.item, member)) for one in fresh]


def _question(item: Item, member: Member) -> str:
    angles = angles_of(item, member)
    return angles[0].question if angles else ""


def stories_of(mail: WeeklyMail) -> list[MailedStory]:
    return list(mail.stories.select_related("item__picture").order_by("position"))


def story_of_link(token: str) -> MailedStory | None:
    """The story behind a mail's button, used and old ones too; nobody's who is no longer here."""
    return _live().filter(link_sha256=sha256_of(token)).first()


def story_of_reply(token: str) -> MailedStory | None:
    """The story that an answer is about, old ones too."""
    return _live().filter(reply_sha256=sha256_of(token)).first()


def reply_of_link(token: str) -> ReceivedReply | None:
    """The answer whose draft was mailed back with this link."""
    rows = ReceivedReply.objects.select_related("story__mail__member__user", "share__item")
    here = {"story__mail__member__left_at": None, "story__mail__member__deactivated_at": None}
    return rows.filter(link_sha256=sha256_of(token), **here).first()


def is_over(link: MailedStory | ReceivedReply) -> bool:
    return link.expires_at <= timezone.now()


def _live() -> QuerySet[MailedStory]:
    here = {"mail__member__left_at": None, "mail__member__deactivated_at": None}
    return MailedStory.objects.select_related("mail__member__user", "item__campaign").filter(**here)
