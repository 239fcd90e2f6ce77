"""*This week*: the short list of what fits one person, best fit first, each with why it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Member
from campaigns.fit_rules import ItemFacts, Reason, best_fit_first
from campaigns.models import Angle, Item, ItemTeam, ItemTopic, MemberTopic, Share, ShareState, Skip
from campaigns.points_rules import PUBLISHED, RULES
from campaigns.selectors.items import items_for

CANDIDATES = 100
SHOWN = 12
OVER = (ShareState.WITHDRAWN, ShareState.EXPIRED, ShareState.TAKEN_DOWN)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One card. `draft` is the public id of a draft that this person began; `language` that of a story which is
    in none of theirs."""

    item: Item
    reasons: tuple[str, ...]
    points: int
    draft: str = ""
    language: str = ""


def this_week(member: Member, *, now: datetime) -> list[Suggestion]:
    """Not skipped, not shared yet; a begun draft brings its story back to the top of the person's attention."""
    mine = Share.objects.filter(member=member, item=OuterRef("pk")).exclude(state__in=[*OVER, ShareState.DRAFT])
    skipped = Skip.objects.filter(member=member, item=OuterRef("pk"), undone_at=None)
    open_to_me = items_for(member, at=now).filter(~Exists(mine), ~Exists(skipped))
    items = {item.pk: item for item in open_to_me.order_by("-release_at", "-pk")[:CANDIDATES]}
    placed = best_fit_first(_facts(member, list(items.values())), now=now)[:SHOWN]
    drafts, languages = _drafts(member, [place.key for place in placed]), _languages(member)
    return [
        Suggestion(
            item=items[place.key],
            reasons=tuple(reason_words(reason) for reason in place.reasons),
            points=RULES[PUBLISHED].points,
            draft=drafts.get(place.key, ""),
            language="" if _speaks(items[place.key], languages) else items[place.key].language,
        )
        for place in placed
    ]


def reason_words(reason: Reason) -> str:
    words = {
        Reason.LANGUAGE: _("In your language"),
        Reason.TOPIC: _("A topic you open often"),
        Reason.TEAM: _("For your team"),
        Reason.COLLEAGUES: _("People with your interests shared it"),
        Reason.FRESH: _("New"),
    }
    return words[reason]


def angles_of(item: Item, member: Member, network: str = "") -> list[Angle]:
    """Questions to start from, in the person's language where there are some, else in the item's."""
    angles = [angle for angle in item.angles.order_by("pk") if angle.network in ("", network)]
    spoken = [angle for angle in angles if angle.language.split("-")[0] in _languages(member)]
    return spoken or angles


def draft_of(item: Item, member: Member) -> str:
    """The public id of a draft that this person began of it, or ''."""
    return _drafts(member, [item.pk]).get(item.pk, "")


def _facts(member: Member, items: list[Item]) -> list[ItemFacts]:
    keys = [item.pk for item in items]
    interest, colleagues = _interest(member, keys), _colleagues(member, keys)
    for_team = set(ItemTeam.objects.filter(item__in=keys).values_list("item_id", flat=True))
    languages = _languages(member)
    return [
        ItemFacts(
            key=item.pk,
            since=item.release_at or item.created_at,
            speaks_my_language=_speaks(item, languages),
            interest=interest.get(item.pk, 0),
            for_my_team=item.pk in for_team,
            colleagues_of_same_interests=colleagues.get(item.pk, 0),
        )
        for item in items
    ]


def _speaks(item: Item, languages: set[str]) -> bool:
    return item.language.split("-")[0] in languages


def _languages(member: Member) -> set[str]:
    spoken = [member.language, member.user.language if member.user else ""]
    return {language.split("-")[0] for language in spoken if language} or {"en"}


def _interest(member: Member, keys: list[int]) -> dict[int, int]:
    mine = MemberTopic.objects.filter(member=member, weight__gt=0)
    weights = dict(mine.values_list("topic_id", "weight"))
    interest: dict[int, int] = {}
    for item_id, topic_id in ItemTopic.objects.filter(item__in=keys, topic__in=weights).values_list("item", "topic"):
        interest[item_id] = interest.get(item_id, 0) + weights[topic_id]
    return interest


def _colleagues(member: Member, keys: list[int]) -> dict[int, int]:
    """How many others who care for one of my topics have posted each item; only what is public counts."""
    my_topics = MemberTopic.objects.filter(member=member, weight__gt=0).values("topic")
    alike = MemberTopic.objects.filter(member=OuterRef("member"), topic__in=my_topics, weight__gt=0)
    posted = Share.objects.filter(item__in=keys, state=ShareState.PUBLISHED).exclude(member=member)
    rows = posted.filter(Exists(alike)).values("item").annotate(people=Count("member", distinct=True))
    return {row["item"]: row["people"] for row in rows}


def _drafts(member: Member, keys: list[int]) -> dict[int, str]:
    drafts = Share.objects.filter(member=member, item__in=keys, state=ShareState.DRAFT).exclude(text="")
    return dict(drafts.order_by("pk").values_list("item_id", "public_id"))
