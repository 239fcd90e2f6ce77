"""Signing in where the request is pushed ahead and the tokens are bound to a key (RFC 9126, 7636, 9449, 9207).

Owns the request, the way back and the exchange; which server it is, whose account and where that lives are the
network's to say. What the way back needs is sealed with the one-time state. It runs outside any transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from oauthlib.oauth2 import WebApplicationClient

from accounts.models import Member
from accounts.refusals import BadInput
from integrations import http
from integrations.dpop import new_proof_key
from integrations.networks.base import AuthorizationServer, Grant, Network, PushedOAuth, Secret, TryLater
from integrations.networks.bound_tokens import Session, bound_grant, is_bound_grant, send_form
from integrations.networks.replies import repeatable
from integrations.our_client import first_key, holds_key, redirect_address_of
from integrations.sign_in_refusals import SignInFailed, no_answer, somebody_else, unclear
from integrations.sign_in_states import UsedState, new_state

# Seconds of somebody's waiting for a page, and of a worker's. Whom we ask is whatever server they named.
GOING = 10.0
AT_HOME = 10.0
NOBODYS_STATE = "asked-only-whether-our-app-is-known"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the way back needs to know: kept by us alone, sealed with the state."""

    server: AuthorizationServer
    verifier: Secret
    key: Secret
    client_key: str  # the thumbprint of our app's key that signed the request: the server wants it all along

    def written(self) -> Secret:
        kept = {"server": asdict(self.server), "verifier": self.verifier.reveal(), "key": self.key.reveal()}
        return Secret(json.dumps(kept | {"client_key": self.client_key}))

    @classmethod
    def read(cls, sealed: Secret) -> Remembered:
        kept = json.loads(sealed.reveal())
        server, client_key = AuthorizationServer(**kept["server"]), kept.get("client_key", "")
        return cls(server, Secret(kept["verifier"]), Secret(kept["key"]), client_key)


def _new(server: AuthorizationServer, offer: PushedOAuth) -> Remembered:
    verifier = Secret(WebApplicationClient("").create_code_verifier(64))
    return Remembered(server, verifier, new_proof_key(), first_key(offer.client_id))


# --- going there ------------------------------------------------------------------------------


def begin(member: Member, *, network: Network, offer: PushedOAuth, server: str, share: str) -> str:
    """The address of the server's own page for a request that it has just taken."""
    with http.all_within(GOING):
        remembered = _new(_server_of(network, server), offer)
        state = new_state(member, network=network.key, server=server, verifier=remembered.written(), share=share)
        request_uri = _push(network, offer, remembered, state)
    page = urlencode({"client_id": offer.client_id, "request_uri": request_uri})
    return f"{remembered.server.authorize_url}?{page}"


def app_is_known(network: Network, offer: PushedOAuth, server: str) -> bool:
    """Does the server take a request of ours? It reads our document for that; nobody is asked anything."""
    try:
        with http.all_within(GOING):
            _push(network, offer, _new(_server_of(network, server), offer), NOBODYS_STATE)
    except AppRefused:
        return False
    return True


class AppRefused(SignInFailed):
    """The server does not take our app."""


def _server_of(network: Network, server: str) -> AuthorizationServer:
    found = network.find_sign_in(server)
    if isinstance(found, AuthorizationServer):
        return found
    if isinstance(found, TryLater):
        sentence = _("%(server)s does not answer right now. Check the name, or try again later.")
        raise BadInput(sentence % {"server": server}, field="server")
    raise BadInput(_(found.reason), field="server")


def _push(network: Network, offer: PushedOAuth, remembered: Remembered, state: str) -> str:
    challenge = WebApplicationClient("").create_code_challenge(remembered.verifier.reveal(), "S256")
    form = {
        "response_type": "code",
        "redirect_uri": redirect_address_of(network.key),
        "scope": " ".join(offer.scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if remembered.server.login_hint:
        form["login_hint"] = remembered.server.login_hint
    reply = _ask(offer, remembered, remembered.server.pushed_url, form)
    if isinstance(reply, TryLater) or reply.status == 429 or reply.status >= 500:
        raise no_answer(network)
    request_uri = reply.document().get("request_uri")
    if reply.status in (200, 201) and isinstance(request_uri, str) and request_uri:
        return request_uri
    sentence = _("%(network)s does not take our app, so nothing was connected. The people who run this site must look.")
    raise AppRefused(sentence % {"network": network.label})


# --- coming back ------------------------------------------------------------------------------


def exchange(used: UsedState, *, network: Network, offer: PushedOAuth, answer: Mapping[str, str]) -> Grant:
    """The grant behind a code: from the server that was asked, for the account it speaks for, where that lives."""
    remembered = Remembered.read(used.verifier)
    if answer.get("iss") != remembered.server.issuer:  # another server's code must not be sent to this one (RFC 9207)
        raise unclear(network)
    if not holds_key(remembered.client_key):
        raise SignInFailed(_("This site changed its keys meanwhile, so nothing was connected. Please try once more."))
    form = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": redirect_address_of(network.key),
        "code_verifier": remembered.verifier.reveal(),
    }
    reply = _ask(offer, remembered, remembered.server.token_url, form)
    if isinstance(reply, TryLater):
        raise no_answer(network)
    made = reply.document()
    if reply.status != 200 or not is_bound_grant(made):
        raise unclear(network)
    grant = bound_grant(made, Grant(Secret(""), client_id=offer.client_id), now=datetime.now(UTC))
    grant = replace(grant, proof_key=remembered.key, client_key=remembered.client_key)
    grant = replace(grant, issuer=remembered.server.issuer, account_id=str(made["sub"]))
    return _at_home(network, remembered.server, grant)


def _at_home(network: Network, server: AuthorizationServer, grant: Grant) -> Grant:
    """Whose account it is must be who was asked for, and its own server must trust the one that let us in."""
    if server.account_id and server.account_id != grant.account_id:
        network.revoke(grant)
        raise somebody_else(network)
    with http.all_within(AT_HOME):
        home = network.home_of(grant.account_id, grant.issuer)
    if isinstance(home, str):
        return replace(grant, server=home)
    network.revoke(grant)
    raise no_answer(network) if isinstance(home, TryLater) else SignInFailed(_(home.reason))


def _ask(offer: PushedOAuth, remembered: Remembered, url: str, form: dict[str, str]) -> http.Reply | TryLater:
    """Asked once. A sign-in whose answer is lost begins anew: nothing was connected."""
    issuer = remembered.server.issuer
    return send_form(repeatable, url, form, Session(offer.client_id, issuer, remembered.key, remembered.client_key))
