"""The sign-in and consent page that LinkedIn, X and Mastodon share in shape: who are you, what is asked, allow or deny.

Owns the authorization request and the way back to the app. Tokens are exchanged in each network's own module.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlencode, urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from integrations.sandbox import pages
from integrations.sandbox.grants import Code
from integrations.sandbox.store import App, Person
from integrations.sandbox.web import Rejected, Sandbox

WITHOUT = "without_"  # and the scope that the person leaves out
HANDLE_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-.")


@dataclass(frozen=True, slots=True)
class Ask:
    """One authorization request, checked."""

    app: App
    redirect_uri: str
    state: str
    scopes: list[str]
    challenge: str
    challenge_method: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What differs from network to network. `allowed_scopes` answers which scopes an app may ask for."""

    network: str
    label: str
    words: Mapping[str, str]
    denied: str
    bad_scope: str
    pkce: str  # "none", "offered" or "required"
    methods: tuple[str, ...]
    find_app: Callable[[Sandbox, str, str], App | None]
    allowed_scopes: Callable[[App], frozenset[str]]
    code_seconds: str
    may_leave_out: bool = False  # single wishes, on the network's page


def known_or_new_app(network: str) -> Callable[[Sandbox, str, str], App | None]:
    """LinkedIn and X register apps in a portal; the sandbox takes a client id when it first sees it here."""

    def find(sandbox: Sandbox, client_id: str, redirect_uri: str) -> App | None:
        known = sandbox.store.apps.get((network, client_id))
        if known or not client_id or not urlsplit(redirect_uri).netloc:
            return known
        return sandbox.store.keep_app(App(network, client_id, "", "Your app"))

    return find


def secret_matches(sandbox: Sandbox, app: App, secret: str) -> bool:
    """The first secret used with an app that came without one becomes its secret."""
    if not app.client_secret and secret:
        app.client_secret = secret
        sandbox.store.keep_app(app)
    return bool(secret) and secrets.compare_digest(app.client_secret, secret)


def page_refusal(consent: Consent, sentence: str) -> Rejected:
    return Rejected(pages.page(f"{consent.label}: sign-in", f"<p>{escape(sentence)}</p>", status=400))


def back(uri: str, values: Mapping[str, str]) -> Response:
    joint = "&" if urlsplit(uri).query else "?"
    return redirect(uri + joint + urlencode({key: value for key, value in values.items() if value}), code=302)


def read_ask(sandbox: Sandbox, consent: Consent, sent: Mapping[str, str]) -> Ask:
    """Refuse on our own page while the way back is not certain, and by error code to the app after that."""
    redirect_uri = sent.get("redirect_uri", "")
    app = consent.find_app(sandbox, sent.get("client_id", ""), redirect_uri)
    if app is None:
        raise page_refusal(consent, "No app is registered here with this client_id.")
    if not redirect_uri or (app.redirect_uris and redirect_uri not in app.redirect_uris):
        raise page_refusal(consent, "The redirect_uri does not match a registered value.")
    state = sent.get("state", "")

    def refuse(error: str, sentence: str) -> Rejected:
        return Rejected(back(redirect_uri, {"error": error, "error_description": sentence, "state": state}))

    if sent.get("response_type") != "code":
        raise refuse("unsupported_response_type", "Only response_type=code is supported.")
    scopes = sent.get("scope", "").split()
    extra = sorted(set(scopes) - consent.allowed_scopes(app))
    if not scopes or extra:
        raise refuse(consent.bad_scope, f'Scope "{" ".join(extra)}" is not authorized for your application')
    challenge, method = sent.get("code_challenge", ""), sent.get("code_challenge_method", "")
    if consent.pkce == "none":
        challenge = method = ""
    elif (consent.pkce == "required" and not challenge) or (challenge and method not in consent.methods):
        raise refuse("invalid_request", "A code_challenge with a supported code_challenge_method is required.")
    return Ask(app, redirect_uri, state, scopes, challenge, method)


def authorize(sandbox: Sandbox, consent: Consent, request: Request) -> Response:
    if request.method == "GET":
        read_ask(sandbox, consent, request.args)
        return pages.page(f"Sign in to {consent.label}", form(sandbox, consent, request.args))
    return answered(sandbox, consent, request.form)


def answered(sandbox: Sandbox, consent: Consent, sent: Mapping[str, str]) -> Response:
    """Yes or no to a request: the way back to the app, or the page again."""
    ask = read_ask(sandbox, consent, sent)
    if sent.get("decision") != "allow":
        said = {"error": consent.denied, "error_description": "The person did not allow it.", "state": ask.state}
        return back(ask.redirect_uri, said)
    person = chosen_person(sandbox, consent.network, sent)
    if person is None:
        again = form(sandbox, consent, sent, problem="Choose an account, or type a handle of letters and digits.")
        return pages.page(f"Sign in to {consent.label}", again, status=422)
    code = Code(
        value=secrets.token_urlsafe(32),
        network=consent.network,
        client_id=ask.app.client_id,
        account_id=person.id,
        redirect_uri=ask.redirect_uri,
        scopes=[scope for scope in ask.scopes if not (consent.may_leave_out and sent.get(WITHOUT + scope))],
        challenge=ask.challenge,
        challenge_method=ask.challenge_method,
        expires=datetime.now(UTC) + sandbox.settings.seconds(consent.code_seconds),
    )
    return back(ask.redirect_uri, {"code": sandbox.grants.issue_code(code), "state": ask.state})


def chosen_person(sandbox: Sandbox, network: str, sent: Mapping[str, str]) -> Person | None:
    """The account picked on the page; a typed handle wins and makes a new account."""
    handle = sent.get("new_handle", "").strip().lstrip("@").lower()
    if handle:
        valid = len(handle) <= 40 and set(handle) <= HANDLE_CHARS
        return sandbox.store.person_named(network, handle) if valid else None
    return sandbox.store.find_person(network, sent.get("account", ""))


def _wish(consent: Consent, scope: str) -> str:
    words = escape(consent.words.get(scope, scope))
    left_out = f'<label><input type="checkbox" name="{WITHOUT}{escape(scope)}" value="yes"> Leave this out</label>'
    return f"{words} {left_out}" if consent.may_leave_out else str(words)


def form(
    sandbox: Sandbox,
    consent: Consent,
    sent: Mapping[str, str],
    *,
    problem: str = "",
    kept: Mapping[str, str] | None = None,
) -> str:
    """The page's form. `kept`: what comes back unseen, where that is not the whole request."""
    app = consent.find_app(sandbox, sent.get("client_id", ""), sent.get("redirect_uri", ""))
    asked = sent.get("scope", "").split()
    wishes = "".join(f"<li>{_wish(consent, scope)}</li>" for scope in asked)
    typed = {"account", "new_handle", "decision", *(WITHOUT + scope for scope in asked)}
    unseen = {key: value for key, value in sent.items() if key not in typed}
    return (
        pages.alert(problem)
        + '<form method="post">'
        + pages.hidden(unseen if kept is None else kept)
        + pages.account_choice(sandbox, consent.network)
        + f"<section><h2>{escape(app.name if app else 'An app')} asks to</h2><ul>{wishes}</ul></section>"
        + '<p class="buttons"><button name="decision" value="allow">Allow</button> '
        + '<button name="decision" value="deny" class="quiet">Deny</button></p></form>'
    )
