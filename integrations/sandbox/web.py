"""The ground under every network's module: what a request handler gets, and how it answers.

Owns the `Sandbox` (all state in one place), JSON answers and the refusal that ends a request early. It knows no
network.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from integrations.sandbox.call_faults import CallFaults
from integrations.sandbox.containers import Container
from integrations.sandbox.faults import Faults
from integrations.sandbox.grants import Grants
from integrations.sandbox.limits import Limits
from integrations.sandbox.proofs import Proofs
from integrations.sandbox.settings import Settings
from integrations.sandbox.store import Store
from integrations.sandbox.told import Told

Body = dict[str, Any]


@dataclass(slots=True)
class Sandbox:
    """Everything one running sandbox holds. `public_url` is how a browser reaches it."""

    folder: Path
    public_url: str
    settings: Settings
    store: Store
    grants: Grants
    faults: Faults
    limits: Limits
    token_faults: CallFaults = field(default_factory=CallFaults)
    removal_faults: CallFaults = field(default_factory=CallFaults)
    proofs: Proofs = field(default_factory=Proofs)
    containers: dict[str, Container] = field(default_factory=dict)
    told: Told = field(default_factory=Told)

    def url(self, path: str) -> str:
        return self.public_url + path

    def reset(self) -> None:
        with self.store.lock:
            self.store.reset()
            self.grants.open()
            self.limits.reset()
            self.faults.reset()
            self.token_faults.reset()
            self.removal_faults.reset()
            self.proofs.reset()
            self.containers.clear()
            self.told.reset()


Handler = Callable[..., Response]
Routes = list[tuple[str, str, Handler]]


class Rejected(Exception):
    """The network's refusal, as the answer it sends."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=status, headers=dict(headers or {}), content_type="application/json; charset=utf-8")


def json_body(request: Request) -> Body:
    try:
        body = json.loads(request.get_data() or b"{}")
    except ValueError as error:
        raise BadRequest("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise BadRequest("The body is not a JSON object.")
    return body


def fields(request: Request) -> Body:
    """Form fields or a JSON object, as the Mastodon API takes both. `name[]` becomes a list."""
    if request.mimetype == "application/json":
        return json_body(request)
    return {
        name.removesuffix("[]"): values if name.endswith("[]") else values[-1]
        for name, values in request.values.to_dict(flat=False).items()
    }


def bearer(request: Request) -> str:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""
