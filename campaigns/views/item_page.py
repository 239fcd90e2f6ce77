"""The one page of a story for its curator: the editor, what to do with it, its messages and questions.

Every form on it posts to its own address; one that is refused comes back on this page, filled as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from accounts.access import MemberRequest
from accounts.refusals import Refusal
from campaigns.curator_forms import AngleForm, AnnouncementForm, EditorForm, MessageForm, keep_what_is_asked
from campaigns.models import Item, ItemKind, Message
from campaigns.selectors.activity_words import activity_words
from campaigns.selectors.item_figures import item_figures
from campaigns.selectors.item_files import about_file
from campaigns.selectors.library import STAGES, Audience, audience_of, live_campaigns, stage_of
from campaigns.selectors.task_proofs import sent_proofs
from campaigns.selectors.times import zone_of
from integrations.networks import NETWORKS


def show_item(
    request: MemberRequest,
    item: Item,
    *,
    editor: AnnouncementForm | None = None,
    message: MessageForm | None = None,
    angle: AngleForm | None = None,
    changed: Mapping[str, MessageForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Inside `acting_in`. The forms given are the refused ones; `changed` is one of a message by its public id."""
    now = timezone.now()
    stage, audience = stage_of(item, now=now), audience_of(item)
    has_figures = item.kind != ItemKind.ANNOUNCEMENT and stage != "draft"
    place = {"language": item.language}
    context = {
        "item": item,
        "activity": activity_words(item),
        "sent_proofs": sent_proofs(item),
        "stage": stage,
        "stage_name": STAGES[stage],
        "figures": item_figures(item, now=now) if has_figures else None,
        "form": editor or editor_form(item, audience=audience),
        "shown_picture": item.picture,
        **about_file(item),
        "topics": audience.every_topic,
        "zone": timezone.get_current_timezone_name(),
        "messages_here": _messages(item, changed or {}),
        "angles": list(item.angles.order_by("language", "network", "pk")),
        "message_form": message or MessageForm(initial=place, auto_id="new-message-%s"),
        "angle_form": angle or AngleForm(initial=place, auto_id="new-angle-%s"),
        "network_labels": {network.key: network.label for network in NETWORKS},
    }
    return render(request, "campaigns/library/item.html", context, status=status)


def editor_form(
    item: Item, typed: Any = None, files: Any = None, *, audience: Audience | None = None
) -> AnnouncementForm:
    """Filled from the story, or from what was typed. An announcement has a form of its own."""
    audience = audience or audience_of(item)
    campaigns, teams, initial = live_campaigns(keep=item.campaign), audience.every_team, _standing(item, audience)
    if item.kind == ItemKind.ANNOUNCEMENT:
        return AnnouncementForm(typed, files, initial=initial, campaigns=campaigns, teams=teams)
    form = EditorForm(typed, files, initial=initial, campaigns=campaigns, teams=teams)
    form.fields["destination"].required = item.kind == ItemKind.LINK
    if item.picture is None:
        form.fields["upload"].label = gettext("Picture")
    keep_what_is_asked(form, item.asks)
    return form


def _standing(item: Item, audience: Audience) -> dict[str, object]:
    picture = item.picture
    praise = {None: "", True: "yes", False: "no"}[item.praises_product]
    return {
        "title": item.title,
        "summary": item.summary,
        "destination": item.destination,
        "target": item.target,
        "target_at": item.target_at,
        "proof": item.proof,
        "source": item.source,
        "picture": picture.sha256 if picture else "",
        "alt_text": picture.alt_text if picture else "",
        "language": item.language,
        "campaign": item.campaign.public_id,
        "topics": ", ".join(audience.topics),
        "teams": audience.teams,
        "release_at": item.release_at,
        "expires_at": item.expires_at,
        "needs_disclosure": item.needs_disclosure,
        "praises_product": praise,
        "about": item.about,
        "facts": item.facts,
        "limits": item.limits,
        "embargo_until": item.embargo_until,
        "least_posts": item.least_posts,
        "closeness_ceiling": item.closeness_ceiling,
    }


def put_refusal(form: AnnouncementForm | MessageForm | AngleForm, refusal: Refusal) -> None:
    """The sentence beside its field, or above the form."""
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, refusal.sentence)


def own_clock(request: MemberRequest) -> AbstractContextManager[None]:
    """For views that call the outside: the curator's zone, asked for inside `acting_in`."""
    return timezone.override(zone_of(request.member))


def _messages(item: Item, changed: Mapping[str, MessageForm]) -> list[tuple[Message, MessageForm]]:
    rows = item.messages.select_related("passed_by").order_by("language", "network", "pk")
    return [(message, changed.get(message.public_id) or change_form(message)) for message in rows]


def change_form(message: Message, typed: Any = None) -> MessageForm:
    initial = {"text": message.text, "language": message.language, "network": message.network}
    return MessageForm(typed, initial=initial, auto_id=f"message-{message.public_id}-%s")
