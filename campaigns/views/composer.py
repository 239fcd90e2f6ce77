"""The composer: own words from an angle, live count and preview, where and when. It saves; it never approves."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, for_member
from accounts.forms import show_refusal
from accounts.refusals import Refusal
from accounts.selectors.guidelines import guidelines_in
from accounts.selectors.organization import settings_of
from campaigns import access
from campaigns.actions.drafts import LONGEST_DRAFT, LONGEST_WARNING, make_ready_to_show
from campaigns.actions.shares import choose_connection, describe_picture, edit_draft
from campaigns.actions.suggestions import suggest_story
from campaigns.activity_rules import deed_of, is_at_a_network
from campaigns.canonical import pictures_read, read_pictures
from campaigns.forms import DraftForm
from campaigns.models import Message, Share, ShareState
from campaigns.qr_codes import qr_svg
from campaigns.refusals import ChangedMeanwhile, DeletedMeanwhile
from campaigns.selectors.accounts import Accounts, accounts_for, chosen_value, just_connected
from campaigns.selectors.activity_words import activity_words
from campaigns.selectors.angles import questions_for
from campaigns.selectors.closeness import comparison_of
from campaigns.selectors.messages import offered_messages, words_beside
from campaigns.selectors.preview import preview_of
from campaigns.selectors.queue import can_be_edited
from campaigns.selectors.reviews import standing_of
from campaigns.selectors.telling import tell_as_typed, telling_of
from campaigns.selectors.time_words import reason_of
from campaigns.selectors.times import TimeChoice, good_time_for, picked_time, zone_of
from campaigns.time_rules import wall_of
from campaigns.views.own_zone import in_own_zone
from campaigns.views.plan_sitting import step_here

LONGEST_ALT_TEXT = 1000  # as `DraftForm` takes it


@require_http_methods(["GET", "POST"])
@for_member()
@in_own_zone
def compose(request: MemberRequest, public_id: str) -> HttpResponse:
    try:
        return _compose(request, public_id)
    except Http404:
        if request.method != "POST":
            raise
        refusal = DeletedMeanwhile()
        return _gone(request, refusal.sentence, _typed(request), status=refusal.status)


def _compose(request: MemberRequest, public_id: str) -> HttpResponse:
    share = access.share_for(request.member, public_id)
    if share.state == ShareState.IN_REVIEW:
        return _being_read(request, share)
    if not can_be_edited(share):
        return _no_longer(request, share)
    company = settings_of()
    read_pictures(share)
    share = make_ready_to_show(share, by=request.member, settings=company)
    accounts = accounts_for(request.member, settings=company, story=share.item)
    if request.method != "POST":
        form = DraftForm(share=share, accounts=accounts.all(), initial=_initial(request, share, accounts))
        return _page(request, share, accounts, form)
    form = DraftForm(request.POST, share=share, accounts=accounts.all())
    try:
        if not form.is_valid():
            return _page(request, share, accounts, form, status=400)
        share = _save(request, share, accounts, form.cleaned_data)
        return _go_on(request, share, form.cleaned_data)
    except DeletedMeanwhile:
        raise
    except Refusal as refusal:
        return _refused(request, public_id, accounts, form, refusal)


def _no_longer(request: MemberRequest, share: Share) -> HttpResponse:
    """Decided in another window. What this one still sends, and stands nowhere else, is shown back."""
    sentence = _("This post can no longer be changed. Here is where it stands.")
    typed = _typed(request) if request.method == "POST" else {}
    saved = {"text": share.text, "warning": share.warning}
    saved |= {f"alt_{link.position}": link.alt_text for link in share.media_links.all()}
    if lost := {name: words for name, words in typed.items() if words != saved.get(name)}:
        return _gone(request, sentence, lost, status=409)
    messages.info(request, sentence)
    return redirect("queue", request.organization.slug)


def _typed(request: MemberRequest) -> dict[str, str]:
    """The words that a window sent, by the names of its fields; as long as they could be saved."""
    longest = {"text": LONGEST_DRAFT, "warning": LONGEST_WARNING}
    names = [name for name in request.POST if name in longest or name.startswith("alt_")]
    typed = {name: request.POST[name].replace("\r\n", "\n").strip() for name in names}
    return {name: words[: longest.get(name, LONGEST_ALT_TEXT)] for name, words in typed.items() if words}


def _gone(request: MemberRequest, sentence: str, typed: dict[str, str], *, status: int) -> HttpResponse:
    """`typed` is shown to be copied."""
    context = {
        "sentence": sentence,
        "text": typed.get("text", ""),
        "warning": typed.get("warning", ""),
        "alt_texts": [words for name, words in typed.items() if name.startswith("alt_")],
        "is_there": status != DeletedMeanwhile.status,
    }
    return render(request, "campaigns/draft_gone.html", context, status=status)


def _being_read(request: MemberRequest, share: Share) -> HttpResponse:
    """Shown as it is read; what an older window still sends is not saved, and shown back."""
    typed = request.POST.get("text", "").replace("\r\n", "\n").strip()
    lost = typed if typed != share.text else ""
    context = {"share": share, "item": share.item, "preview": preview_of(share), "not_saved": lost}
    context["sitting"] = step_here(request, share)
    return render(request, "campaigns/being_read.html", context, status=409 if request.method == "POST" else 200)


@require_POST
@for_member()
@in_own_zone
def compose_live(request: MemberRequest, public_id: str) -> HttpResponse:
    """The count, the problems and the preview of what is being typed; and where another account was just chosen,
    what its network asks besides. Saves nothing."""
    share = access.share_for(request.member, public_id)
    accounts = accounts_for(request.member, story=share.item)
    share.text = request.POST.get("text", "").replace("\r\n", "\n")[:LONGEST_DRAFT]
    tell_as_typed(share, request.POST)
    chosen = accounts.named(request.POST.get("account", ""))
    if chosen is not None:
        share.network, share.connection, share.by_hand = chosen.network.key, chosen.connection, not chosen.connection
    offered = offered_messages(share.item)
    preview = preview_of(share, pictures_read(share), messages=offered)
    comparison = comparison_of(share, messages=offered)
    context = {"preview": preview, "comparison": comparison, "share": share}
    if "another_account" in request.POST:
        context["telling"] = telling_of(share)
    return render(request, "campaigns/_live.html", context)


def _save(request: MemberRequest, share: Share, accounts: Accounts, typed: dict[str, Any]) -> Share:
    """Words first: whatever is refused afterwards, they are safe."""
    member, go = request.member, request.POST.get("go", "")
    text = _suggested(share, go) or typed["text"]
    warning = typed["warning"] if "warning" in request.POST else None
    how = {"language": typed["language"] or None, "visibility": typed["visibility"] or None, "warning": warning}
    share = edit_draft(share, by=member, text=text, seen_version=typed["version"], **how)
    for name, value in typed.items():
        if name.startswith("alt_"):
            share = describe_picture(share, by=member, position=int(name.removeprefix("alt_")), alt_text=value)
    chosen = accounts.named(typed["account"])
    if chosen is not None:
        by_hand = chosen.connection is None
        key, connection = chosen.network.key, chosen.connection
        share = choose_connection(share, by=member, connection=connection, network=key, by_hand=by_hand)
    return share


def _go_on(request: MemberRequest, share: Share, typed: dict[str, Any]) -> HttpResponse:
    slug, go = request.organization.slug, request.POST.get("go", "")
    if go.startswith("connect-"):
        address = reverse("connect", args=[slug, go.removeprefix("connect-")])
        allow = {"allow": deed_of(share.item.asks)} if is_at_a_network(share.item.asks) else {}
        return redirect(f"{address}?{urlencode({'share': share.public_id, **allow})}")
    if go == "look":
        query = _time_query(request, share, typed)
        return redirect(f"{reverse('approve', args=[slug, share.public_id])}?{urlencode(query)}")
    if go == "phone":
        return redirect(f"{reverse('compose', args=[slug, share.public_id])}?phone=1#phone")
    if go == "suggest":
        return _suggest(request, share)
    if not go.startswith("use-"):
        messages.success(request, _("Saved. Nothing goes out before you approve it."))
    return redirect("compose", slug, share.public_id)


def _suggest(request: MemberRequest, share: Share) -> HttpResponse:
    """An own post before the curators, asked for by its author alone; the draft stays as it is."""
    suggest_story(by=request.member, words=share.text, shows_name="shows_name" in request.POST)
    messages.success(request, _("Suggested. The curators look at it; your draft stays yours."))
    return redirect("compose", request.organization.slug, share.public_id)


def _time_query(request: MemberRequest, share: Share, typed: dict[str, Any]) -> dict[str, str]:
    """The chosen time for the approval's page; a time that cannot be is refused here, where it was typed."""
    choice = typed["when"] or TimeChoice.GOOD
    if choice != TimeChoice.PICK:
        return {"when": choice}
    zone = zone_of(request.member)
    picked_time(share, typed["at"], zone=zone, now=timezone.now())
    return {"when": choice, "at": typed["at"]}


def _refused(
    request: MemberRequest, public_id: str, accounts: Accounts, form: DraftForm, refusal: Refusal
) -> HttpResponse:
    """The sentence, everything that was typed, and what another window saved meanwhile beside it."""
    show_refusal(form, refusal)
    share = access.share_for(request.member, public_id)
    form.data = {**request.POST.dict(), "version": str(share.draft_version)}
    other_text = share.text if isinstance(refusal, ChangedMeanwhile) else ""
    return _page(request, share, accounts, form, status=refusal.status, other_text=other_text)


def _suggested(share: Share, go: str) -> str:
    """A suggested wording that the person took to start from, or ''."""
    if not go.startswith("use-"):
        return ""
    wanted = go.removeprefix("use-")
    return next((one.text for one in offered_messages(share.item) if one.public_id == wanted), "")


def _initial(request: MemberRequest, share: Share, accounts: Accounts) -> dict[str, Any]:
    planned = share.proposed_at or (share.due_at if share.state == ShareState.SCHEDULED else None)
    when = request.GET.get("when") or (TimeChoice.PICK if planned else TimeChoice.GOOD)
    picked = wall_of(planned, zone_of(request.member)) if planned else ""
    return {
        "text": share.text,
        "account": just_connected(request.GET.get("connected", ""), accounts) or chosen_value(share, accounts),
        "when": when,
        "at": request.GET.get("at") or picked,
        "version": share.draft_version,
    }


def _page(
    request: MemberRequest,
    share: Share,
    accounts: Accounts,
    form: DraftForm,
    *,
    status: int = 200,
    other_text: str = "",
) -> HttpResponse:
    chosen = accounts.named(str(form["account"].value() or ""))
    # The preview shows what stands in the form; nobody waits for one of what is too long to be saved.
    share.text = str(form["text"].value() or "")[:LONGEST_DRAFT]
    if form.is_bound:
        tell_as_typed(share, form.data)
    if chosen is not None:
        share.network, share.connection, share.by_hand = chosen.network.key, chosen.connection, not chosen.connection
    best = good_time_for(share, zone=zone_of(request.member), now=timezone.now())
    (offered, angles), pictures = words_beside(share.item), pictures_read(share)
    context = {
        **_beside(request, share, offered),
        "angles": questions_for(share, request.member, angles),
        "share": share,
        "item": share.item,
        "form": form,
        "accounts": accounts,
        "chosen": str(form["account"].value() or ""),
        "when": str(form["when"].value() or TimeChoice.GOOD),
        "telling": telling_of(share),
        "preview": preview_of(share, pictures, messages=offered),
        "good_time": best,
        "good_reason": reason_of(best, share),
        "reading": standing_of(share, pictures),
        "ends_approval": share.state in (ShareState.SCHEDULED, ShareState.HELD),
        "other_text": other_text,
        "sitting": step_here(request, share),
    }
    return render(request, "campaigns/composer.html", context, status=status)


def _beside(request: MemberRequest, share: Share, offered: list[Message]) -> dict[str, Any]:
    """What helps with the words, and the way on to a phone: this page's address, for its author once signed in."""
    phone = ""
    if "phone" in request.GET:
        phone = f"{settings.SITE_ADDRESS}{reverse('compose', args=[share.organization.slug, share.public_id])}"
    return {
        "comparison": comparison_of(share, messages=offered),
        "is_own": share.item.own_of_id is not None,
        "activity": activity_words(share.item),
        "suggestions": [message for message in offered if message.network in ("", share.network)],
        "guidelines": guidelines_in(get_language() or ""),
        "phone": phone,
        "phone_code": qr_svg(phone) if phone else "",
    }
