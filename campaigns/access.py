"""Fetch items and shares *for a person*. What is missing and what is forbidden are both 404."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from accounts.access import require
from accounts.models import Member, Notice
from accounts.one_row import one_row
from accounts.roles import Right, may
from campaigns.models import Item, Share, ShareState, TaskDone, Topic
from campaigns.selectors.interests import reader_of
from campaigns.selectors.items import announcements_to, items_for
from integrations.selectors.servers import limits_beside, remember_limits


def item_for(member: Member, public_id: str) -> Item:
    """An open item whose audience this person belongs to, or one this person has a share of."""
    item = one_row(items_for(member, at=timezone.now()).filter(public_id=public_id))
    if item is None:
        own = Item.objects.select_related("campaign", "picture").filter(public_id=public_id, shares__member=member)
        item = own.first()
    if item is None:
        raise Http404("There is nothing here.")
    return item


def announcement_for(member: Member, public_id: str) -> Item:
    """Something to read that is addressed to this person, read or not."""
    item = announcements_to(member, reader_of(member), at=timezone.now()).filter(public_id=public_id).first()
    if item is None:
        raise Http404("There is nothing here.")
    return item


def topic_for(member: Member, public_id: str) -> Topic:
    """A topic of the company, to care for or not."""
    require(member, Right.TAKE_PART)
    topic = Topic.objects.filter(public_id=public_id).first()
    if topic is None:
        raise Http404("There is nothing here.")
    return topic


def photo_for(member: Member, public_id: str) -> TaskDone:
    """What somebody told of a task, for its photo: their own, or one that they sent to the curators."""
    require(member, Right.TAKE_PART)
    whose = Q(member=member)
    if may(member.role, Right.CURATE):
        whose |= Q(shows_curators=True)
    done = TaskDone.objects.filter(whose, public_id=public_id).exclude(photo_sha256="").first()
    if done is None:
        raise Http404("There is nothing here.")
    return done


def share_for(member: Member, public_id: str) -> Share:
    """A person's own share. There is no right by which anybody else could read it."""
    require(member, Right.TAKE_PART)
    story = ("item__picture", "item__campaign", "link_code")
    # Not the person and the company, who are known: PostgreSQL plans twice as long for each table more.
    rows = Share.objects.select_related(*story, "campaign", "connection", "approval")
    mine = rows.filter(member=member, public_id=public_id).annotate(limits_there=limits_beside("connection__"))
    share = one_row(mine)
    if share is None:
        raise Http404("There is nothing here.")
    share.member, share.organization = member, member.organization
    if share.connection is not None:
        remember_limits(share.connection, share.limits_there)
    return share


def text_for_reader(member: Member, public_id: str) -> Share:
    """Somebody else's post, once its author asked for a reader. Whether it still waits, the action says."""
    require(member, Right.REVIEW)
    asked = Share.objects.filter(public_id=public_id, moves__to_state=ShareState.IN_REVIEW).exclude(member=member)
    share = asked.select_related("member").distinct().first()
    if share is None:
        raise Http404("There is nothing here.")
    return share


def notice_for(member: Member, public_id: str) -> Notice:
    """A line of the person's own list."""
    notice = Notice.objects.select_related("member").filter(member=member, public_id=public_id).first()
    if notice is None:
        raise Http404("There is nothing here.")
    return notice


def named_person_for(member: Member, public_id: str) -> Member:
    """Somebody a manager may thank. That they are named by choice and posted, the action says."""
    require(member, Right.SEE_TEAMS)
    person = Member.objects.filter(public_id=public_id, left_at=None).first()
    if person is None:
        raise Http404("There is nothing here.")
    return person
