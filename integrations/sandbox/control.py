"""The sandbox's own door, under /sandbox/: faults, scripts, accounts with grants, revocation, acceptances, reset.

Faults come in two kinds: of publish calls (faults.py), and of token endpoints and removals (call_faults.py).

For tests and rigs only; JSON in, JSON out. It takes no form posts, so a page elsewhere cannot drive it.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from integrations.sandbox import bluesky_signin
from integrations.sandbox.acceptances import utc_text
from integrations.sandbox.call_faults import CallFaults
from integrations.sandbox.faults import Plan
from integrations.sandbox.grants import Pair
from integrations.sandbox.store import NETWORKS, App, Person
from integrations.sandbox.web import Body, Routes, Sandbox, answer, json_body

KINDS = {
    "linkedin": "opaque",
    "x": "look_up",
    "mastodon": "replay",
    "bluesky": "replay",
    "threads": "look_up",
    "facebook_pages": "look_up",
    "instagram": "look_up",
}
SCOPES = {
    "linkedin": ["openid", "profile", "email", "w_member_social"],
    "x": ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"],
    "mastodon": ["profile", "read:accounts", "read:statuses", "write:statuses", "write:media"],
    "bluesky": [],
    "threads": ["threads_basic", "threads_content_publish", "threads_delete"],
    "facebook_pages": ["pages_show_list", "pages_manage_posts", "pages_read_engagement", "page"],
    "instagram": ["instagram_business_basic", "instagram_business_content_publish"],
}
RENEW_THEMSELVES = {"threads", "instagram"}


def _sent(request: Request) -> Body:
    if request.mimetype != "application/json":
        raise BadRequest("Send JSON.")
    return json_body(request)


def _network(body: Body) -> str:
    if body.get("network") not in NETWORKS:
        raise BadRequest(f"network is one of {', '.join(NETWORKS)}.")
    return str(body["network"])


def health(sandbox: Sandbox, _request: Request) -> Response:
    return answer(
        {
            "status": "ok",
            "kinds": KINDS,
            "accounts": len(sandbox.store.people),
            "acceptances": sum(not line.get("replay", True) for line in sandbox.store.ledger.lines),
            "injected": sandbox.faults.injected,
            "uploads": sandbox.store.uploads(),
            "refreshes": dict(sandbox.grants.refreshes),
            "token_faults": dict(sandbox.token_faults.injected),
            "removal_faults": dict(sandbox.removal_faults.injected),
            "families_ended_by_reuse": dict(sandbox.grants.ended_by_reuse),
            "seed": sandbox.faults.seed,
        }
    )


def set_faults(sandbox: Sandbox, request: Request) -> Response:
    """`{"profile": "stress", "hang_seconds": 3, "networks": ["x"], "seed": 7, "accept_hang": 0.1}`; {} ends them."""
    body = _sent(request)
    seed = body.pop("seed", None)
    try:
        plan = Plan.from_body(body)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    sandbox.faults.change(plan, None if seed is None else int(seed))
    return answer(asdict(plan))


def set_script(sandbox: Sandbox, request: Request) -> Response:
    """`{"network": "x", "fault": "accept_hang", "times": 2}`, or `"faults": ["none", "accept_reset"]` in order."""
    body = _sent(request)
    names = body.get("faults") or [body.get("fault", "none")] * int(body.get("times", 1))
    try:
        sandbox.faults.script(_network(body), [str(name) for name in names])
    except ValueError as error:
        raise BadRequest(str(error)) from error
    return answer({"scripted": names})


def set_token_faults(sandbox: Sandbox, request: Request) -> Response:
    """`{"hang_after": 0.05, "networks": ["bluesky"], "hang_seconds": 3, "seed": 7}`; see call_faults.py."""
    return _change(sandbox.token_faults, request)


def set_removal_faults(sandbox: Sandbox, request: Request) -> Response:
    return _change(sandbox.removal_faults, request)


def _change(faults: CallFaults, request: Request) -> Response:
    body = _sent(request)
    try:
        faults.change(body)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    return answer(body)


def set_token_script(sandbox: Sandbox, request: Request) -> Response:
    """`{"network": "x", "faults": ["hang_after", "none"]}`: what its next such calls meet, in order."""
    return _script(sandbox.token_faults, request)


def set_removal_script(sandbox: Sandbox, request: Request) -> Response:
    return _script(sandbox.removal_faults, request)


def _script(faults: CallFaults, request: Request) -> Response:
    body = _sent(request)
    names = [str(name) for name in body.get("faults", [])]
    try:
        faults.script(_network(body), names)
    except ValueError as error:
        raise BadRequest(str(error)) from error
    return answer({"scripted": names})


def change_settings(sandbox: Sandbox, request: Request) -> Response:
    try:
        sandbox.settings.change(_sent(request))
    except ValueError as error:
        raise BadRequest(str(error)) from error
    return answer(sandbox.settings.as_dict())


def register_client(sandbox: Sandbox, request: Request) -> Response:
    """An app of LinkedIn or X with its secret and registered addresses, as their portals would keep it."""
    body = _sent(request)
    name, uris = str(body.get("name", "Your app")), [str(uri) for uri in body.get("redirect_uris", [])]
    app = App(_network(body), str(body.get("client_id", "")), str(body.get("client_secret", "")), name, uris)
    return answer({"client_id": sandbox.store.keep_app(app).client_id}, 201)


# --- accounts ---------------------------------------------------------------------------------


def make_accounts(sandbox: Sandbox, request: Request) -> Response:
    """`{"network", "handle"?, "name"?, "count"?, "client_id"?, "scopes"?, "server"?}`: accounts and grants without
    signing in; `server` is one of Mastodon's other ones."""
    body = _sent(request)
    app = _app(sandbox, _network(body), str(body.get("client_id", "")))
    handle = str(body.get("handle") or f"person{len(sandbox.store.people)}")
    if "count" not in body:
        scopes = [str(scope) for scope in body.get("scopes") or SCOPES[app.network]]
        one = _account(sandbox, app, handle, str(body.get("name", "")), scopes)
        at = sandbox.url(f"/{body['server']}") if body.get("server") else one["server"]
        return answer(one | {"server": at}, 201)
    made = [
        _account(sandbox, app, f"{handle}-{number}", "", SCOPES[app.network]) for number in range(int(body["count"]))
    ]
    return answer({"accounts": made}, 201)


def _app(sandbox: Sandbox, network: str, client_id: str) -> App:
    """The app the grants are for; by default the one our connectors use with a sandbox."""
    client_id = client_id or f"sandbox-{network}"
    known = sandbox.store.apps.get((network, client_id))
    made = App(network, client_id, f"sandbox-secret-of-{network}", "Your app", [], SCOPES[network])
    return known or sandbox.store.keep_app(made)


def _account(sandbox: Sandbox, app: App, handle: str, name: str, scopes: list[str]) -> Body:
    network = app.network
    person = sandbox.store.person_named(network, handle, name)
    said: Body = {
        "network": network,
        "account_id": person.id,
        "handle": person.handle,
        "name": person.name,
        "scopes": scopes,
        "server": sandbox.url(f"/{network}") if network in {"mastodon", "bluesky"} else "",
        "client_id": app.client_id,
        "client_secret": app.client_secret,
    }
    if network == "bluesky":
        said["app_password"] = sandbox.grants.make_app_password(person.id, "made by the control door")
    tokens = _tokens(_grant(sandbox, app, person, scopes))
    if network in RENEW_THEMSELVES:
        tokens["refresh_token"] = tokens["access_token"]
    return said | tokens


def _grant(sandbox: Sandbox, app: App, person: Person, scopes: list[str]) -> Pair:
    settings = sandbox.settings
    if person.network == "bluesky":
        return bluesky_signin.open_session(sandbox, person.id)
    lives: dict[str, tuple[timedelta | None, timedelta | None]] = {
        "linkedin": (settings.seconds("linkedin_token_seconds"), None),
        "x": (settings.seconds("x_token_seconds"), timedelta(days=180)),
        "mastodon": (None, None),
        "threads": (settings.seconds("meta_token_seconds"), None),
        "facebook_pages": (None, None),
        "instagram": (settings.seconds("meta_token_seconds"), None),
    }
    access, refresh = lives[person.network]
    return sandbox.grants.issue(
        person.network, person.id, app.client_id, scopes, access_life=access, refresh_life=refresh
    )


def _tokens(pair: Pair) -> Body:
    return {
        "access_token": pair.access.value,
        "refresh_token": pair.refresh.value if pair.refresh else "",
        "expires_at": utc_text(pair.access.expires) if pair.access.expires else "",
    }


def revoke(sandbox: Sandbox, request: Request) -> Response:
    """`{"network", "account", "how": "revoke"|"expire"|"restrict"|"release"}`: what happens to an account elsewhere."""
    body = _sent(request)
    network, how = _network(body), str(body.get("how", "revoke"))
    person = sandbox.store.find_person(network, str(body.get("account", "")))
    if person is None or how not in {"revoke", "expire", "restrict", "release"}:
        raise BadRequest("There is no such account, or `how` is none of revoke, expire, restrict, release.")
    if how in {"restrict", "release"}:
        sandbox.store.restrict(person, restricted=how == "restrict")
        return answer({"account_id": person.id, "restricted": person.restricted})
    ended = sandbox.grants.end_all_of(network, person.id, expire=how == "expire")
    return answer({"account_id": person.id, "ended": ended})


def acceptances(sandbox: Sandbox, request: Request) -> Response:
    """The lines of the acceptance file, from `?since=` on."""
    since = int(request.args.get("since", "0"))
    lines = list(sandbox.store.ledger.lines)
    return answer({"acceptances": [line for line in lines if line["seq"] > since], "at": utc_text(datetime.now(UTC))})


def reset(sandbox: Sandbox, request: Request) -> Response:
    _sent(request)
    sandbox.reset()
    return answer({"status": "empty"})


ROUTES: Routes = [
    ("GET", "/sandbox/health", health),
    ("GET", "/sandbox/acceptances", acceptances),
    ("POST", "/sandbox/faults", set_faults),
    ("POST", "/sandbox/script", set_script),
    ("POST", "/sandbox/token-faults", set_token_faults),
    ("POST", "/sandbox/token-script", set_token_script),
    ("POST", "/sandbox/removal-faults", set_removal_faults),
    ("POST", "/sandbox/removal-script", set_removal_script),
    ("POST", "/sandbox/settings", change_settings),
    ("POST", "/sandbox/clients", register_client),
    ("POST", "/sandbox/accounts", make_accounts),
    ("POST", "/sandbox/revoke", revoke),
    ("POST", "/sandbox/reset", reset),
]
