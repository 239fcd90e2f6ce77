"""Tells the OpenAPI schema about personal keys; drf-spectacular finds the class by being defined."""

from __future__ import annotations

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class PersonalKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular ships no types
    target_class = "accounts.api.authentication.PersonalKeyAuthentication"
    name = "personalKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A personal key, made on the page *My keys*."}
