"""Mastodon's apps and sign-in: an app registered per server, PKCE, tokens that never expire, revocation.

Owns who may call; what is posted stands in `mastodon.py`.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import NoReturn

from werkzeug.wrappers import Request, Response

from integrations.sandbox import consent
from integrations.sandbox.grants import Token, TokenState
from integrations.sandbox.limits import Window
from integrations.sandbox.store import App
from integrations.sandbox.web import Body, Rejected, Sandbox, answer, bearer, fields

SCOPES = (
    *("profile", "read", "read:accounts", "read:statuses", "read:search", "read:favourites", "read:follows"),
    *("write", "write:statuses", "write:media", "write:favourites", "write:follows", "follow", "push"),
)
REQUESTS = ("mastodon:requests", 300, 300)


def _registered(app: App) -> frozenset[str]:
    """An app's scopes with what each broad one covers."""
    broad = {scope for scope in app.scopes if ":" not in scope}
    return frozenset(app.scopes) | {scope for scope in SCOPES if scope.partition(":")[0] in broad}


CONSENT = consent.Consent(
    network="mastodon",
    label="Mastodon",
    words={
        "profile": "Read only your account's profile information",
        "read": "Read all your account's data",
        "read:accounts": "See accounts information",
        "read:statuses": "See all posts",
        "write": "Modify all your account's data",
        "write:statuses": "Publish posts",
        "write:media": "Upload media files",
        "write:favourites": "Favourite posts",
        "write:follows": "Follow people",
        "read:follows": "See your follows",
        "read:search": "Search on your behalf",
    },
    denied="access_denied",
    bad_scope="invalid_scope",
    pkce="offered",
    methods=("S256",),
    find_app=lambda sandbox, client_id, _: sandbox.store.apps.get(("mastodon", client_id)),
    allowed_scopes=_registered,
    code_seconds="mastodon_code_seconds",
)


def refuse(status: int, sentence: str) -> NoReturn:
    raise Rejected(answer({"error": sentence}, status))


def _oauth_error(name: str, sentence: str, status: int = 400) -> Rejected:
    return Rejected(answer({"error": name, "error_description": sentence}, status))


def register_app(sandbox: Sandbox, request: Request) -> Response:
    body = fields(request)
    name, sent = str(body.get("client_name", "")), body.get("redirect_uris", "")
    uris = sent if isinstance(sent, list) else str(sent).split()
    scopes = str(body.get("scopes", "read")).split()
    if not name or not uris:
        refuse(422, "Validation failed: Application name can't be blank, Redirect URI can't be blank")
    if not set(scopes) <= set(SCOPES):
        refuse(422, "Validation failed: Scopes doesn't match configured on the server.")
    made = App("mastodon", secrets.token_urlsafe(32), secrets.token_urlsafe(32), name, [str(u) for u in uris], scopes)
    sandbox.store.keep_app(made)
    return answer(
        {
            "id": sandbox.store.number(),
            "name": name,
            "website": body.get("website"),
            "scopes": scopes,
            "redirect_uri": "\n".join(made.redirect_uris),
            "redirect_uris": made.redirect_uris,
            "client_id": made.client_id,
            "client_secret": made.client_secret,
            "client_secret_expires_at": 0,
            "vapid_key": "",
        }
    )


def discovery(sandbox: Sandbox, request: Request) -> Response:
    base = sandbox.url("/" + request.path.split("/")[1])
    return answer(
        {
            "issuer": f"{base}/",
            "authorization_endpoint": f"{base}/oauth/authorize",
            "token_endpoint": f"{base}/oauth/token",
            "revocation_endpoint": f"{base}/oauth/revoke",
            "app_registration_endpoint": f"{base}/api/v1/apps",
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


def authorize(sandbox: Sandbox, request: Request) -> Response:
    return consent.authorize(sandbox, CONSENT, request)


def _client(sandbox: Sandbox, request: Request, body: Body) -> App:
    sent = request.authorization
    basic = sent is not None and sent.type == "basic"
    client_id = (sent.username if sent and basic else str(body.get("client_id", ""))) or ""
    secret = (sent.password if sent and basic else str(body.get("client_secret", ""))) or ""
    app = sandbox.store.apps.get(("mastodon", client_id))
    if app is None or not secrets.compare_digest(app.client_secret, secret):
        raise _oauth_error("invalid_client", "Client authentication failed due to unknown client.", 401)
    return app


def token(sandbox: Sandbox, request: Request) -> Response:
    return sandbox.token_faults.around("mastodon", lambda: _token(sandbox, request))


def _token(sandbox: Sandbox, request: Request) -> Response:
    body = fields(request)
    app = _client(sandbox, request, body)
    if body.get("grant_type") == "client_credentials":
        scopes = str(body.get("scope", "read")).split()
        made = sandbox.grants.issue("mastodon", "", app.client_id, scopes, access_life=None).access
        return _token_answer(made)
    if body.get("grant_type") != "authorization_code":
        raise _oauth_error("unsupported_grant_type", "The authorization grant type is not supported.")
    code = sandbox.grants.redeem(
        "mastodon",
        str(body.get("code", "")),
        app.client_id,
        str(body.get("redirect_uri", "")),
        str(body.get("code_verifier", "")),
    )
    if isinstance(code, str):
        raise _oauth_error("invalid_grant", f"The provided authorization grant is invalid. {code}")
    made = sandbox.grants.issue("mastodon", code.account_id, app.client_id, code.scopes, access_life=None).access
    return _token_answer(made)


def _token_answer(made: Token) -> Response:
    created = int(datetime.now(UTC).timestamp())
    scope = " ".join(made.scopes)
    return answer({"access_token": made.value, "token_type": "Bearer", "scope": scope, "created_at": created})


def revoke(sandbox: Sandbox, request: Request) -> Response:
    """Idempotent; a token of another app is refused."""
    body = fields(request)
    app = _client(sandbox, request, body)
    value = str(body.get("token", ""))
    found, _ = sandbox.grants.find("mastodon", value)
    if found and found.client_id != app.client_id:
        raise _oauth_error("unauthorized_client", "You are not authorized to revoke this token", 403)
    sandbox.grants.revoke_value("mastodon", value)
    return answer({})


def account_token(sandbox: Sandbox, request: Request, *any_of: str) -> Token:
    """The caller, holding at least one of these scopes."""
    found, state = sandbox.grants.find("mastodon", bearer(request))
    if found is None or state is not TokenState.LIVE:
        refuse(401, f"The access token {'was revoked' if state is TokenState.REVOKED else 'is invalid'}")
    if not found.account_id:
        refuse(422, "This method requires an authenticated user")
    if sandbox.store.people["mastodon", found.account_id].restricted:
        refuse(403, "Your login is currently disabled")
    if not set(any_of) & set(found.scopes):
        refuse(403, "This action is outside the authorized scopes")
    return found


def limited(sandbox: Sandbox, account_id: str, rule: tuple[str, int, int] = REQUESTS) -> Window:
    window = sandbox.limits.take(rule[0], account_id, rule[1], rule[2])
    if window.over and sandbox.settings.enforce_limits:
        raise Rejected(with_limits(answer({"error": "Too many requests"}, 429), window))
    return window


def with_limits(response: Response, window: Window) -> Response:
    reset = datetime.fromtimestamp(window.reset, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    response.headers["X-RateLimit-Limit"] = str(window.limit)
    response.headers["X-RateLimit-Remaining"] = str(window.remaining)
    response.headers["X-RateLimit-Reset"] = reset
    return response
