"""The video, GIF or PDF of a story: sent in pieces by a small script, or as one plain upload; described, taken away.

Limits are said before anything is sent. A file passes in pieces of two megabytes at most and is never whole in this
process; where it came as one upload, Django laid it on the disk.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, for_member
from accounts.middleware import calls_outside, posting_calls_outside
from accounts.refusals import Refusal
from accounts.roles import Right
from accounts.tenancy import acting_in
from campaigns.actions.media_uploads import (
    PIECE_BYTES,
    begin_upload,
    describe_file,
    remove_file,
    take_piece,
    take_whole,
)
from campaigns.library_access import curated_item, upload_for
from campaigns.models import MediaUpload, UploadState
from campaigns.selectors.item_files import about_file


@posting_calls_outside
@require_http_methods(["GET", "POST"])
@for_member(Right.CURATE)
def item_file(request: MemberRequest, public_id: str) -> HttpResponse:
    """GET: the part of the page that says where an upload stands. POST: a whole file, from a page without a script."""
    if request.method == "GET":
        item = curated_item(request.member, public_id)
        return render(request, "campaigns/library/item_file.html", {"item": item, **about_file(item)})
    file = request.FILES.get("upload")
    try:
        with acting_in(request.organization):
            item = curated_item(request.member, public_id)
            name, size = (file.name or "", file.size or 0) if file else ("", 0)
            upload = begin_upload(item, by=request.member, file_name=name, size=size, alt_text=_words(request))
        if file is not None:
            take_whole(upload, by=request.member, file=file)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("item_edit", request.organization.slug, public_id)


@require_POST
@for_member(Right.CURATE)
def item_file_begin(request: MemberRequest, public_id: str) -> HttpResponse:
    item = curated_item(request.member, public_id)
    size = request.POST.get("size", "")
    try:
        upload = begin_upload(
            item,
            by=request.member,
            file_name=request.POST.get("name", ""),
            size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0,
            alt_text=_words(request),
        )
    except Refusal as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=refusal.status)
    return JsonResponse(_standing(upload) | {"upload": upload.public_id, "piece": PIECE_BYTES})


@calls_outside
@require_POST
@for_member(Right.CURATE)
def item_file_piece(request: MemberRequest, public_id: str, upload: str) -> HttpResponse:
    """The bytes from `at` on. The answer says how many there are, whether they came now or before."""
    at = request.GET.get("at", "")
    with acting_in(request.organization):
        begun = upload_for(request.member, curated_item(request.member, public_id), upload)
    if not (at.isascii() and at.isdigit() and len(at) < 16):
        return JsonResponse(_standing(begun), status=400)
    try:
        # Read, not asked for as `body`: the request would hold it until Python next looks for what is left over.
        begun = take_piece(begun, by=request.member, offset=int(at), content=request.read())
    except Refusal as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=refusal.status)
    return JsonResponse(_standing(begun))


@require_POST
@for_member(Right.CURATE)
def item_file_change(request: MemberRequest, public_id: str) -> HttpResponse:
    """Its description, or away with it."""
    item = curated_item(request.member, public_id)
    if "remove" in request.POST:
        remove_file(item, by=request.member)
        messages.success(request, _("Taken away. Posts that are out stay as they are."))
    else:
        describe_file(item, by=request.member, alt_text=_words(request))
        messages.success(request, _("Saved."))
    return redirect("item_edit", request.organization.slug, item.public_id)


def _standing(upload: MediaUpload) -> dict[str, Any]:
    return {"received": upload.received, "whole": upload.state != UploadState.RECEIVING}


def _words(request: MemberRequest) -> str:
    return request.POST.get("alt_text", "")
