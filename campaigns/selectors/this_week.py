"""*This week*: the short list of what fits one person, best fit first, each with why it is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.audience_rules import LEAST_QUIET
from accounts.models import Member
from accounts.selectors.audience_size import figures_until
from campaigns.fit_rules import MOST_ASKED_A_WEEK, NEW_A_WEEK, ItemFacts, Placed, best_fit_first
from campaigns.models import (
    Activity,
    Angle,
    Item,
    ItemTeam,
    ItemTopic,
    MemberTopic,
    Share,
    ShareState,
    Skip,
    TaskDone,
    TopicChoice,
)
from campaigns.points_rules import could_earn
from campaigns.selectors.activity_words import ActivityWords, activity_words
from campaigns.selectors.fit_words import reason_words
from campaigns.selectors.interests import Reader, reader_of
from campaigns.selectors.item_figures import counted_until, found_salesy, public_posts
from campaigns.selectors.items import items_for
from campaigns.selectors.ladder import Rung, ladder_of
from campaigns.selectors.queue import WAITING
from integrations.places import public_keys

CANDIDATES = 100
SHOWN = 12
OVER = (ShareState.WITHDRAWN, ShareState.EXPIRED, ShareState.TAKEN_DOWN)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One card. `draft` is the public id of a draft that this person began; `language` that of a story which is
    in none of theirs; `missing` how many more posts it asks for before it opens to them."""

    item: Item
    reasons: tuple[str, ...]
    points: int
    draft: str = ""
    language: str = ""
    lowered_by: tuple[str, ...] = ()
    missing: int = 0
    activity: ActivityWords | None = None  # where something else than a post is asked for


@dataclass(frozen=True, slots=True)
class WeekPage:
    """A few stories for this week, and the others under *More*. A story begun does not count as a new one.

    `waiting`: how many posts wait for the person.
    """

    first: list[Suggestion]
    more: list[Suggestion]
    waiting: int
    ladder: tuple[Rung, ...] = ()


class _Posts(NamedTuple):
    """Of this person: how many others can see, how many wait for them, how many stories they took up since Monday."""

    out: int
    waiting: int
    begun: int
    done: list[str]  # what kinds of things they did at networks, or told of


class _Candidate(NamedTuple):
    item: Item
    facts: ItemFacts
    draft: str


def week_page(member: Member, reader: Reader, *, now: datetime, besides: Collection[int] = ()) -> WeekPage:
    """What was shared or put aside since Monday leaves its place empty: the list ends, whatever there is.

    `besides`: ids of stories that stand on the page already, with the draft that was begun of them.
    """
    monday = figures_until(timezone.localtime(now))
    posts = _posts(member, since=monday)
    found = [one for one in _suggestions(member, reader, posts, now=now) if one.item.pk not in besides]
    room = NEW_A_WEEK - posts.begun - sum(one.at >= monday for one in reader.put_aside)
    drafts, fresh = [one for one in found if one.draft], [one for one in found if not one.draft]
    asked = [one for one in fresh if one.activity][:MOST_ASKED_A_WEEK]
    new = [one for one in fresh if not one.activity or one in asked][: max(room, 0)]
    chosen = {one.item.pk for one in [*drafts, *new]}
    first = [one for one in found if one.item.pk in chosen]
    ladder = ladder_of(member, found, done=posts.done)
    return WeekPage(first, [one for one in found if one.item.pk not in chosen], posts.waiting, ladder)


def this_week(member: Member, *, now: datetime) -> list[Suggestion]:
    """Everything this person can make theirs now: not put aside, not shared yet, open to them."""
    found = _suggestions(member, reader_of(member), _posts(member, since=now), now=now)
    return [one for one in found if not one.missing]


def angles_of(item: Item, member: Member) -> list[Angle]:
    """Questions to start from, whatever the network."""
    return angles_for(member, item.angles.order_by("pk"))


def angles_for(member: Member, angles: Iterable[Angle], network: str = "") -> list[Angle]:
    """Those for this network, in the person's language where there are some, else in the item's."""
    angles = [angle for angle in angles if angle.network in ("", network)]
    spoken = [angle for angle in angles if angle.language.split("-")[0] in _own_languages(member)]
    return spoken or angles


def draft_of(item: Item, member: Member) -> str:
    """The public id of a draft that this person began of it, or ''."""
    return _drafts(member, [item.pk]).get(item.pk, "")


def _suggestions(member: Member, reader: Reader, posts: _Posts, *, now: datetime) -> list[Suggestion]:
    """A begun draft brings its story back to the top of the person's attention."""
    known = {one.facts.key: one for one in _candidates(member, reader, now=now)}
    placed = best_fit_first([one.facts for one in known.values()], now=now)[:SHOWN]
    return [_card(known[place.key], place, reader, posts) for place in placed]


def _card(known: _Candidate, place: Placed, reader: Reader, posts: _Posts) -> Suggestion:
    item = known.item
    return Suggestion(
        item=item,
        reasons=tuple(reason_words(reason, item.asks) for reason in place.reasons),
        lowered_by=tuple(reason_words(reason) for reason in place.lowered_by),
        points=could_earn(item.asks),
        draft=known.draft,
        language="" if reader.reads(item.language) else item.language,
        missing=max(item.least_posts - posts.out, 0),
        activity=activity_words(item),
    )


def _candidates(member: Member, reader: Reader, *, now: datetime) -> list[_Candidate]:
    """The newest stories that are neither put aside nor shared yet, with all that the order asks, in one statement."""
    mine = Share.objects.filter(member=member, item=OuterRef("pk")).exclude(state__in=[*OVER, ShareState.DRAFT])
    skipped = Skip.objects.filter(member=member, item=OuterRef("pk"), undone_at=None)
    drafts = Share.objects.filter(member=member, item=OuterRef("pk"), state=ShareState.DRAFT).exclude(text="")
    told = TaskDone.objects.filter(member=member, item=OuterRef("pk"))
    stories = items_for(member, at=now).filter(~Exists(mine), ~Exists(skipped), ~Exists(told))
    stories = stories.order_by("-release_at", "-pk")
    asked = stories.annotate(
        for_my_team=Exists(ItemTeam.objects.filter(item=OuterRef("pk"))),
        topics=ArraySubquery(ItemTopic.objects.filter(item=OuterRef("pk")).values("topic_id")),
        draft=Subquery(drafts.order_by("-pk").values("public_id")[:1]),
        colleagues=Coalesce(Subquery(_colleagues(member, reader, now=now)), 0),
        salesy=Exists(found_salesy(now=now)),
    )
    return [
        _Candidate(
            item,
            ItemFacts(
                key=item.pk,
                since=item.release_at or item.created_at,
                speaks_my_language=reader.reads(item.language),
                interest=sum(reader.interests.get(topic, 0) for topic in item.topics),
                for_my_team=item.for_my_team,
                colleagues_of_same_interests=item.colleagues,
                found_salesy=item.salesy,
            ),
            item.draft or "",
        )
        for item in asked[:CANDIDATES]
    ]


def _colleagues(member: Member, reader: Reader, *, now: datetime) -> QuerySet[Share, dict[str, Any]]:
    """How many others who care for one of my topics have posted an item; only what is public counts.

    In weeks that are over, and taken down since or not, as figures are: nobody watches one person come or go. None
    where nearly all who posted it care, for what each of them cares for is theirs.
    """
    caring = Q(weight__gt=0) & ~Q(choice=TopicChoice.REMOVED) | Q(choice=TopicChoice.ADDED)
    alike = MemberTopic.objects.filter(caring, member=OuterRef("member"), topic__in=reader.topics)
    posted = public_posts(until=counted_until(now)).filter(item=OuterRef("pk")).exclude(member=member)
    people = (
        posted.order_by()
        .values("item")
        .annotate(people=Count("member", distinct=True, filter=Exists(alike)), everybody=Count("member", distinct=True))
    )
    return people.filter(people__lte=F("everybody") - LEAST_QUIET).values("people")


def _own_languages(member: Member) -> set[str]:
    spoken = [member.language, member.user.language if member.user else ""]
    return {language.split("-")[0] for language in spoken if language} or {"en"}


def _drafts(member: Member, keys: list[int]) -> dict[int, str]:
    drafts = Share.objects.filter(member=member, item__in=keys, state=ShareState.DRAFT).exclude(text="")
    return dict(drafts.order_by("pk").values_list("item_id", "public_id"))


def _posts(member: Member, *, since: datetime) -> _Posts:
    own = Q(published_at__isnull=False, network__in=public_keys(), item__asks=Activity.SHARE)
    out = Count("pk", filter=own)
    begun = Count("item", filter=Q(created_at__gte=since) & ~Q(state=ShareState.DRAFT), distinct=True)
    waiting = Count("pk", filter=Q(state__in=WAITING))
    done = ArrayAgg("item__asks", filter=Q(published_at__isnull=False), distinct=True, default=Value([]))
    mine = Share.objects.filter(member=member)
    return _Posts(**mine.aggregate(out=out, waiting=waiting, begun=begun, done=done))
