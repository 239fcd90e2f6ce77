"""RFC 9457 problem answers: every error of the API is `application/problem+json` with a sentence."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts.refusals import Refusal

CONTENT_TYPE = "application/problem+json"


def problem_answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: refusals keep their sentence; validation errors list their fields."""
    if isinstance(error, Refusal):
        return _problem(error.status, error.code, error.sentence, error.details)
    answer = exception_handler(error, context)
    if answer is None:
        return None
    code = error.default_code if isinstance(error, exceptions.APIException) else "not_found"
    details = {"fields": answer.data} if isinstance(error, exceptions.ValidationError) else {}
    sentence = _sentence(error, answer.data)
    problem = _problem(answer.status_code, code, sentence, details)
    for name in ("WWW-Authenticate", "Retry-After"):
        if name in answer.headers:
            problem.headers[name] = answer.headers[name]
    return problem


def _sentence(error: Exception, data: Any) -> str:
    if isinstance(error, exceptions.ValidationError):
        return "Some fields cannot be used as they are."
    if isinstance(error, Http404):
        return "There is nothing here."
    return str(data.get("detail", "")) if isinstance(data, dict) else str(error)


def _problem(status: int, code: str, sentence: str, details: dict[str, Any]) -> Response:
    body = {"type": f"about:blank#{code}", "title": code.replace("_", " "), "status": status, "detail": sentence}
    return Response({**body, **details}, status=status, content_type=CONTENT_TYPE)
