"""The suggested messages and the questions of a story, and the messages that wait for a second curator."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.refusals import Refusal
from accounts.roles import Right
from campaigns.actions.messages import (
    ask_angle,
    ask_default_angles,
    drop_angle,
    drop_message,
    pass_message,
    reword_message,
    suggest_message,
)
from campaigns.curator_forms import AngleForm, MessageForm
from campaigns.library_access import angle_for, curated_item, message_for
from campaigns.models import Item
from campaigns.selectors.messages import has_curators_besides, message_sha256, messages_to_pass
from campaigns.views.item_page import change_form, put_refusal, show_item
from campaigns.views.own_zone import in_own_zone


@require_POST
@for_member(Right.CURATE)
@in_own_zone
def message_new(request: MemberRequest, public_id: str) -> HttpResponse:
    item = curated_item(request.member, public_id)
    form = MessageForm(request.POST, auto_id="new-message-%s")
    status = _perform(form, lambda: suggest_message(item, by=request.member, **_placed(form, "text")))
    if status:
        return show_item(request, item, message=form, status=status)
    waits = _("Suggested. It is offered once another curator has passed it.")
    return _back(request, item, waits if item.campaign.signs_off_messages else _("Suggested."))


@require_POST
@for_member(Right.CURATE)
@in_own_zone
def message_change(request: MemberRequest, public_id: str, message: str) -> HttpResponse:
    item = curated_item(request.member, public_id)
    found = message_for(request.member, item, message)
    if "remove" in request.POST:
        drop_message(found, by=request.member)
        return _back(request, item, _("Removed."))
    form = change_form(found, request.POST)
    status = _perform(form, lambda: reword_message(found, by=request.member, **_placed(form, "text")))
    changed = {message: form}
    return show_item(request, item, changed=changed, status=status) if status else _back(request, item, _("Saved."))


@require_safe
@for_member(Right.CURATE)
@in_own_zone
def to_pass(request: MemberRequest) -> HttpResponse:
    context = {
        "waiting": [(message, message_sha256(message)) for message in messages_to_pass()],
        "has_others": has_curators_besides(request.member),
    }
    return render(request, "campaigns/library/to_pass.html", context)


@require_POST
@for_member(Right.CURATE)
def message_pass(request: MemberRequest, public_id: str, message: str) -> HttpResponse:
    found = message_for(request.member, curated_item(request.member, public_id), message)
    try:
        pass_message(found, by=request.member, seen_sha256=request.POST.get("seen_sha256", ""))
        messages.success(request, _("Passed. It is offered from now on."))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("to_pass", request.organization.slug)


@require_POST
@for_member(Right.CURATE)
@in_own_zone
def angle_new(request: MemberRequest, public_id: str) -> HttpResponse:
    item = curated_item(request.member, public_id)
    if "defaults" in request.POST:
        ask_default_angles(item, by=request.member, language=item.language)
        return _back(request, item, _("The usual questions stand here again."))
    form = AngleForm(request.POST, auto_id="new-angle-%s")
    status = _perform(form, lambda: ask_angle(item, by=request.member, **_placed(form, "question")))
    return show_item(request, item, angle=form, status=status) if status else _back(request, item, _("Added."))


@require_POST
@for_member(Right.CURATE)
@in_own_zone
def angle_remove(request: MemberRequest, public_id: str, angle: str) -> HttpResponse:
    item = curated_item(request.member, public_id)
    drop_angle(angle_for(request.member, item, angle), by=request.member)
    return _back(request, item, _("Removed."))


def _perform(form: MessageForm | AngleForm, act: Callable[[], object]) -> int:
    """Do it where the form is whole. Answers 0 when it is done, else the status of the page that says why not."""
    if not form.is_valid():
        return 400
    try:
        act()
    except Refusal as refusal:
        put_refusal(form, refusal)
        return refusal.status
    return 0


def _placed(form: MessageForm | AngleForm, words: str) -> dict[str, str]:
    given = form.cleaned_data
    return {words: given[words], "language": given["language"], "for_network": given["network"]}


def _back(request: MemberRequest, item: Item, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect("item_edit", request.organization.slug, item.public_id)
