"""`/api/v1/`: the schema as a page to read, in our own frame, without scripts or anything from elsewhere.

It says what `/api/v1/schema/` says and decides nothing. The sentences of the schema are for programmers, in English.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")
# The API's schema is JSON of the OpenAPI standard; nothing else here is without a shape of its own.
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """Something a call takes: where it stands, and what it may be."""

    name: str
    place: str
    kind: str
    is_required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Call:
    tag: str
    name: str
    method: str
    path: str
    words: str
    values: list[Value]
    answers: list[str]


@require_GET
def api_page(request: HttpRequest) -> HttpResponse:
    return render(request, "api_page.html", {"groups": _groups()})


@cache
def _groups() -> list[tuple[str, list[Call]]]:
    """Calls under the word they belong to; read once, since no call comes or goes while a program runs."""
    schema: Json = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # it ships no types
    calls = sorted(_calls(schema), key=lambda call: call.tag)
    return [(tag, list(some)) for tag, some in groupby(calls, key=lambda call: call.tag)]


def _calls(schema: Json) -> Iterator[Call]:
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                yield _call(schema, path, method, methods[method])


def _call(schema: Json, path: str, method: str, told: Json) -> Call:
    values = [_parameter(one) for one in told.get("parameters", [])] + list(_fields(schema, told.get("requestBody")))
    return Call(
        tag=told.get("tags", [""])[0],
        name=told["operationId"],
        method=method.upper(),
        path=path,
        words=str(told.get("description") or told.get("summary") or ""),
        values=values,
        answers=sorted(told.get("responses", {})),
    )


def _parameter(told: Json) -> Value:
    words = str(told.get("description", ""))
    return Value(told["name"], told["in"], _kind(told.get("schema", {})), bool(told.get("required")), words)


def _fields(schema: Json, body: Json | None) -> Iterator[Value]:
    """The fields of what is sent."""
    for content in (body or {}).get("content", {}).values():
        shape = _resolved(schema, content.get("schema", {}))
        required = set(shape.get("required", []))
        for name, told in shape.get("properties", {}).items():
            if not told.get("readOnly"):
                yield Value(name, "body", _kind(told), name in required, str(told.get("description", "")))
        return  # the other media types carry the same fields


def _resolved(schema: Json, shape: Json) -> Json:
    if "$ref" not in shape:
        return shape
    found: Json = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    return found


def _kind(shape: Json) -> str:
    if shape.get("type") == "array":
        return f"list of {_kind(shape.get('items', {}))}"
    if "enum" in shape:
        return " | ".join(str(one) for one in shape["enum"])
    named = [one["$ref"].rpartition("/")[2] for one in [shape, *shape.get("allOf", [])] if "$ref" in one]
    return str(shape.get("format") or shape.get("type") or " ".join(named) or "value")
