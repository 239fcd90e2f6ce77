"""LinkedIn's sign-in for a self-serve app: OAuth without refresh, 60 days, comma-joined scopes, the member's profile.

Owns who may call and the shape of LinkedIn's errors; what is posted stands in `linkedin.py`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from werkzeug.wrappers import Request, Response

from integrations.sandbox import consent
from integrations.sandbox.grants import Token, TokenState
from integrations.sandbox.web import Body, Rejected, Sandbox, answer, bearer, fields

OLDEST_VERSION = "202510"  # the oldest one alive in autumn 2026
SELF_SERVE = frozenset({"openid", "profile", "email", "w_member_social"})
CONSENT = consent.Consent(
    network="linkedin",
    label="LinkedIn",
    words={
        "openid": "Know that it is you",
        "profile": "Use your name and photo",
        "email": "Use the primary email address of your account",
        "w_member_social": "Create, modify and delete posts on your behalf",
    },
    denied="user_cancelled_authorize",
    bad_scope="unauthorized_scope_error",
    pkce="none",
    methods=(),
    find_app=consent.known_or_new_app("linkedin"),
    allowed_scopes=lambda _: SELF_SERVE,
    code_seconds="linkedin_code_seconds",
)
TOKEN_ERRORS = {
    TokenState.UNKNOWN: (65600, "INVALID_ACCESS_TOKEN", "Invalid access token"),
    TokenState.SPENT: (65600, "INVALID_ACCESS_TOKEN", "Invalid access token"),
    TokenState.REVOKED: (65601, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user"),
    TokenState.EXPIRED: (65602, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired"),
}


def error(status: int, code: str, message: str, service: int | None = None) -> Response:
    body: Body = {"message": message, "status": status, "code": code}
    return answer(body if service is None else {**body, "serviceErrorCode": service}, status)


def authorization(sandbox: Sandbox, request: Request) -> Response:
    return consent.authorize(sandbox, CONSENT, request)


def _oauth_error(name: str, sentence: str, status: int = 400) -> Rejected:
    return Rejected(answer({"error": name, "error_description": sentence}, status))


def _client(sandbox: Sandbox, body: Body) -> str:
    """LinkedIn wants the secret in the form body."""
    app = CONSENT.find_app(sandbox, str(body.get("client_id", "")), str(body.get("redirect_uri", "")))
    if app is None or not consent.secret_matches(sandbox, app, str(body.get("client_secret", ""))):
        raise _oauth_error("invalid_client", "Client authentication failed", 401)
    return app.client_id


def access_token(sandbox: Sandbox, request: Request) -> Response:
    return sandbox.token_faults.around("linkedin", lambda: _access_token(sandbox, request))


def _access_token(sandbox: Sandbox, request: Request) -> Response:
    body = fields(request)
    client_id = _client(sandbox, body)
    if body.get("grant_type") != "authorization_code":
        raise _oauth_error("unsupported_grant_type", "Refresh tokens need an approved partner app.")
    code = sandbox.grants.redeem(
        "linkedin", str(body.get("code", "")), client_id, str(body.get("redirect_uri", "")), verifier=""
    )
    if isinstance(code, str):
        raise _oauth_error("invalid_grant", code)
    life = sandbox.settings.seconds("linkedin_token_seconds")
    token = sandbox.grants.issue("linkedin", code.account_id, client_id, code.scopes, access_life=life).access
    return answer(
        {
            "access_token": token.value,
            "expires_in": int(life.total_seconds()),
            "scope": ",".join(sorted(token.scopes)),
            "token_type": "Bearer",
        }
    )


def revoke(sandbox: Sandbox, request: Request) -> Response:
    body = fields(request)
    _client(sandbox, body)
    sandbox.grants.revoke_value("linkedin", str(body.get("token", "")))
    return answer({})


def introspect(sandbox: Sandbox, request: Request) -> Response:
    body = fields(request)
    client_id = _client(sandbox, body)
    token, state = sandbox.grants.find("linkedin", str(body.get("token", "")))
    if token is None or token.expires is None:
        return answer({"active": False})
    return answer(
        {
            "active": state is TokenState.LIVE,
            "status": "active" if state is TokenState.LIVE else state.value,
            "client_id": client_id,
            "scope": ",".join(sorted(token.scopes)),
            "created_at": int(token.issued.timestamp()),
            "expires_at": int(token.expires.timestamp()),
            "auth_type": "3L",
        }
    )


def member(sandbox: Sandbox, request: Request, scope: str, needs: str) -> Token:
    token, state = sandbox.grants.find("linkedin", bearer(request))
    if token is None or state is not TokenState.LIVE:
        service, code, message = TOKEN_ERRORS[state]
        raise Rejected(error(401, code, message, service))
    if sandbox.store.people["linkedin", token.account_id].restricted:
        raise Rejected(error(401, "RESTRICTED_MEMBER", "Member is restricted", 65608))
    if scope not in token.scopes:
        raise denied(needs)
    return token


def denied(needs: str) -> Rejected:
    return Rejected(error(403, "ACCESS_DENIED", f"Not enough permissions to access: {needs}", 100))


def userinfo(sandbox: Sandbox, request: Request) -> Response:
    token = member(sandbox, request, "profile", "userinfo.GET")
    person = sandbox.store.people["linkedin", token.account_id]
    given, _, family = person.name.partition(" ")
    body: Body = {
        "sub": person.id,
        "name": person.name,
        "given_name": given,
        "family_name": family,
        "picture": sandbox.url(f"/sandbox/faces/linkedin/{person.id}.png"),
        "locale": {"country": "US", "language": "en"},
    }
    if "email" in token.scopes:
        body |= {"email": f"{person.handle}@sandbox.example", "email_verified": True}
    return answer(body)


def check_version(request: Request) -> None:
    version = request.headers.get("Linkedin-Version", "")
    if not version:
        message = "A version must be present. Please specify a version by adding the LinkedIn-Version header."
        raise Rejected(error(400, "VERSION_MISSING", message))
    newest = max(datetime.now(UTC).strftime("%Y%m"), OLDEST_VERSION)
    if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", version) or not OLDEST_VERSION <= version <= newest:
        raise Rejected(error(426, "NONEXISTENT_VERSION", f"Requested version {version} is not active"))


def failure(status: int, retry_after: int) -> Response:
    """The error bodies of injected faults; the 400 carries a code that LinkedIn documents nowhere."""
    if status == 429:
        message = "Resource level throttle MEMBER DAY limit for calls to this resource is reached."
        response = error(429, "TOO_MANY_REQUESTS", message, 101)
        response.headers["Retry-After"] = str(retry_after)
        return response
    names = {400: "GATEWAY_FAULT", 503: "SERVICE_UNAVAILABLE", 500: "INTERNAL_SERVER_ERROR"}
    return error(status, names[status], names[status].replace("_", " ").capitalize())
