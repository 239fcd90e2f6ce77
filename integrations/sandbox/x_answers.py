"""Bodies of X's refusals that more than one of its endpoints gives."""

from __future__ import annotations

from werkzeug.wrappers import Response

from integrations.sandbox.web import Body, Rejected
from integrations.sandbox.x_signin import problem


def failure(status: int, retry_after: int) -> Response:
    """The error bodies of injected faults; the 400 is of no documented type."""
    if status == 429:
        response = problem(429, "Too Many Requests", "Too Many Requests")
        response.headers["Retry-After"] = str(retry_after)
        return response
    titles = {400: "Bad Request", 500: "Internal Server Error", 503: "Service Unavailable"}
    return problem(status, titles[status], titles[status])


def invalid(detail: str) -> Rejected:
    kind = "https://api.twitter.com/2/problems/invalid-request"
    return Rejected(problem(400, "Invalid Request", detail, kind))


def not_found(post_id: str) -> Body:
    return {
        "value": post_id,
        "detail": f"Could not find tweet with ids: [{post_id}].",
        "title": "Not Found Error",
        "resource_type": "tweet",
        "parameter": "ids",
        "resource_id": post_id,
        "type": "https://api.twitter.com/2/problems/resource-not-found",
    }
