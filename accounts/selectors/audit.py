"""The audit view of the company: acts of running the programme, in words. It fails closed.

An act without words here is not shown, and a private row never is: those belong to the person they
are about, and consent stands outside this view altogether.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, Member

PAGE_SIZE = 50

COMPANY_ACTS: Mapping[str, str | Promise] = {
    "sign_up_company": _("started this company's programme"),
    "change_settings": _("changed settings"),
    "end_setup_step": _("worked on the first steps"),
    "publish_guidelines": _("published guidelines"),
    "drop_guidelines_language": _("took a language out of the guidelines"),
    "invite_people": _("invited people"),
    "open_link": _("made a link for invitations"),
    "end_link": _("ended the link for invitations"),
    "ask_for_invitation": _("Somebody asked for an invitation by the link"),
    "correct_address": _("corrected an address"),
    "mark_undeliverable": _("An address could not be reached by mail"),
    "upload_people": _("uploaded a file of people"),
    "read_import_as": _("read a file of people in another encoding"),
    "start_import": _("started an import of people"),
    "cancel_import": _("stopped an import of people"),
    "finish_import": _("An import of people ended"),
    "change_role": _("changed a role"),
    "rename_member": _("changed how a name is written"),
    "deactivate_member": _("deactivated a person"),
    "reactivate_member": _("activated a person again"),
    "create_team": _("made a team"),
    "rename_team": _("renamed a team"),
    "end_team": _("ended a team"),
    "put_in_team": _("put a person in a team"),
    "take_out_of_team": _("took a person out of a team"),
    "offer_networks": _("chose the networks people may connect"),
    "set_disclosure": _("chose what posts say about whose story it is"),
    "drop_disclosure": _("took back what posts say about whose story it is"),
    "set_monthly_ceiling": _("set what posts may cost in a month"),
    "try_network": _("tested a network's app"),
    "rotate_field_key": _("The key that seals accounts was changed"),
    "create_campaign": _("made a campaign"),
    "edit_campaign": _("changed a campaign"),
    "archive_campaign": _("archived a campaign"),
    "bring_back_campaign": _("brought a campaign back"),
    "create_item": _("added a story"),
    "edit_item": _("changed a story"),
    "address_item": _("chose whom a story is for"),
    "plan_item": _("planned a story"),
    "embargo_item": _("set before when nothing of a story goes out"),
    "ask_posts_for_item": _("said how many posts a story asks for"),
    "release_item": _("released a story"),
    "end_item": _("ended a story"),
    "discard_item": _("discarded a story"),
    "suggest_message": _("suggested a wording"),
    "reword_message": _("changed a suggested wording"),
    "pass_message": _("passed a suggested message"),
    "drop_message": _("took a suggested wording back"),
    "ask_angle": _("added a question to start from"),
    "ask_default_angles": _("added the usual questions to start from"),
    "drop_angle": _("took a question back"),
    "keep_picture": _("added a picture"),
    "describe_media": _("described a picture"),
    "begin_upload": _("began to send a video, GIF or PDF"),
    "take_piece": _("sent a video, GIF or PDF"),
    "open_upload": _("added a video, GIF or PDF"),
    "describe_file": _("described a video, GIF or PDF"),
    "remove_file": _("took a video, GIF or PDF away"),
    "end_links": _("ended the links of a story"),
    "accept_suggestion": _("took up a suggestion"),
    "decline_suggestion": _("left a suggestion out"),
    "add_feed": _("followed a feed"),
    "change_feed": _("changed the pace of a feed"),
    "pause_feed": _("paused a feed"),
    "follow_feed_again": _("followed a feed again"),
    "remove_feed": _("removed a feed"),
    "upload_items": _("uploaded a file of stories"),
    "read_items_as": _("read a file of stories in another encoding"),
    "start_item_import": _("started an import of stories"),
    "cancel_item_import": _("stopped an import of stories"),
    "finish_item_import": _("An import of stories ended"),
    "hold_for_changed_story": _("A changed story asks its people again"),
    "hold_for_embargo": _("A story with an embargo asks its people again"),
}


@dataclass(frozen=True)
class AuditLine:
    """One act as the company reads it."""

    at: datetime
    who: str
    act: str | Promise
    about: str
    details: dict[str, object]


@dataclass(frozen=True)
class AuditPage:
    """Newest first; `before` opens the older page ('' at the end). An instant, since ids would count private rows."""

    lines: list[AuditLine]
    before: str


def audit_page(*, before: str = "") -> AuditPage:
    rows = AuditEntry.objects.select_related("by").filter(private=False, action__in=COMPANY_ACTS).order_by("-at", "-id")
    until = _instant(before)
    entries = list((rows.filter(at__lt=until) if until else rows)[: PAGE_SIZE + 1])
    shown = entries[:PAGE_SIZE]
    names = _names(shown)
    lines = [
        AuditLine(
            at=entry.at,
            who=str(entry.by) if entry.by else "",
            act=COMPANY_ACTS[entry.action],
            about=names.get(entry.subject.partition(" ")[2], ""),
            details=entry.details,
        )
        for entry in shown
    ]
    return AuditPage(lines=lines, before=shown[-1].at.isoformat() if len(entries) > PAGE_SIZE else "")


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def _names(entries: list[AuditEntry]) -> dict[str, str]:
    """What these entries are about, by public id: people here, the rest by `settings.AUDIT_NAMES`."""
    about: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        kind, _space, public_id = entry.subject.partition(" ")
        about[kind].add(public_id)
    people = Member.objects.filter(public_id__in=about["member"], left_at=None)
    names = {member.public_id: str(member) for member in people}
    for name in settings.AUDIT_NAMES:
        names |= import_string(name)(about)
    return names
