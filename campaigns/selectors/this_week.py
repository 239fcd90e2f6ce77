"""*This week*: the short list of what fits one person, best fit first, each with why it is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Member
from accounts.selectors.audience_size import figures_until
from campaigns.fit_rules import NEW_A_WEEK, ItemFacts, Placed, best_fit_first
from campaigns.models import Angle, Item, ItemTeam, ItemTopic, MemberTopic, Share, ShareState, Skip, TopicChoice
from campaigns.points_rules import PUBLISHED, RULES
from campaigns.selectors.fit_words import reason_words
from campaigns.selectors.interests import Reader, reader_of
from campaigns.selectors.item_figures import found_salesy
from campaigns.selectors.items import items_for
from integrations.networks import NETWORKS

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


@dataclass(frozen=True, slots=True)
class WeekPage:
    """A few stories for this week, and the others under *More*. A story begun does not count as a new one."""

    first: list[Suggestion]
    more: list[Suggestion]


class _Posts(NamedTuple):
    """Of this person: how many posts others can see, and how many stories they took up since Monday."""

    out: int
    begun: int


def week_page(member: Member, reader: Reader, *, now: datetime) -> WeekPage:
    """What was shared or put aside since Monday leaves its place empty: the list ends, whatever there is."""
    monday = figures_until(timezone.localtime(now))
    posts = _posts(member, since=monday)
    found = _suggestions(member, reader, posts, now=now)
    room = NEW_A_WEEK - posts.begun - sum(one.at >= monday for one in reader.put_aside)
    drafts, fresh = [one for one in found if one.draft], [one for one in found if not one.draft]
    chosen = {one.item.pk for one in [*drafts, *fresh[: max(room, 0)]]}
    first = [one for one in found if one.item.pk in chosen]
    return WeekPage(first, [one for one in found if one.item.pk not in chosen])


def this_week(member: Member, *, now: datetime) -> list[Suggestion]:
    """Everything this person can make theirs now: not put aside, not shared yet, open to them."""
    found = _suggestions(member, reader_of(member), _posts(member, since=now), now=now)
    return [one for one in found if not one.missing]


def angles_of(item: Item, member: Member, network: str = "") -> list[Angle]:
    """Questions to start from, in the person's language where there are some, else in the item's."""
    angles = [angle for angle in item.angles.order_by("pk") if angle.network in ("", network)]
    spoken = [angle for angle in angles if angle.language.split("-")[0] in _own_languages(member)]
    return spoken or angles


def draft_of(item: Item, member: Member) -> str:
    """The public id of a draft that this person began of it, or ''."""
    return _drafts(member, [item.pk]).get(item.pk, "")


def _suggestions(member: Member, reader: Reader, posts: _Posts, *, now: datetime) -> list[Suggestion]:
    """A begun draft brings its story back to the top of the person's attention."""
    mine = Share.objects.filter(member=member, item=OuterRef("pk")).exclude(state__in=[*OVER, ShareState.DRAFT])
    skipped = Skip.objects.filter(member=member, item=OuterRef("pk"), undone_at=None)
    open_to_me = items_for(member, at=now).filter(~Exists(mine), ~Exists(skipped))
    for_teams = open_to_me.annotate(for_teams=Exists(ItemTeam.objects.filter(item=OuterRef("pk"))))
    items = {item.pk: item for item in for_teams.order_by("-release_at", "-pk")[:CANDIDATES]}
    placed = best_fit_first(_facts(member, reader, list(items.values()), now=now), now=now)[:SHOWN]
    drafts = _drafts(member, [place.key for place in placed])
    cards = [_card(items[place.key], place, reader, posts) for place in placed]
    return [replace(card, draft=drafts.get(card.item.pk, "")) for card in cards]


def _card(item: Item, place: Placed, reader: Reader, posts: _Posts) -> Suggestion:
    return Suggestion(
        item=item,
        reasons=tuple(reason_words(reason) for reason in place.reasons),
        lowered_by=tuple(reason_words(reason) for reason in place.lowered_by),
        points=RULES[PUBLISHED].points,
        language="" if reader.reads(item.language) else item.language,
        missing=max(item.least_posts - posts.out, 0),
    )


def _facts(member: Member, reader: Reader, items: list[Item], *, now: datetime) -> list[ItemFacts]:
    keys = [item.pk for item in items]
    interest, colleagues = _interest(reader, keys), _colleagues(member, reader, keys)
    salesy = found_salesy(keys, now=now)
    return [
        ItemFacts(
            key=item.pk,
            since=item.release_at or item.created_at,
            speaks_my_language=reader.reads(item.language),
            interest=interest.get(item.pk, 0),
            for_my_team=bool(getattr(item, "for_teams", False)),
            colleagues_of_same_interests=colleagues.get(item.pk, 0),
            found_salesy=item.pk in salesy,
        )
        for item in items
    ]


def _own_languages(member: Member) -> set[str]:
    spoken = [member.language, member.user.language if member.user else ""]
    return {language.split("-")[0] for language in spoken if language} or {"en"}


def _interest(reader: Reader, keys: list[int]) -> dict[int, int]:
    interest: dict[int, int] = {}
    known = ItemTopic.objects.filter(item__in=keys, topic__in=list(reader.interests))
    for item_id, topic_id in known.values_list("item", "topic"):
        interest[item_id] = interest.get(item_id, 0) + reader.interests[topic_id]
    return interest


def _colleagues(member: Member, reader: Reader, keys: list[int]) -> dict[int, int]:
    """How many others who care for one of my topics have posted each item; only what is public counts."""
    caring = Q(weight__gt=0) & ~Q(choice=TopicChoice.REMOVED) | Q(choice=TopicChoice.ADDED)
    alike = MemberTopic.objects.filter(caring, member=OuterRef("member"), topic__in=reader.topics)
    posted = Share.objects.filter(item__in=keys, state=ShareState.PUBLISHED).exclude(member=member)
    rows = posted.filter(Exists(alike)).values("item").annotate(people=Count("member", distinct=True))
    return {row["item"]: row["people"] for row in rows}


def _drafts(member: Member, keys: list[int]) -> dict[int, str]:
    drafts = Share.objects.filter(member=member, item__in=keys, state=ShareState.DRAFT).exclude(text="")
    return dict(drafts.order_by("pk").values_list("item_id", "public_id"))


def _posts(member: Member, *, since: datetime) -> _Posts:
    public = [network.key for network in NETWORKS if network.posts_publicly]
    out = Count("pk", filter=Q(published_at__isnull=False, network__in=public))
    begun = Count("item", filter=Q(created_at__gte=since) & ~Q(state=ShareState.DRAFT), distinct=True)
    return _Posts(**Share.objects.filter(member=member).aggregate(out=out, begun=begun))
