"""The calendar of one person's planned posts, as any calendar program reads it (RFC 5545).

Times are instants in UTC. A line tells the network alone unless the person wants titles: calendars are shared.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.identifiers import sha256_of
from accounts.letters import language_of
from accounts.models import Member
from campaigns.activity_rules import is_at_a_network
from campaigns.models import CalendarFeed, Share, ShareState
from campaigns.selectors.places import where_to
from campaigns.share_lifecycle import IN_FLIGHT

LENGTH = timedelta(minutes=10)
KEPT = timedelta(days=14)  # so that what went out does not vanish from the week
MOST = 200


def feed_of(member: Member) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(member=member).first()


def feed_of_token(token: str) -> CalendarFeed | None:
    """The feed behind an address; nobody's who is no longer here."""
    here = {"member__left_at": None, "member__deactivated_at": None}
    feeds = CalendarFeed.objects.select_related("member__user", "member__organization")
    return feeds.filter(token_sha256=sha256_of(token), **here).first()


def calendar_of(feed: CalendarFeed, *, now: datetime) -> bytes:
    """The same bytes as long as nothing changed: the programs ask every few minutes."""
    with translation.override(language_of(feed.member)):
        calendar = Calendar()
        calendar.add("prodid", "-//Employee advocacy//queue//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", _("My posts"))
        for share in _shares(feed.member, now):
            calendar.add_component(_event(share, shows_titles=feed.shows_titles))
        return bytes(calendar.to_ical())


def _shares(member: Member, now: datetime) -> list[Share]:
    planned = Q(state__in=[ShareState.SCHEDULED, *IN_FLIGHT], due_at__isnull=False)
    out = Q(state=ShareState.PUBLISHED, published_at__gt=now - KEPT)
    rows = Share.objects.filter(planned | out, member=member).select_related("item", "organization")
    return list(rows.order_by("due_at", "pk")[:MOST])


def _event(share: Share, *, shows_titles: bool) -> Event:
    at = share.published_at or share.due_at
    assert at is not None  # of both kinds that are read
    event = Event()
    event.add("uid", f"{share.public_id}@{urlsplit(settings.SITE_ADDRESS).hostname}")
    event.add("dtstamp", share.updated_at)
    event.add("last-modified", share.updated_at)
    event.add("dtstart", at)
    event.add("duration", LENGTH)
    event.add("summary", f"{_words(share)}: {share.item.title}" if shows_titles else _words(share))
    event.add("url", settings.SITE_ADDRESS + reverse("queue", args=[share.organization.slug]))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # a post takes nobody's time
    return event


def _words(share: Share) -> str:
    label = {"network": where_to(share).label}
    if is_at_a_network(share.item.asks):
        how = _("Done") if share.state == ShareState.PUBLISHED else _("by hand") if share.by_hand else ""
        said = f"{share.item.get_asks_display()}: {label['network']}"
        return f"{said} ({how})" if how else said
    if share.state == ShareState.PUBLISHED:
        return _("Post went out: %(network)s") % label
    if share.by_hand:
        return _("Post by hand: %(network)s") % label
    return _("Post goes out: %(network)s") % label
