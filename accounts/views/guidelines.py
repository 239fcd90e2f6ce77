"""The guidelines: written by who runs the programme, a language at a time; read by everybody with their history."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.actions.guidelines import drop_guidelines_language, publish_guidelines
from accounts.actions.settings import end_setup_step
from accounts.forms import BlanksForm, GuidelinesForm
from accounts.guideline_texts import Blanks, GuidelinesWords, default_words
from accounts.roles import Right
from accounts.selectors.guidelines import current_guidelines, guidelines_in, history, older_languages, words_by_language
from accounts.selectors.organization import settings_of
from accounts.views.answers import acted, acted_on_form


@dataclass(frozen=True)
class LanguageTab:
    """One language over the editor. `written`: the company has guidelines in it."""

    code: str
    written: bool
    current: bool


@require_safe
@for_member()
def our_guidelines(request: MemberRequest) -> HttpResponse:
    """The version in force in the reader's language, or the one that was asked for; and what changed when."""
    language, asked = get_language() or settings.LANGUAGE_CODE, request.GET.get("version", "")
    read = guidelines_in(language, number=int(asked) if re.fullmatch(r"[0-9]{1,9}", asked) else None)
    if read is None:
        raise Http404("There is no such version.")
    newest = current_guidelines()
    context = {
        "read": read,
        "history": history(read.language),
        "is_in_force": newest is not None and newest.pk == read.version.pk,
    }
    return TemplateResponse(request, "accounts/our_guidelines.html", context)


@for_member(Right.RUN_PROGRAMME)
def guidelines(request: MemberRequest) -> HttpResponse:
    """The editor, a language at a time. Saving publishes a new version; people accept it at their next approval."""
    language = _language(request)
    form = GuidelinesForm(request.POST or None, initial=_as_typed(language))

    def act() -> None:
        typed = form.cleaned_data
        words = GuidelinesWords(points=tuple(typed["points"].splitlines()), body=typed["body"])
        publish_guidelines(by=request.member, texts={language: words})
        end_setup_step("guidelines", by=request.member, how="done")

    if request.method == "POST" and acted_on_form(form, act):
        messages.success(request, _("Published. Everybody is asked to accept it at their next approval."))
        return _editor(request, language)
    return _page(request, language, form, BlanksForm())


@require_POST
@for_member(Right.RUN_PROGRAMME)
def guidelines_from_blanks(request: MemberRequest) -> HttpResponse:
    """Our default text with the three blanks filled in, to be looked at before it is published."""
    language, blanks = _language(request), BlanksForm(request.POST)
    words = default_words(language, Blanks(**blanks.cleaned_data) if blanks.is_valid() else None)
    return _page(request, language, GuidelinesForm(initial=_typed(words)), blanks, filled=True)


@require_POST
@for_member(Right.RUN_PROGRAMME)
def guidelines_drop(request: MemberRequest) -> HttpResponse:
    """No guidelines in this language any more: its readers meet the company's main language."""
    language = _language(request)
    acted(request, lambda: drop_guidelines_language(language, by=request.member), _("Taken out, in a new version."))
    return _editor(request, settings_of().language)


def _page(
    request: HttpRequest, language: str, form: GuidelinesForm, blanks: BlanksForm, *, filled: bool = False
) -> HttpResponse:
    now = current_guidelines()
    written = words_by_language(now)
    context = {
        "form": form,
        "now": now,
        "blanks": blanks,
        "filled": filled,
        "language": language,
        "is_written": language in written,
        "is_only": len(written) == 1,
        "tabs": [LanguageTab(code, code in written, code == language) for code, _name in settings.LANGUAGES],
        "older": older_languages(now) if now else [],
    }
    return TemplateResponse(request, "accounts/guidelines.html", context)


def _editor(request: MemberRequest, language: str) -> HttpResponse:
    return redirect(f"{reverse('guidelines', args=[request.organization.slug])}?language={language}")


def _language(request: HttpRequest) -> str:
    """The one being written: asked for, else the company's main one."""
    asked = request.POST.get("language") or request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else settings_of().language


def _as_typed(language: str) -> dict[str, str]:
    """What stands in this language; where nothing does, ours to begin with."""
    return _typed(words_by_language(current_guidelines()).get(language) or default_words(language))


def _typed(words: GuidelinesWords) -> dict[str, str]:
    return {"points": "\n".join(words.points), "body": words.body}
