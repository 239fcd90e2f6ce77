"""What interests a person, and which languages they read: picked up, said, and taught by what they skipped.

Nothing taught is stored twice: weights and languages are computed from the person's own rows, so that taking a skip
back, or starting again, restores exactly what was before. Read for this person alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Member
from campaigns.fit_rules import MOST_TOPIC_POINTS
from campaigns.models import ItemTopic, MemberLanguage, MemberTopic, Skip, SkipReason, Topic, TopicChoice

MOST_TOPICS = 500


@dataclass(frozen=True, slots=True)
class Interest:
    """One line of *What interests me*. `how` says where it comes from; `weight` may be below nothing."""

    topic: Topic
    choice: str
    weight: int


@dataclass(frozen=True, slots=True)
class Interests:
    """The page: what counts for this person, and what could be added."""

    mine: list[Interest]
    others: list[Topic]
    languages: frozenset[str]


def interests_of(member: Member) -> dict[int, int]:
    """The weight of each topic for this person, by its id; below nothing where stories of it were not their field."""
    weights: dict[int, int] = {}
    settled: set[int] = set()
    for topic_id, weight, choice in MemberTopic.objects.filter(member=member).values_list("topic", "weight", "choice"):
        weights[topic_id] = _said(weight, choice)
        if choice != TopicChoice.PICKED_UP:
            settled.add(topic_id)  # what somebody says of themselves is not unlearned from a skip
    declined = _lessons(member, SkipReason.NOT_MY_FIELD).values("item")
    for topic_id in ItemTopic.objects.filter(item__in=declined).values_list("topic", flat=True):
        if topic_id not in settled:
            weights[topic_id] = weights.get(topic_id, 0) - 1
    return weights


def languages_of(member: Member) -> frozenset[str]:
    """Those the person ticked, else their own; without those whose stories they called the wrong language since."""
    chosen = dict(MemberLanguage.objects.filter(member=member).values_list("language", "chosen_at"))
    known = [member.language, member.user.language if member.user else ""]
    usual = {_base(language) for language in known if language} or {"en"}
    wrong = _lessons(member, SkipReason.WRONG_LANGUAGE)
    said_since = {_base(language): at for language, at in chosen.items()}
    taught = {
        _base(language)
        for language, at in wrong.values_list("item__language", "at")
        if _base(language) not in said_since or at > said_since[_base(language)]
    }
    return frozenset((set(said_since) or usual) - taught) or frozenset(usual)


def reads(language: str, languages: frozenset[str]) -> bool:
    return _base(language) in languages


def interests_page(member: Member) -> Interests:
    weights = interests_of(member)
    choices = dict(MemberTopic.objects.filter(member=member).values_list("topic", "choice"))
    topics = list(Topic.objects.order_by("name", "pk")[:MOST_TOPICS])
    mine = [Interest(topic, choices.get(topic.pk, ""), weights[topic.pk]) for topic in topics if weights.get(topic.pk)]
    others = [topic for topic in topics if not weights.get(topic.pk)]
    return Interests(_strongest_first(mine), others, languages_of(member))


def language_choices() -> Mapping[str, str]:
    return {code: str(name) for code, name in settings.LANGUAGES}


def _lessons(member: Member, reason: SkipReason) -> QuerySet[Skip]:
    return Skip.objects.filter(member=member, reason=reason, undone_at=None, teaches=True)


def _strongest_first(mine: list[Interest]) -> list[Interest]:
    return sorted(mine, key=lambda interest: (-interest.weight, interest.topic.name.casefold()))


def _said(weight: int, choice: str) -> int:
    if choice == TopicChoice.REMOVED:
        return 0
    return max(weight, MOST_TOPIC_POINTS) if choice == TopicChoice.ADDED else weight


def _base(language: str) -> str:
    return language.split("-")[0]
