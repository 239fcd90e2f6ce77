"""The base of every API view: the person behind the key, and writes that answer a repeated key once."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import require
from accounts.api.problems import problem_answer
from accounts.idempotency import fingerprint, first_answer, keep_answer
from accounts.models import Member, PersonalKey
from accounts.refusals import Refusal
from accounts.roles import Right

P = ParamSpec("P")
V = TypeVar("V", bound="PersonView")
Write = Callable[Concatenate[V, Request, P], Response]


class PersonView(APIView):
    """A call made with a personal key. `right` is what the person's role must allow; lacking it is 404."""

    right: Right = Right.TAKE_PART

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(self.me, self.right)

    @property
    def me(self) -> Member:
        key: PersonalKey = self.request.auth  # type: ignore[assignment]  # what our authentication answers
        return key.member

    @property
    def drawn_for_schema(self) -> bool:
        """The schema is drawn without a company or a person."""
        return bool(getattr(self, "swagger_fake_view", False))


def once(write: Write[V, P]) -> Write[V, P]:
    """A write: one transaction of its own, and one answer per Idempotency-Key (refusals included)."""

    @wraps(write)
    def answered_once(view: V, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            with transaction.atomic():
                return write(view, request, *args, **kwargs)
        sha256 = fingerprint(request.method or "", request.get_full_path(), _body(request))
        kept = first_answer(view.me, key, sha256)
        if kept is not None:
            return Response(kept.answer, status=kept.status, headers={"Idempotency-Replayed": "true"})
        answer = _done(write, view, request, *args, **kwargs)
        keep_answer(view.me, key, sha256, status=answer.status_code, answer=answer.data)
        return answer

    answered_once.answers_once = True  # type: ignore[attr-defined]  # tests/accounts/api looks for this mark
    return answered_once


def _done(write: Write[V, P], view: V, request: Request, *args: P.args, **kwargs: P.kwargs) -> Response:
    try:
        with transaction.atomic():
            return write(view, request, *args, **kwargs)
    except Refusal as refusal:
        answer = problem_answer(refusal, {})
        assert answer is not None  # every refusal has one
        return answer


def _body(request: Request) -> bytes:
    return json.dumps(request.data, sort_keys=True, default=str).encode()
