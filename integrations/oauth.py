"""Signing in at a network: from our page to its page and back, by requests-oauthlib through the one outbound door.

Owns the redirect, the exchange of the code and what was granted against what was asked. Whose sign-in it is stands in
`sign_in_states.py`; what a token means to a network stands in that network's file. It runs outside any transaction.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient
from requests_oauthlib import OAuth2Session

from accounts.models import Member
from accounts.refusals import BadInput
from integrations import http, pushed_sign_in
from integrations.networks.base import (
    AppRegistration,
    Connected,
    Deed,
    Grant,
    NeedsReconnect,
    Network,
    NoSuchServer,
    NotConnected,
    OAuth,
    PushedOAuth,
    Secret,
    TryLater,
)
from integrations.networks.replies import lifetime
from integrations.server_apps import app_at, forget_app, redirect_address
from integrations.sign_in_refusals import SignInFailed, less_than_asked, no_answer, unclear
from integrations.sign_in_states import UsedState, new_state

if settings.OUTBOUND_ALLOWED_HOSTS:
    # oauthlib knows https alone. Our own door is stricter: http leads to the sandbox's hosts and nowhere else.
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

DENIALS = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize"})


# --- going there ------------------------------------------------------------------------------


def begin_sign_in(member: Member, *, network: Network, server: str, share: str = "", deeds: Iterable[Deed] = ()) -> str:
    """The address of the network's own page, with a fresh state. May call the server to make our app known.

    `deeds` the person wants from now on: what they need is asked for beside what posting needs. It may be left out
    there, and then everything else is connected.
    """
    offer = offered_sign_in(network, server)
    wished = network.scopes_for(deeds) - set(offer.scopes)
    offer = replace(offer, scopes=(*offer.scopes, *sorted(wished)))
    if isinstance(offer, PushedOAuth):
        return pushed_sign_in.begin(member, network=network, offer=offer, server=server, share=share)
    client = WebApplicationClient(offer.client_id)
    verifier = Secret(client.create_code_verifier(64) if offer.pkce else "")
    state = new_state(member, network=network.key, server=server, verifier=verifier, share=share, scopes=offer.scopes)
    more: dict[str, Any] = {}
    if offer.pkce:
        challenge = client.create_code_challenge(verifier.reveal(), "S256")
        more = {"code_challenge": challenge, "code_challenge_method": "S256"}
    opened = OAuth2Session(client=client, redirect_uri=redirect_address(network), scope=list(offer.scopes))
    address, _state = opened.authorization_url(offer.authorize_url, state=state, **more)
    return str(address)


def server_of(network: Network, typed: str) -> str:
    """The server a person means; nothing where a network is one server."""
    if not network.many_servers:
        return ""
    try:
        return network.server_address(typed)
    except NoSuchServer as error:
        raise BadInput(str(error), field="server") from None


def offered_sign_in(network: Network, server: str) -> OAuth | PushedOAuth:
    """How to sign in there with our app, which is made known to the server first where that is needed."""
    offer = network.sign_in(server)
    if isinstance(offer, PushedOAuth):
        return offer
    if not isinstance(offer, OAuth):
        raise SignInFailed(_("%(network)s is connected in another way.") % {"network": network.label})
    if not network.registers_app:
        if not offer.client_id:
            raise SignInFailed(_("%(network)s is not set up here yet.") % {"network": network.label})
        return offer
    app = app_at(network, server)
    if isinstance(app, AppRegistration):
        return replace(offer, client_id=app.client_id, client_secret=app.client_secret)
    if isinstance(app, TryLater):
        sentence = _("%(server)s does not answer right now. Check the name, or try again later.")
        raise BadInput(sentence % {"server": server}, field="server")
    raise BadInput(_(app.reason), field="server")


# --- coming back ------------------------------------------------------------------------------


def denied(network: Network, error: str) -> SignInFailed:
    """The network sent the person back with an error instead of a code."""
    if error in DENIALS:
        sentence = _("You did not allow it on %(network)s's page, so nothing was connected.")
    else:
        sentence = _("%(network)s did not let us connect this account, so nothing was connected.")
    return SignInFailed(sentence % {"network": network.label})


def finish_sign_in(used: UsedState, *, network: Network, answer: Mapping[str, str]) -> Sequence[Connected]:
    """Exchange the code, look whose accounts they are, and hold what was granted against what was asked."""
    offer = offered_sign_in(network, used.row.server)
    if isinstance(offer, PushedOAuth):
        grant = pushed_sign_in.exchange(used, network=network, offer=offer, answer=answer)
    else:
        grant = _grant(network, offer, used, _exchange(network, offer, used, answer["code"]))
    granted = network.granted(grant)
    if isinstance(granted, NeedsReconnect | TryLater):
        give_back_now(network, grant)
        raise _not_let_in(network, granted)
    if (set(offer.scopes) | network.required_scopes) - granted:
        give_back_now(network, grant)
        raise less_than_asked(network)
    accounts = network.accounts(replace(grant, scopes=granted))
    if isinstance(accounts, NotConnected | NeedsReconnect | TryLater):
        give_back_now(network, grant)
        raise _not_let_in(network, accounts)
    return accounts


def give_back_now(network: Network, grant: Grant) -> None:
    """A grant that we do not keep goes back at once. The network may not listen; it is stored nowhere."""
    network.revoke(grant)


def app_is_known(network: Network, server: str) -> bool:
    """Does the network know our app? Asked with a code that nobody issued, so nothing can come of it."""
    offer = offered_sign_in(network, server)
    if isinstance(offer, PushedOAuth):
        return pushed_sign_in.app_is_known(network, offer, server)
    try:
        _fetch_token(network, offer, "asked-only-whether-our-app-is-known", Secret("no-verifier" * 4))
    except http.OutboundError:
        raise no_answer(network) from None
    except OAuth2Error as error:
        return error.error not in ("invalid_client", "unauthorized_client")
    except (requests.RequestException, ValueError):
        raise unclear(network) from None
    return True


def _exchange(network: Network, offer: OAuth, used: UsedState, code: str) -> Mapping[str, Any]:
    try:
        return _fetch_token(network, offer, code, used.verifier)
    except http.OutboundError:
        raise no_answer(network) from None
    except OAuth2Error as error:
        if error.error == "invalid_client" and network.registers_app:
            forget_app(network, used.row.server)
        raise unclear(network) from None
    except (requests.RequestException, ValueError):
        raise unclear(network) from None


def _fetch_token(network: Network, offer: OAuth, code: str, verifier: Secret) -> Mapping[str, Any]:
    opened = OAuth2Session(client=WebApplicationClient(offer.client_id), redirect_uri=redirect_address(network))
    http.mount(opened)
    opened.register_compliance_hook("access_token_response", _as_usual(offer))
    secret = offer.client_secret.reveal() if offer.client_secret else ""
    asked: dict[str, Any] = {"code": code}
    if offer.pkce:
        asked["code_verifier"] = verifier.reveal()
    if offer.client_auth == "basic":
        asked["auth"] = requests.auth.HTTPBasicAuth(offer.client_id, secret)
    else:
        asked |= {"include_client_id": True, "client_secret": secret}
    token: Mapping[str, Any] = opened.fetch_token(offer.token_url, **asked)
    return token


def _as_usual(offer: OAuth) -> Callable[[requests.Response], requests.Response]:
    """The answer as oauthlib reads it: scopes under that name and split at spaces, and no list around the whole.

    LinkedIn joins them with commas. Instagram calls them permissions, joins them or lists them, and its page shows the
    answer as the one entry of `data`, which the answers that people report are not.
    """

    def rewrite(reply: requests.Response) -> requests.Response:
        try:
            body = reply.json()
        except ValueError:
            return reply
        if not isinstance(body, dict) or not isinstance(body.get("error", ""), str):
            raise ValueError("This is no answer of a token server.")  # oauthlib would break over it
        said = _unwrapped(body)
        scopes = said.get(offer.scope_field)
        if isinstance(scopes, str):
            said["scope"] = " ".join(scopes.replace(offer.scope_separator, " ").split())
        elif offer.scope_field != "scope" and isinstance(scopes, list):
            said["scope"] = " ".join(str(scope) for scope in scopes)
        reply._content = json.dumps(said).encode()  # requests offers no other way to hand in a body
        return reply

    return rewrite


def _unwrapped(body: dict[str, Any]) -> dict[str, Any]:
    rows = body.get("data") if "access_token" not in body else None
    return rows[0] if isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], dict) else body


def _grant(network: Network, offer: OAuth, used: UsedState, token: Mapping[str, Any]) -> Grant:
    scopes, asked = token.get("scope"), used.row.asked_scopes.split() or offer.scopes
    granted = scopes.split() if isinstance(scopes, str) else scopes or asked  # unsaid means: as asked (RFC 6749)
    lasts, refresh = lifetime(token.get("expires_in")), token.get("refresh_token")
    return Grant(
        access_token=Secret(str(token["access_token"])),
        refresh_token=Secret(str(refresh)) if refresh else None,
        expires_at=datetime.now(UTC) + lasts if lasts else None,
        scopes=frozenset(granted),
        server=used.row.server,
        client_id=offer.client_id if network.registers_app else "",
        client_secret=offer.client_secret if network.registers_app else None,
    )


def _not_let_in(network: Network, answer: NotConnected | NeedsReconnect | TryLater) -> SignInFailed:
    match answer:
        case NotConnected(reason):
            return SignInFailed(_(reason))
        case NeedsReconnect():
            return unclear(network)
        case TryLater():
            return no_answer(network)
