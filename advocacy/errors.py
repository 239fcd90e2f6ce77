"""The pages for 400, 403, 404, 409, 413, 429 and 500: a sentence, what to do, and the request's id."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.request_id import request_id


def _words(status: int, limit_mb: int) -> tuple[str, str]:
    """(what happened, what to do) for a status."""
    words = {
        400: (_("We could not read this request."), _("Go back and try again. Nothing was changed.")),
        403: (
            _("This is not open to you."),
            _("Nothing was changed. If you think it should be, ask your administrator."),
        ),
        404: (_("There is nothing here."), _("The address may be old, or it belongs to somebody else.")),
        409: (_("This was changed meanwhile."), _("Nothing was lost. Go back, look at it again and decide.")),
        413: (
            _("This file is too large."),
            _("Files up to %(limit)s MB are fine. Go back in your browser: what you typed is still there.")
            % {"limit": limit_mb},
        ),
        429: (_("That was a little fast."), _("Nothing was lost. Please wait a minute and try again.")),
        500: (_("Something broke on our side."), _("Nothing you approved is lost. Please try again in a minute.")),
    }
    return words[status]


def problem_page(request: HttpRequest, status: int, *, sentence: str = "", limit_mb: int = 2) -> HttpResponse:
    """One error page (or, for the API, one problem answer) in the person's language."""
    title, advice = _words(status, limit_mb)
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": sentence or advice}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    context = {"status": status, "title": sentence or title, "advice": advice, "request_id": request_id()}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return problem_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem_page(
        request, 403, sentence=_("This page was open too long, or cookies are switched off. Reload it and try again.")
    )
