"""Bluesky's app passwords and sessions: made on a settings page, exchanged for a pair that rotates, ended.

Owns who may call; records stand in `bluesky.py`.
"""

from __future__ import annotations

from html import escape
from typing import NoReturn

from werkzeug.wrappers import Request, Response

from integrations.sandbox import bluesky_oauth, consent, pages
from integrations.sandbox.grants import Pair, Token, TokenState
from integrations.sandbox.store import Person
from integrations.sandbox.web import Body, Rejected, Sandbox, answer, bearer, json_body

SIGN_INS = ("bluesky:sign-ins", 30, 300)
CLIENT = "app-password"


def refuse(name: str, sentence: str, status: int = 400) -> NoReturn:
    raise Rejected(answer({"error": name, "message": sentence}, status))


def caller(sandbox: Sandbox, request: Request, *, refresh: bool = False) -> Token:
    """The session behind the token; an access token is no refresh token, nor the reverse."""
    kind, _, bound = request.headers.get("Authorization", "").partition(" ")
    if kind == "DPoP":
        return _unrestricted(sandbox, bluesky_oauth.bound_caller(sandbox, request, bound.strip()))
    value = bearer(request)
    if not value:
        refuse("AuthMissing", "Authentication Required", 401)
    token, state = sandbox.grants.find("bluesky", value, "refresh" if refresh else "access")
    if token is None or token.bound_to:
        refuse("InvalidToken", "Token could not be verified")
    if state is TokenState.EXPIRED:
        refuse("ExpiredToken", "Token has expired")
    if state is not TokenState.LIVE:
        refuse("ExpiredToken", "Token has been revoked")
    return _unrestricted(sandbox, token)


def _unrestricted(sandbox: Sandbox, token: Token) -> Token:
    if sandbox.store.people["bluesky", token.account_id].restricted:
        refuse("AccountTakedown", "Account has been taken down", 401)
    return token


def _person_body(sandbox: Sandbox, person: Person) -> Body:
    endpoint = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": sandbox.url("/bluesky")}
    document = {"id": person.id, "alsoKnownAs": [f"at://{person.handle}"], "service": [endpoint]}
    return {"did": person.id, "handle": person.handle, "didDoc": document, "active": not person.restricted}


def open_session(sandbox: Sandbox, account_id: str, family: str = "") -> Pair:
    return sandbox.grants.issue(
        "bluesky",
        account_id,
        CLIENT,
        [],
        access_life=sandbox.settings.seconds("bluesky_access_seconds"),
        refresh_life=sandbox.settings.seconds("bluesky_refresh_seconds"),
        family=family,
    )


def _session_answer(sandbox: Sandbox, person: Person, pair: Pair) -> Response:
    tokens = {"accessJwt": pair.access.value, "refreshJwt": pair.refresh.value if pair.refresh else ""}
    return answer({**tokens, **_person_body(sandbox, person)})


def create_session(sandbox: Sandbox, request: Request) -> Response:
    return sandbox.token_faults.around("bluesky", lambda: _create_session(sandbox, request))


def _create_session(sandbox: Sandbox, request: Request) -> Response:
    body = json_body(request)
    identifier, password = str(body.get("identifier", "")), str(body.get("password", ""))
    person = sandbox.store.find_person("bluesky", identifier)
    window = sandbox.limits.take(SIGN_INS[0], identifier.lower(), SIGN_INS[1], SIGN_INS[2])
    if window.over and sandbox.settings.enforce_limits:
        refuse("RateLimitExceeded", "Rate Limit Exceeded", 429)
    if person is None or not sandbox.grants.is_app_password(person.id, password):
        refuse("AuthenticationRequired", "Invalid identifier or password", 401)
    if person.restricted:
        refuse("AccountTakedown", "Account has been taken down", 401)
    return _session_answer(sandbox, person, open_session(sandbox, person.id))


def refresh_session(sandbox: Sandbox, request: Request) -> Response:
    """Rotates. A spent refresh token answers with the same successor for a while, as the reference server does
    (account-manager.ts: two hours of grace); after that it ends the session."""
    return sandbox.token_faults.around("bluesky", lambda: _refresh_session(sandbox, request))


def _refresh_session(sandbox: Sandbox, request: Request) -> Response:
    settings = sandbox.settings
    grace = settings.seconds("bluesky_grace_seconds")
    spent, state = sandbox.grants.spend(
        "bluesky", bearer(request), grace=grace, reuse_ends_family=settings.bluesky_reuse_ends_family
    )
    if spent is None or state is not TokenState.LIVE:
        caller(sandbox, request, refresh=True)
        refuse("ExpiredToken", "Token has been revoked")
    person = sandbox.store.people["bluesky", spent.account_id]
    if person.restricted:
        refuse("AccountTakedown", "Account has been taken down", 401)
    pair = open_session(sandbox, person.id, spent.family)
    return _session_answer(sandbox, person, sandbox.grants.succeed(spent, pair))


def delete_session(sandbox: Sandbox, request: Request) -> Response:
    token = caller(sandbox, request, refresh=True)
    sandbox.grants.revoke_family(token.family)
    return Response(status=200)


def get_session(sandbox: Sandbox, request: Request) -> Response:
    token = caller(sandbox, request)
    return answer(_person_body(sandbox, sandbox.store.people["bluesky", token.account_id]))


def describe_server(_sandbox: Sandbox, _request: Request) -> Response:
    domains = [".sandbox.test"]
    return answer({"did": "did:web:sandbox.test", "availableUserDomains": domains, "inviteCodeRequired": False})


def resolve_handle(sandbox: Sandbox, request: Request) -> Response:
    person = sandbox.store.find_person("bluesky", request.args.get("handle", ""))
    if person is None:
        refuse("InvalidRequest", "Unable to resolve handle")
    return answer({"did": person.id})


# --- the settings page ------------------------------------------------------------------------


def app_passwords(sandbox: Sandbox, request: Request) -> Response:
    if request.method == "GET":
        return pages.page("Bluesky: app passwords", _form(sandbox))
    person = consent.chosen_person(sandbox, "bluesky", request.form)
    label = request.form.get("name", "").strip()
    if person is None or not label:
        problem = "Choose an account (or type a handle of letters and digits), and give the password a name."
        return pages.page("Bluesky: app passwords", _form(sandbox, problem), status=422)
    password = sandbox.grants.make_app_password(person.id, label)
    body = (
        f"<section><p>The app password <strong>{escape(label)}</strong> of "
        f'<strong id="handle">{escape(person.handle)}</strong>:</p>'
        f'<code class="secret" id="app-password">{password}</code>'
        "<p>Copy it now. It is shown once.</p></section>"
        '<p><a href="/bluesky/settings/app-passwords">Make another one</a></p>'
    )
    return pages.page("Here is your app password", body)


def _form(sandbox: Sandbox, problem: str = "") -> str:
    return (
        pages.alert(problem)
        + "<p>An app password lets one app post for you. You can take it back at any time.</p>"
        + '<form method="post">'
        + pages.account_choice(sandbox, "bluesky")
        + '<section><label for="name">What is it for?</label>'
        + '<input type="text" id="name" name="name" required maxlength="60" autocomplete="off"></section>'
        + "<button>Create app password</button></form>"
    )
