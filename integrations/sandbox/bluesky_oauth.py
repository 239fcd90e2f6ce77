"""Bluesky's sign-in at its own page: requests pushed ahead, consent, tokens bound to a key, each renewal once.

The reference server in one: the account's server names it as its authorization server, and both hand out one nonce.
Refusals are worded as `oauth-provider` words them.
"""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from integrations.sandbox import consent, pages
from integrations.sandbox.grants import Kind, Pair, Token, TokenState
from integrations.sandbox.proofs import Client, WantsNonce, WrongClient, WrongProof, client_of
from integrations.sandbox.store import App
from integrations.sandbox.web import Body, Rejected, Routes, Sandbox, answer, json_body

KNOWN_SCOPES = frozenset(
    {
        *("atproto", "transition:generic", "blob:image/*", "blob:video/*"),
        "rpc:com.atproto.repo.uploadBlob?aud=*",
        *(
            "repo:app.bsky.feed.post",
            "repo:app.bsky.feed.like",
            "repo:app.bsky.feed.repost",
            "repo:app.bsky.graph.follow",
        ),
    }
)
CHOSEN = ("decision", "account", "new_handle", "scope")  # `scope`: less than was asked
ANOTHER_KEY = "The session was initiated with a different key than the client assertion currently used"
TOKENS: tuple[Kind, ...] = ("access", "refresh")
WRITES = ("com.atproto.repo.putRecord", "com.atproto.repo.createRecord", "com.atproto.repo.deleteRecord")
CONSENT = consent.Consent(
    network="bluesky",
    label="Bluesky",
    words={
        "atproto": "Know who you are",
        "repo:app.bsky.feed.post": "Create, change and delete your posts",
        "repo:app.bsky.feed.like": "Like posts, and take it back",
        "repo:app.bsky.feed.repost": "Repost, and take it back",
        "repo:app.bsky.graph.follow": "Follow accounts, and stop following",
        "blob:image/*": "Upload pictures",
        "blob:video/*": "Upload videos",
        "rpc:com.atproto.repo.uploadBlob?aud=*": "Let other services upload files for you",
        "transition:generic": "Do almost everything with your account",
    },
    denied="access_denied",
    bad_scope="invalid_scope",
    pkce="required",
    methods=("S256",),
    find_app=lambda _sandbox, client_id, _uri: _app(client_of(client_id)),
    allowed_scopes=lambda app: frozenset(app.scopes),
    code_seconds="bluesky_code_seconds",
)


def _app(client: Client) -> App:
    return App("bluesky", client.id, "", client.name, list(client.redirect_uris), sorted(client.scopes))


def issuer_of(sandbox: Sandbox) -> str:
    return sandbox.url("/bluesky")


# --- what the servers say of themselves ----------------------------------------------------------


def protected_resource(sandbox: Sandbox, _request: Request) -> Response:
    base = issuer_of(sandbox)
    return answer({"resource": base, "authorization_servers": [base], "bearer_methods_supported": ["header"]})


def authorization_server(sandbox: Sandbox, _request: Request) -> Response:
    base = issuer_of(sandbox)
    return answer(
        {
            "issuer": base,
            "pushed_authorization_request_endpoint": f"{base}/oauth/par",
            "require_pushed_authorization_requests": True,
            "authorization_endpoint": f"{base}/oauth/authorize",
            "token_endpoint": f"{base}/oauth/token",
            "revocation_endpoint": f"{base}/oauth/revoke",
            "scopes_supported": ["atproto", "transition:generic"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
            "dpop_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": True,
            "client_id_metadata_document_supported": True,
        }
    )


def did_document(sandbox: Sandbox, _request: Request, did: str) -> Response:
    """As the directory of accounts keeps it."""
    person = sandbox.store.find_person("bluesky", did)
    if person is None or person.id != did:
        return answer({"message": f"DID not registered: {did}"}, 404)
    service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": issuer_of(sandbox)}
    return answer({"id": did, "alsoKnownAs": [f"at://{person.handle}"], "service": [service]})


# --- asking -----------------------------------------------------------------------------------


def refuse(sandbox: Sandbox, name: str, sentence: str, status: int = 400) -> NoReturn:
    raise Rejected(_with_nonce(sandbox, answer({"error": name, "error_description": sentence}, status)))


def push(sandbox: Sandbox, request: Request) -> Response:
    client, key = _asked_by(sandbox, request)
    form = dict(request.form)
    if form.get("redirect_uri") not in client.redirect_uris or form.get("response_type") != "code":
        refuse(sandbox, "invalid_request", "Invalid redirect_uri")
    asked = set(form.get("scope", "").split())
    if "atproto" not in asked or not asked <= client.scopes & KNOWN_SCOPES:
        refuse(sandbox, "invalid_scope", "Scope is not declared in the client metadata")
    if not form.get("code_challenge") or form.get("code_challenge_method") != "S256":
        refuse(sandbox, "invalid_request", "Code challenge is required")
    kept = {name: value for name, value in form.items() if not name.startswith("client_assertion")}
    request_uri = sandbox.proofs.push(kept | {"dpop_jkt": key, "client_key": client.signed_by})
    return _with_nonce(sandbox, answer({"request_uri": request_uri, "expires_in": 300}, 201))


def authorize(sandbox: Sandbox, request: Request) -> Response:
    """The page for a request pushed ahead; nothing is taken from the browser but whose it is and yes or no."""
    named = request.args if request.method == "GET" else request.form
    shown = {name: named.get(name, "") for name in ("client_id", "request_uri")}
    choice = {name: request.form[name] for name in CHOSEN if name in request.form}
    asked = sandbox.proofs.pushed(shown["request_uri"], shown["client_id"], take="decision" in choice)
    if asked is None:
        raise consent.page_refusal(CONSENT, "This request is unknown, over, or was answered already.")
    if not choice:
        return pages.page("Sign in to Bluesky", consent.form(sandbox, CONSENT, asked, kept=shown))
    if not set(choice.get("scope", "").split()) <= set(str(asked["scope"]).split()):
        raise consent.page_refusal(CONSENT, "Nobody can allow more than was asked.")
    response = consent.answered(sandbox, CONSENT, asked | choice)
    if "Location" in response.headers:
        response.headers["Location"] += "&" + urlencode({"iss": issuer_of(sandbox)})
    sandbox.proofs.bind(response.headers.get("Location", ""), str(asked["dpop_jkt"]), str(asked["client_key"]))
    return response


# --- tokens -----------------------------------------------------------------------------------


def token(sandbox: Sandbox, request: Request) -> Response:
    return sandbox.token_faults.around("bluesky", lambda: _token(sandbox, request))


def _token(sandbox: Sandbox, request: Request) -> Response:
    client, key = _asked_by(sandbox, request)
    if request.form.get("grant_type") == "authorization_code":
        return _first_pair(sandbox, request, client, key)
    if request.form.get("grant_type") == "refresh_token":
        return _next_pair(sandbox, request, client, key)
    return refuse(sandbox, "unsupported_grant_type", "Grant type not supported")


def _first_pair(sandbox: Sandbox, request: Request, client: Client, key: str) -> Response:
    form, code = request.form, request.form.get("code", "")
    proved, signed_by = sandbox.proofs.bound_to(code)
    if proved != key:
        refuse(sandbox, "invalid_dpop_key_binding", "Invalid DPoP key binding")
    if signed_by != client.signed_by:
        refuse(sandbox, "invalid_grant", ANOTHER_KEY)
    redeemed = sandbox.grants.redeem(
        "bluesky", code, client.id, form.get("redirect_uri", ""), form.get("code_verifier", "")
    )
    if isinstance(redeemed, str):
        refuse(sandbox, "invalid_grant", redeemed)
    return _pair_answer(sandbox, _issue(sandbox, redeemed.account_id, client, redeemed.scopes, key))


def _next_pair(sandbox: Sandbox, request: Request, client: Client, key: str) -> Response:
    """A spent token that comes again ends its session, without any grace; so does a key that did not begin it."""
    value = request.form.get("refresh_token", "")
    found, state = sandbox.grants.find("bluesky", value, "refresh")
    if found is None or (found.client_id, found.bound_to) != (client.id, key):
        sandbox.grants.refreshes["bluesky"] += 1
        refuse(sandbox, "invalid_grant", "Invalid refresh token")
    spent, state = sandbox.grants.spend("bluesky", value)
    if spent is None or state is not TokenState.LIVE:
        refuse(sandbox, "invalid_grant", "Refresh token replayed" if state is TokenState.SPENT else "Session expired")
    if spent.client_key != client.signed_by:
        sandbox.grants.revoke_family(spent.family)
        refuse(sandbox, "invalid_grant", ANOTHER_KEY)
    if sandbox.store.people["bluesky", spent.account_id].restricted:
        refuse(sandbox, "invalid_grant", "Account has been taken down")
    sandbox.grants.revoke_access(spent.family)
    return _pair_answer(sandbox, _issue(sandbox, spent.account_id, client, spent.scopes, key, spent.family))


def _issue(sandbox: Sandbox, account_id: str, client: Client, scopes: list[str], key: str, family: str = "") -> Pair:
    settings = sandbox.settings
    return sandbox.grants.issue(
        "bluesky",
        account_id,
        client.id,
        scopes,
        access_life=settings.seconds("bluesky_bound_access_seconds"),
        refresh_life=settings.seconds("bluesky_refresh_seconds"),
        family=family,
        bound_to=key,
        client_key=client.signed_by,
    )


def _pair_answer(sandbox: Sandbox, pair: Pair) -> Response:
    given: Body = {
        "access_token": pair.access.value,
        "token_type": "DPoP",
        "refresh_token": pair.refresh.value if pair.refresh else "",
        "scope": " ".join(pair.access.scopes),
        "expires_in": int(sandbox.settings.bluesky_bound_access_seconds),
        "sub": pair.access.account_id,
    }
    return _with_nonce(sandbox, answer(given, headers={"Cache-Control": "no-store"}))


def revoke(sandbox: Sandbox, request: Request) -> Response:
    """Says yes to whatever is no token of this app (RFC 7009, 2.2)."""
    client, _key = _asked_by(sandbox, request)
    value = request.form.get("token", "")
    for found in (sandbox.grants.find("bluesky", value, kind)[0] for kind in TOKENS):
        if found and found.client_id == client.id:
            if found.client_key != client.signed_by:
                refuse(sandbox, "invalid_grant", ANOTHER_KEY)
            sandbox.grants.revoke_value("bluesky", value)
    return _with_nonce(sandbox, answer({}))


def _asked_by(sandbox: Sandbox, request: Request) -> tuple[Client, str]:
    """The app that asks, and the key it proves to hold."""
    if not request.headers.get("DPoP"):
        refuse(sandbox, "invalid_dpop_proof", "DPoP proof required")
    try:
        key = _proved(sandbox, request)
        return sandbox.proofs.client(request.form, issuer_of(sandbox)), key
    except WantsNonce as wrong:
        refuse(sandbox, "use_dpop_nonce", str(wrong))
    except WrongProof as wrong:
        refuse(sandbox, "invalid_dpop_proof", str(wrong))
    except WrongClient as wrong:
        refuse(sandbox, "invalid_client", str(wrong))


def _proved(sandbox: Sandbox, request: Request, token: str = "") -> str:
    url = sandbox.url(request.path)
    seconds = sandbox.settings.bluesky_nonce_seconds
    return sandbox.proofs.check(request.headers["DPoP"], request.method, url, nonce_seconds=seconds, token=token)


def _with_nonce(sandbox: Sandbox, response: Response) -> Response:
    response.headers["DPoP-Nonce"] = sandbox.proofs.nonce(sandbox.settings.bluesky_nonce_seconds)
    return response


# --- calls in a person's name --------------------------------------------------------------------


def bound_caller(sandbox: Sandbox, request: Request, value: str) -> Token:
    """The session behind a bound token, whose key this very call proves."""
    try:
        if not request.headers.get("DPoP"):
            raise WrongProof("DPoP proof required")
        key = _proved(sandbox, request, value)
    except WantsNonce as wrong:
        _challenge(sandbox, "use_dpop_nonce", str(wrong))
    except WrongProof as wrong:
        _challenge(sandbox, "invalid_token", str(wrong))
    found, state = sandbox.grants.find("bluesky", value)
    if found is None or state is not TokenState.LIVE or found.bound_to != key:
        _challenge(sandbox, "invalid_token", "Token expired" if state is TokenState.EXPIRED else "Invalid token")
    needed = _needed(request)
    if needed and not {needed, "transition:generic"} & set(found.scopes):
        raise Rejected(answer({"error": "ScopeMissingError", "message": f'Missing required scope "{needed}"'}, 403))
    return found


def _needed(request: Request) -> str:
    """The scope that a call wants: of its collection, or of its kind of file."""
    method = request.path.rpartition("/")[2]
    if method in WRITES:
        return f"repo:{json_body(request).get('collection')}"
    if method == "com.atproto.repo.uploadBlob":
        return f"blob:{request.mimetype.partition('/')[0]}/*"
    if method == "com.atproto.server.getServiceAuth":
        return f"rpc:{request.args.get('lxm')}?aud=*"
    return ""


def _challenge(sandbox: Sandbox, name: str, sentence: str) -> NoReturn:
    response = answer({"error": name, "message": sentence}, 401)
    response.headers["WWW-Authenticate"] = f'DPoP algs="ES256", error="{name}", error_description="{sentence}"'
    raise Rejected(_with_nonce(sandbox, response))


ROUTES: Routes = [
    ("GET", "/bluesky/.well-known/oauth-protected-resource", protected_resource),
    ("GET", "/bluesky/.well-known/oauth-authorization-server", authorization_server),
    ("POST", "/bluesky/oauth/par", push),
    ("GET", "/bluesky/oauth/authorize", authorize),
    ("POST", "/bluesky/oauth/authorize", authorize),
    ("POST", "/bluesky/oauth/token", token),
    ("POST", "/bluesky/oauth/revoke", revoke),
    ("GET", "/bluesky/<did>", did_document),
]
