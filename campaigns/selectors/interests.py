"""What interests a person, and which languages they read: picked up, said, and taught by what they skipped.

Nothing taught is stored twice: weights and languages are computed from the person's own rows, so that taking a skip
back, or beginning anew, restores exactly what was before. Read for this person alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateTimeField, OuterRef, Value

from accounts.models import Member
from campaigns.fit_rules import MOST_TOPIC_POINTS
from campaigns.models import ItemTopic, MemberLanguage, MemberTopic, Skip, SkipReason, Topic, TopicChoice

MOST_TOPICS = 500


@dataclass(frozen=True, slots=True)
class PutAside:
    """A skip that stands, as far as it teaches."""

    item_id: int
    reason: str
    at: datetime
    language: str
    teaches: bool
    topics: list[int]


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of one person: the weight of each topic by its id (below nothing: not their field), languages."""

    interests: Mapping[int, int]
    languages: frozenset[str]
    put_aside: Sequence[PutAside]

    @property
    def topics(self) -> list[int]:
        return [topic for topic, weight in self.interests.items() if weight > 0]

    def reads(self, language: str) -> bool:
        return base_language(language) in self.languages


@dataclass(frozen=True, slots=True)
class Interest:
    """One line of *What interests me*; `choice` says where it comes from."""

    topic: Topic
    choice: str
    weight: int


@dataclass(frozen=True, slots=True)
class InterestsPage:
    """What counts for this person, what does not, and what could be added."""

    mine: list[Interest]
    others: list[Topic]
    languages: frozenset[str]


def reader_of(member: Member) -> Reader:
    """In two queries: what was put aside, and what was picked up or said."""
    topics = ArraySubquery(ItemTopic.objects.filter(item=OuterRef("item")).values("topic_id"))
    rows = Skip.objects.filter(member=member, undone_at=None).annotate(topics=topics)
    aside = [
        PutAside(*row) for row in rows.values_list("item_id", "reason", "at", "item__language", "teaches", "topics")
    ]
    lessons = [one for one in aside if one.teaches]
    said = _said_of(member)
    return Reader(_interests(said, lessons), _languages(member, said, lessons), aside)


def interests_page(member: Member) -> InterestsPage:
    reader = reader_of(member)
    choices = dict(MemberTopic.objects.filter(member=member).values_list("topic", "choice"))
    topics = list(Topic.objects.order_by("name", "pk")[:MOST_TOPICS])
    weights = reader.interests
    mine = [Interest(topic, choices.get(topic.pk, ""), weights[topic.pk]) for topic in topics if weights.get(topic.pk)]
    mine.sort(key=lambda interest: (-interest.weight, interest.topic.name.casefold()))
    return InterestsPage(mine, [topic for topic in topics if not weights.get(topic.pk)], reader.languages)


class _Said(NamedTuple):
    """A topic with its weight and choice, or a language with the time at which it was ticked."""

    topic: int
    weight: int
    choice: str
    language: str
    at: datetime | None


def _said_of(member: Member) -> list[_Said]:
    never = Value(None, output_field=DateTimeField())
    topics = MemberTopic.objects.filter(member=member).annotate(spoken=Value(""), at=never)
    languages = MemberLanguage.objects.filter(member=member).annotate(about=Value(0), often=Value(0), how=Value(""))
    rows = topics.values_list("topic_id", "weight", "choice", "spoken", "at").union(
        languages.values_list("about", "often", "how", "language", "chosen_at"), all=True
    )
    return [_Said(*row) for row in rows]


def _interests(said: Sequence[_Said], lessons: Sequence[PutAside]) -> dict[int, int]:
    topics = [one for one in said if not one.language]
    weights = {one.topic: _weight(one.weight, one.choice) for one in topics}
    # What people say of themselves is not unlearned from a skip.
    settled = {one.topic for one in topics if one.choice != TopicChoice.PICKED_UP}
    declined = [one.topics for one in lessons if one.reason == SkipReason.NOT_MY_FIELD]
    for topic_id in chain.from_iterable(declined):
        if topic_id not in settled:
            weights[topic_id] = weights.get(topic_id, 0) - 1
    return weights


def _languages(member: Member, said: Sequence[_Said], lessons: Sequence[PutAside]) -> frozenset[str]:
    """Those the person ticked, else their own; without those whose stories they called the wrong language since."""
    ticked = {base_language(one.language): one.at for one in said if one.at is not None}
    known = [member.language, member.user.language if member.user else ""]
    usual = {base_language(language) for language in known if language} or {"en"}
    wrong = [(base_language(one.language), one.at) for one in lessons if one.reason == SkipReason.WRONG_LANGUAGE]
    taught = {language for language, at in wrong if language not in ticked or at > ticked[language]}
    return frozenset((set(ticked) or usual) - taught) or frozenset(usual)


def _weight(weight: int, choice: str) -> int:
    if choice == TopicChoice.REMOVED:
        return 0
    return max(weight, MOST_TOPIC_POINTS) if choice == TopicChoice.ADDED else weight


def base_language(language: str) -> str:
    """What languages are compared by: `zh-hans` and `zh` are read alike."""
    return language.split("-")[0]
