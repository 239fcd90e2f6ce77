"""Importing people from a file: upload, preview, progress."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, for_member
from accounts.actions import people_import as import_actions
from accounts.forms import EncodingForm, ImportForm
from accounts.models import ImportState, PeopleImport
from accounts.roles import Right
from accounts.views.answers import acted, acted_on_form

ERRORS_SHOWN = 100


@for_member(Right.RUN_PROGRAMME)
def people_import(request: MemberRequest) -> HttpResponse:
    """Choose a file."""
    form = ImportForm(request.POST or None, request.FILES or None)
    made: list[PeopleImport] = []

    def act() -> None:
        upload = form.cleaned_data["file"]
        made.append(import_actions.upload_people(by=request.member, file_name=upload.name, content=upload.read()))

    if request.method == "POST" and acted_on_form(form, act):
        return redirect("people_import_one", request.organization.slug, made[0].public_id)
    recent = PeopleImport.objects.defer("content").order_by("-id")[:5]
    return TemplateResponse(request, "accounts/people_import.html", {"form": form, "recent": recent})


@for_member(Right.RUN_PROGRAMME)
def people_import_one(request: MemberRequest, public_id: str) -> HttpResponse:
    """The preview before anything is done; then the progress, refreshed while it runs; then the result."""
    one = _import_for(public_id)
    context = {
        "one": one,
        "errors": [{**error, "sentence": import_actions.error_sentence(error)} for error in one.errors[:ERRORS_SHOWN]],
        "more_errors": max(0, len(one.errors) - ERRORS_SHOWN),
        "preview": import_actions.preview_rows(one) if one.state == ImportState.PREVIEW else [],
        "encoding_form": EncodingForm(initial={"encoding": one.encoding}),
    }
    part = request.headers.get("HX-Target") == "progress"
    template = "accounts/_import_progress.html" if part else "accounts/people_import_one.html"
    return TemplateResponse(request, template, context)


@require_POST
@for_member(Right.RUN_PROGRAMME)
def change_import(request: MemberRequest, public_id: str, act: str) -> HttpResponse:
    one, by = _import_for(public_id), request.member
    encoding = request.POST.get("encoding", "")
    acts = {
        "start": (lambda: import_actions.start_import(one, by=by), _("Started. You can leave this page.")),
        "cancel": (lambda: import_actions.cancel_import(one, by=by), _("Stopped. Who was added already stays.")),
        "read_as": (lambda: import_actions.read_import_as(one, by=by, encoding=encoding), _("Read again.")),
    }
    action, done = acts[act]
    acted(request, action, done)
    return redirect("people_import_one", request.organization.slug, public_id)


def _import_for(public_id: str) -> PeopleImport:
    found = PeopleImport.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404("There is nothing here.")
    return found
