"""The request's id, what a request may hold, what is compressed, and the policies that Django does not set itself."""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import Resolver404, resolve

from accounts.access import user_may
from accounts.request_id import set_request_id
from accounts.roles import Right
from advocacy.errors import problem_page

Answer = Callable[[HttpRequest], HttpResponse]
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9-]{8,36}")
# Pages with a secret that stands for longer than one answer.
SHOW_A_SECRET = frozenset(
    {
        "people_invite",
        "mfa_activate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
    }
)
# Addresses of forms whose file goes to the disk as it comes, with what their view asks for; and of answers that are
# packed by their nature.
TAKE_LARGE_FILES = {"item_file": Right.CURATE}
PACKED_ALREADY = frozenset({"media", "lent_picture"})
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


class RequestId:
    """Gives each request an id (or keeps the proxy's) for logs, audit rows, tasks and error pages."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _ACCEPTABLE_ID.fullmatch(given) else str(uuid.uuid4())
        with set_request_id(request_id):
            response = self.get_response(request)
        response.headers["X-Request-Id"] = request_id
        return response


class BodyLimit:
    """Refuses a body by its declared length before a byte is read: 2 MB, uploads 50 MB, one file of a story 250 MB."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        upload = request.META.get("CONTENT_TYPE", "").startswith("multipart/form-data")
        limit = settings.UPLOAD_LIMIT_BYTES if upload else settings.BODY_LIMIT_BYTES
        if upload and length > limit and _takes_large_files(request):
            limit = settings.DIRECT_UPLOAD_BYTES + settings.BODY_LIMIT_BYTES  # the words beside the file
        if length > limit:
            return problem_page(request, 413, limit_mb=limit // 1_000_000)
        return self.get_response(request)


def _takes_large_files(request: HttpRequest) -> bool:
    """For whoever may send one: session, membership and role are looked up before a byte is read."""
    with contextlib.suppress(Resolver404):
        match = resolve(request.path_info)
        right = TAKE_LARGE_FILES.get(match.url_name or "")
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if right is not None and key is not None:
            user_id = import_module(settings.SESSION_ENGINE).SessionStore(key).get(SESSION_KEY)
            return user_id is not None and user_may(int(user_id), match.kwargs["organization"], right)
    return False


class NoNullCharacters:
    """Refuses what PostgreSQL cannot store in a text, and nobody can type: it would end as an error of ours."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        sent = (request.path, *_values(request.GET), *_values(request.POST))
        return problem_page(request, 400) if any("\0" in one for one in sent) else None


def _values(sent: QueryDict) -> list[str]:
    return [value for _name, values in sent.lists() for value in values if isinstance(value, str)]


class Compression(GZipMiddleware):
    """Compresses answers, padded by chance, except where the length of a page could tell a secret on it.

    The foot of every page repeats its address: who can have it opened with other words at its end, and sees how long
    the answer is each time, would guess the secret letter by letter (breachattack.com).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        match = request.resolver_match
        if match is not None and match.url_name in SHOW_A_SECRET | PACKED_ALREADY:
            return response
        return super().process_response(request, response)


class BrowserPolicies:
    """Permissions-Policy on every answer, and no caching of private pages."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
