"""X's sign-in: PKCE, Basic auth, two hours, rotating single-use refresh, and the account itself.

Repeating a spent refresh token ends the whole family of tokens. Owns who may call and how often; posts stand in `x.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Request, Response

from integrations.sandbox import consent
from integrations.sandbox.grants import Pair, Token, TokenState
from integrations.sandbox.limits import Window
from integrations.sandbox.store import App, Person
from integrations.sandbox.web import Body, Rejected, Sandbox, answer, bearer, fields

ME = ("x:me", 75, 900)
WORDS = {
    "tweet.read": "See posts you can see",
    "tweet.write": "Post and delete posts for you",
    "users.read": "See your account's name, handle and picture",
    "media.write": "Upload pictures for you",
    "offline.access": "Stay connected until you take it back",
}
CONSENT = consent.Consent(
    network="x",
    label="X",
    words=WORDS,
    denied="access_denied",
    bad_scope="invalid_scope",
    pkce="required",
    methods=("S256", "plain"),
    find_app=consent.known_or_new_app("x"),
    allowed_scopes=lambda _: frozenset(WORDS) | {"like.read", "follows.read"},
    code_seconds="x_code_seconds",
)


def problem(status: int, title: str, detail: str, kind: str = "about:blank") -> Response:
    return answer({"title": title, "detail": detail, "type": kind, "status": status}, status)


def authorization(sandbox: Sandbox, request: Request) -> Response:
    return consent.authorize(sandbox, CONSENT, request)


def _oauth_error(name: str, sentence: str, status: int = 400) -> Rejected:
    return Rejected(answer({"error": name, "error_description": sentence}, status))


def _client(sandbox: Sandbox, request: Request) -> App:
    """A confidential app authenticates by Basic, never in the body."""
    sent = request.authorization
    if sent is None or sent.type != "basic" or not sent.username:
        raise _oauth_error("unauthorized_client", "Missing valid authorization header", 401)
    app = CONSENT.find_app(sandbox, sent.username, str(fields(request).get("redirect_uri", "")))
    if app is None or not consent.secret_matches(sandbox, app, sent.password or ""):
        raise _oauth_error("unauthorized_client", "The client credentials are not valid.", 401)
    return app


def token(sandbox: Sandbox, request: Request) -> Response:
    return sandbox.token_faults.around("x", lambda: _token(sandbox, request))


def _token(sandbox: Sandbox, request: Request) -> Response:
    app, body = _client(sandbox, request), fields(request)
    if body.get("grant_type") == "refresh_token":
        return _refresh(sandbox, app, str(body.get("refresh_token", "")))
    if body.get("grant_type") != "authorization_code":
        raise _oauth_error("unsupported_grant_type", "Only authorization_code and refresh_token are supported.")
    code = sandbox.grants.redeem(
        "x",
        str(body.get("code", "")),
        app.client_id,
        str(body.get("redirect_uri", "")),
        str(body.get("code_verifier", "")),
    )
    if isinstance(code, str):
        raise _oauth_error("invalid_request", f"Value passed for the authorization code was invalid. {code}")
    return _token_answer(sandbox, _issue(sandbox, code.account_id, app.client_id, code.scopes))


def _issue(sandbox: Sandbox, account_id: str, client_id: str, scopes: list[str], family: str = "") -> Pair:
    half_year = sandbox.settings.seconds("x_token_seconds") * 2160
    return sandbox.grants.issue(
        "x",
        account_id,
        client_id,
        scopes,
        access_life=sandbox.settings.seconds("x_token_seconds"),
        refresh_life=half_year if "offline.access" in scopes else None,
        family=family,
    )


def _refresh(sandbox: Sandbox, app: App, value: str) -> Response:
    spent, state = sandbox.grants.spend("x", value, reuse_ends_family=sandbox.settings.x_reuse_ends_family)
    if spent is None or state is not TokenState.LIVE or spent.client_id != app.client_id:
        raise _oauth_error("invalid_request", "Value passed for the token was invalid.")
    return _token_answer(sandbox, _issue(sandbox, spent.account_id, app.client_id, spent.scopes, spent.family))


def _token_answer(sandbox: Sandbox, pair: Pair) -> Response:
    body: Body = {
        "token_type": "bearer",
        "expires_in": int(sandbox.settings.x_token_seconds),
        "access_token": pair.access.value,
        "scope": " ".join(pair.access.scopes),
    }
    return answer(body | ({"refresh_token": pair.refresh.value} if pair.refresh else {}))


def revoke(sandbox: Sandbox, request: Request) -> Response:
    _client(sandbox, request)
    sandbox.grants.revoke_value("x", str(fields(request).get("token", "")))
    return answer({"revoked": True})


def user(sandbox: Sandbox, request: Request, *scopes: str) -> Token:
    token, state = sandbox.grants.find("x", bearer(request))
    if token is None or state is not TokenState.LIVE:
        raise Rejected(problem(401, "Unauthorized", "Unauthorized"))
    if sandbox.store.people["x", token.account_id].restricted:
        kind = "https://api.twitter.com/2/problems/user-suspended"
        raise Rejected(problem(403, "Forbidden", "User is suspended.", kind))
    if not set(scopes) <= set(token.scopes):
        raise Rejected(problem(403, "Forbidden", "You are not permitted to perform this action."))
    return token


def limited(sandbox: Sandbox, account_id: str, rule: tuple[str, int, int], act: Callable[[], Response]) -> Response:
    """Count the call, and put X's rate-limit headers on whatever it answers."""
    window = sandbox.limits.take(rule[0], account_id, rule[1], rule[2])
    if window.over and sandbox.settings.enforce_limits:
        response = problem(429, "Too Many Requests", "Too Many Requests")
        return _with_limits(response, window)
    try:
        return _with_limits(act(), window)
    except Rejected as refusal:
        _with_limits(refusal.response, window)
        raise


def _with_limits(response: Response, window: Window) -> Response:
    response.headers["x-rate-limit-limit"] = str(window.limit)
    response.headers["x-rate-limit-remaining"] = str(window.remaining)
    response.headers["x-rate-limit-reset"] = str(window.reset)
    return response


# --- accounts ---------------------------------------------------------------------------------


def me(sandbox: Sandbox, request: Request) -> Response:
    token = user(sandbox, request, "tweet.read", "users.read")
    person = sandbox.store.people["x", token.account_id]
    return limited(sandbox, person.id, ME, lambda: answer({"data": _user_body(sandbox, request, person)}))


def _user_body(sandbox: Sandbox, request: Request, person: Person) -> Body:
    wanted = request.args.get("user.fields", "").split(",")
    counts = {"followers_count": 120, "following_count": 80, "listed_count": 1}
    optional: Body = {
        "profile_image_url": sandbox.url(f"/sandbox/faces/x/{person.id}.png"),
        "public_metrics": {**counts, "tweet_count": len(sandbox.store.timeline("x", person.id))},
        "verified_type": "none",
    }
    chosen = {name: optional[name] for name in wanted if name in optional}
    return {"id": person.id, "name": person.name, "username": person.handle, **chosen}
