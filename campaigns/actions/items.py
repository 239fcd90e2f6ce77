"""Writes stories: their words, address and picture, who they are for, when they are open.

A change of what posts would show holds every post that waits (`actions/stories.py`); what is out stays as it is.
Fetching a pasted link happens before, outside the transaction (`views/story_fetch.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.models import Member, Team
from accounts.refusals import BadInput, Refusal
from accounts.roles import Right
from campaigns.actions.asked import asked_columns
from campaigns.actions.messages import ask_default_angles
from campaigns.actions.stories import hold_for_changed_story, hold_for_embargo
from campaigns.activity_rules import is_at_a_network, needs_words
from campaigns.destination_rules import BadDestination, destination_of
from campaigns.models import Activity, Campaign, Item, ItemAbout, ItemKind, ItemState, ItemTeam, ItemTopic, Media, Topic

LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_SOURCE, LONGEST_TOPIC = 300, 5_000, 120, 60
MOST_TOPICS = 10
MOST_LINES, LONGEST_LINE = 12, 200  # of facts and of limits: read beside the text, on a phone
MOST_POSTS_ASKED = 50
LOWEST_CEILING = 10  # percent; below it a name and a number would be too much
FARTHEST = timedelta(days=366 * 2)
SHOWN_IN_POSTS = frozenset({"title", "summary", "destination", "picture", "needs_disclosure", "target", "target_at"})


@dataclass(frozen=True, slots=True)
class Story:
    """What a story says and where it leads."""

    title: str
    summary: str = ""
    destination: str = ""
    source: str = ""
    language: str = "en"
    needs_disclosure: bool = True
    praises_product: bool | None = None  # None: as `about` says
    about: str = ""
    facts: str = ""
    limits: str = ""
    closeness_ceiling: int | None = None  # percent of one suggested message that a post may take over
    target: str = ""  # the address of the post or account that something is asked about
    target_at: str = ""  # the network or place where that stands
    proof: str = ""  # what a task is told with


def create_item(
    *,
    by: Member,
    campaign: Campaign,
    kind: str,
    story: Story,
    picture: Media | None = None,
    asks: str = Activity.SHARE,
) -> Item:
    """A draft that nobody but curators sees, with the questions of its campaign's purpose.

    What it asks for stays: people who did one thing would else stand for another.

    An address that gave nothing the first time takes up the draft it left, instead of leaving another.
    """
    require(by, Right.CURATE)
    columns = _columns(story, kind=kind, picture=picture, asks=asks)
    with transaction.atomic():
        begun = _untitled(by, str(columns["destination"])) if kind == ItemKind.LINK and not columns["title"] else None
        if begun is not None:
            return begun
        item = Item.objects.create(kind=kind, asks=asks, campaign=campaign, picture=picture, created_by=by, **columns)
        audit("create_item", by=by, subject=f"item {item.public_id}", kind=kind, asks=str(asks))
        if kind != ItemKind.ANNOUNCEMENT and needs_words(asks):
            ask_default_angles(item, by=by, language=item.language)
    return item


def _untitled(by: Member, destination: str) -> Item | None:
    drafts = Item.objects.filter(created_by=by, state=ItemState.DRAFT, kind=ItemKind.LINK, title="")
    return drafts.filter(destination=destination).first()


def edit_item(item: Item, *, by: Member, campaign: Campaign, story: Story, picture: Media | None) -> Item:
    """Change a story. Where posts would show the change, those that wait are held and their people look again."""
    require(by, Right.CURATE)
    columns = {
        **_columns(story, kind=item.kind, picture=picture, asks=item.asks),
        "campaign": campaign,
        "picture": picture,
    }
    with transaction.atomic():
        item = _locked(item)
        changed = sorted(name for name, value in columns.items() if getattr(item, name) != value)
        for name in changed:
            setattr(item, name, columns[name])
        if item.state == ItemState.RELEASED:
            _require_whole(item)
        item.save(update_fields=[*changed, "updated_at"])
        if SHOWN_IN_POSTS.intersection(changed) and item.state != ItemState.DRAFT:
            hold_for_changed_story(item, by=by)
        audit("edit_item", by=by, subject=f"item {item.public_id}", changed=changed)
    return item


def address_item(item: Item, *, by: Member, teams: Sequence[Team], topics: Sequence[str]) -> None:
    """Say who it is for (no team: everybody) and what it is about. A topic exists once somebody types it."""
    require(by, Right.CURATE)
    names = _topic_names(topics)
    with transaction.atomic():
        wanted = {team.pk for team in teams}
        ItemTeam.objects.filter(item=item).exclude(team__in=wanted).delete()
        for team in teams:
            ItemTeam.objects.get_or_create(item=item, team=team)
        about = [_topic(name) for name in names]
        ItemTopic.objects.filter(item=item).exclude(topic__in=[topic.pk for topic in about]).delete()
        for topic in about:
            ItemTopic.objects.get_or_create(item=item, topic=topic)
        audit("address_item", by=by, subject=f"item {item.public_id}", teams=len(wanted), topics=len(about))


def plan_item(item: Item, *, by: Member, release_at: datetime | None, expires_at: datetime | None) -> Item:
    """Say when it opens (empty: as soon as it is released) and when it closes (empty: never)."""
    require(by, Right.CURATE)
    release_at, expires_at = _to_the_minute(release_at), _to_the_minute(expires_at)
    with transaction.atomic():
        item = _locked(item)
        _check_times(item, release_at, expires_at, now=timezone.now())
        item.release_at, item.expires_at = release_at, expires_at
        item.save(update_fields=["release_at", "expires_at", "updated_at"])
        audit("plan_item", by=by, subject=f"item {item.public_id}")
    return item


def embargo_item(item: Item, *, by: Member, until: datetime | None) -> Item:
    """Say before when nothing of it may go out (empty: no embargo). What is planned earlier waits for its people."""
    require(by, Right.CURATE)
    until = _to_the_minute(until)
    with transaction.atomic():
        item = _locked(item)
        _check_embargo(item, until, now=timezone.now())
        if until == item.embargo_until:
            return item
        item.embargo_until = until
        item.save(update_fields=["embargo_until", "updated_at"])
        if until is not None:
            hold_for_embargo(item, by=by)
        audit("embargo_item", by=by, subject=f"item {item.public_id}")
    return item


def time_item(
    item: Item, *, by: Member, release_at: datetime | None, expires_at: datetime | None, embargo_until: datetime | None
) -> Item:
    """Both its times and its embargo, in the order in which each may stand beside the others as they are then."""
    with transaction.atomic():
        item = _locked(item)
        is_sooner = item.embargo_until is not None and (embargo_until is None or embargo_until < item.embargo_until)
        if is_sooner:
            item = embargo_item(item, by=by, until=embargo_until)
        item = plan_item(item, by=by, release_at=release_at, expires_at=expires_at)
        return item if is_sooner else embargo_item(item, by=by, until=embargo_until)


def ask_posts_for_item(item: Item, *, by: Member, least_posts: int) -> Item:
    """Say how many posts somebody has out before it opens to them (0: it is open to all)."""
    require(by, Right.CURATE)
    if not 0 <= least_posts <= MOST_POSTS_ASKED:
        raise BadInput(_("Between 0 and 50 posts, please."), field="least_posts")
    with transaction.atomic():
        item = _locked(item)
        if item.least_posts == least_posts:
            return item
        item.least_posts = least_posts
        item.save(update_fields=["least_posts", "updated_at"])
        audit("ask_posts_for_item", by=by, subject=f"item {item.public_id}", least_posts=least_posts)
    return item


def release_item(item: Item, *, by: Member) -> Item:
    """Offer it to its people, at once or at its release time. An ended story can be released again."""
    require(by, Right.CURATE)
    with transaction.atomic():
        item = _locked(item)
        _require_whole(item)
        now = timezone.now()
        if item.expires_at is not None and item.expires_at <= now:
            raise BadInput(_("Its last day is over. Choose a later one, then release it."), field="expires_at")
        item.release_at = item.release_at or _to_the_minute(now)
        item.state = ItemState.RELEASED
        item.save(update_fields=["state", "release_at", "updated_at"])
        audit("release_item", by=by, subject=f"item {item.public_id}")
    return item


def end_item(item: Item, *, by: Member) -> Item:
    """Offer it to nobody any more. What people planned or posted stays theirs."""
    require(by, Right.CURATE)
    with transaction.atomic():
        item = _locked(item)
        item.state = ItemState.ENDED
        item.save(update_fields=["state", "updated_at"])
        audit("end_item", by=by, subject=f"item {item.public_id}")
    return item


def discard_item(item: Item, *, by: Member) -> None:
    """Throw a draft away. What was ever released is ended instead: somebody may have posted it."""
    require(by, Right.CURATE)
    with transaction.atomic():
        item = _locked(item)
        if item.state != ItemState.DRAFT or item.shares.exists():
            raise Refusal(_("Only a draft can be discarded. End this story instead; nothing was changed."))
        subject = f"item {item.public_id}"
        item.delete()
        audit("discard_item", by=by, subject=subject)


def _locked(item: Item) -> Item:
    rows = Item.objects.select_related("campaign", "picture")
    return rows.select_for_update(of=("self",)).get(pk=item.pk)


def _columns(story: Story, *, kind: str, picture: Media | None, asks: str) -> dict[str, object]:
    title = " ".join(story.title.split())
    if len(title) > LONGEST_TITLE:
        raise BadInput(_("Please keep the title under 300 characters."), field="title")
    if len(story.summary) > LONGEST_SUMMARY:
        raise BadInput(_("Please keep the summary under 5,000 characters."), field="summary")
    if story.language not in dict(settings.LANGUAGES):
        raise BadInput(_("We do not speak this language yet."), field="language")
    if kind not in ItemKind.values:
        raise BadInput(_("We do not know this kind of story."))
    if story.about not in ItemAbout.values:
        raise BadInput(_("We do not know this kind of story."), field="about")
    if story.closeness_ceiling is not None and not LOWEST_CEILING <= story.closeness_ceiling <= 100:
        raise BadInput(_("Between 10 and 100 percent, please."), field="closeness_ceiling")
    if kind == ItemKind.PICTURE and picture is None:
        raise BadInput(_("A picture story needs its picture. Choose one."), field="upload")
    return {
        "title": title,
        "summary": story.summary.replace("\r\n", "\n").strip(),
        "destination": _destination(story.destination, kind=kind),
        **asked_columns(story, asks=asks, kind=kind),
        "source": " ".join(story.source.split())[:LONGEST_SOURCE],
        "language": story.language,
        "needs_disclosure": story.needs_disclosure,
        "praises_product": story.praises_product,
        "about": story.about,
        "facts": _lines(story.facts, field="facts"),
        "limits": _lines(story.limits, field="limits"),
        "closeness_ceiling": story.closeness_ceiling,
    }


def _lines(typed: str, *, field: str) -> str:
    """One thing a line, so that each can be read, ticked off and looked for in a text."""
    lines = list(dict.fromkeys(line for part in typed.splitlines() if (line := " ".join(part.split()))))
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise BadInput(
            _("Up to twelve lines of 200 characters, please: people read them while they write."), field=field
        )
    return "\n".join(lines)


def _destination(typed: str, *, kind: str) -> str:
    if not typed.strip():
        if kind == ItemKind.LINK:
            raise BadInput(_("A link story needs its address. Paste it here."), field="destination")
        return ""
    try:
        return destination_of(typed, allowed_hosts=settings.OUTBOUND_ALLOWED_HOSTS)
    except BadDestination as bad:
        raise BadInput(str(bad), field="destination") from None


def _require_whole(item: Item) -> None:
    if not item.title:
        raise BadInput(_("Please give it a title: people see that first."), field="title")
    if item.kind in (ItemKind.TEXT, ItemKind.ANNOUNCEMENT) and not item.summary and not is_at_a_network(item.asks):
        raise BadInput(_("Please write what the story is about."), field="summary")
    if item.campaign.archived_at is not None:
        raise BadInput(_("This campaign is archived. Choose another one."), field="campaign")


def _check_times(item: Item, release_at: datetime | None, expires_at: datetime | None, *, now: datetime) -> None:
    """A past time stands only where it stood before: people edit stories that are long open."""
    if release_at != _to_the_minute(item.release_at) and release_at is not None and release_at < _minute(now):
        raise BadInput(_("This time has passed. Leave it empty to release at once."), field="release_at")
    if expires_at != _to_the_minute(item.expires_at) and expires_at is not None and expires_at <= now:
        raise BadInput(_("This time has passed. Choose a later one."), field="expires_at")
    if release_at is not None and expires_at is not None and expires_at <= release_at:
        raise BadInput(_("It would close before it opens. Choose a later time."), field="expires_at")
    if item.embargo_until is not None and expires_at is not None and expires_at <= item.embargo_until:
        raise BadInput(_("The story would close before anything may go out."), field="expires_at")
    for field, chosen in (("release_at", release_at), ("expires_at", expires_at)):
        if chosen is not None and chosen - now > FARTHEST:
            raise BadInput(_("That is more than two years away. Is the year right?"), field=field)


def _check_embargo(item: Item, until: datetime | None, *, now: datetime) -> None:
    if until is None or until == item.embargo_until:
        return
    if until <= now:
        raise BadInput(_("This time has passed. Leave it empty to have no embargo."), field="embargo_until")
    if until - now > FARTHEST:
        raise BadInput(_("That is more than two years away. Is the year right?"), field="embargo_until")
    if item.expires_at is not None and item.expires_at <= until:
        raise BadInput(_("The story would close before anything may go out."), field="embargo_until")


def _to_the_minute(at: datetime | None) -> datetime | None:
    return None if at is None else _minute(at)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _topic_names(topics: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(name for topic in topics if (name := " ".join(topic.split()))))
    if len(names) > MOST_TOPICS:
        raise BadInput(_("Up to ten topics, please: people choose by them."), field="topics")
    if any(len(name) > LONGEST_TOPIC for name in names):
        raise BadInput(_("Please keep each topic under 60 characters."), field="topics")
    return names


def _topic(name: str) -> Topic:
    """The company's topic of that name, however it was typed."""
    known = Topic.objects.filter(name__iexact=name).order_by("pk").first()
    return known or Topic.objects.get_or_create(name=name)[0]
