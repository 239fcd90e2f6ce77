"""The request's id, the limits on its body, and the browser policies Django does not set itself."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.request_id import set_request_id
from advocacy.errors import problem_page

Answer = Callable[[HttpRequest], HttpResponse]
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9-]{8,36}")
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
    """Refuses a body by its declared length before a byte is read: 2 MB, uploads 50 MB."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        upload = request.META.get("CONTENT_TYPE", "").startswith("multipart/form-data")
        limit = settings.UPLOAD_LIMIT_BYTES if upload else settings.BODY_LIMIT_BYTES
        if length > limit:
            return problem_page(request, 413, limit_mb=limit // 1_000_000)
        return self.get_response(request)


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
