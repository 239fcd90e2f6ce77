"""The suggested messages and the questions of a story."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, for_member
from accounts.refusals import Refusal
from accounts.roles import Right
from campaigns.actions.messages import (
    ask_angle,
    ask_default_angles,
    drop_angle,
    drop_message,
    reword_message,
    suggest_message,
)
from campaigns.curator_forms import AngleForm, MessageForm
from campaigns.library_access import angle_for, curated_item, message_for
from campaigns.models import Item
from campaigns.views.item_page import change_form, put_refusal, show_item
from campaigns.views.own_zone import in_own_zone


@require_POST
@for_member(Right.CURATE)
@in_own_zone
def message_new(request: MemberRequest, public_id: str) -> HttpResponse:
    item = curated_item(request.member, public_id)
    form = MessageForm(request.POST, auto_id="new-message-%s")
    status = _perform(form, lambda: suggest_message(item, by=request.member, **_placed(form, "text")))
    return show_item(request, item, message=form, status=status) if status else _back(request, item, _("Suggested."))


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
