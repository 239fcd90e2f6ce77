"""*Test it*: asks a network whether it knows our app, without signing anybody in. Runs outside any transaction."""

from __future__ import annotations

from typing import assert_never

from django.utils.translation import gettext as _

from accounts.audit import audit
from accounts.models import Member
from accounts.refusals import NotAllowed
from accounts.roles import Right, may
from accounts.tenancy import acting_in
from integrations.networks.base import AppPassword, Network, NoSignIn, OAuth, PushedOAuth, Secret, TryLater
from integrations.oauth import app_is_known, server_of
from integrations.sign_in_refusals import SignInFailed

NOBODY = "nobody.invalid"


def try_network(network: Network, *, organization_id: int, by: Member) -> str:
    """A sentence for good news; bad news is a refusal with a sentence."""
    if not may(by.role, Right.RUN_PROGRAMME):
        raise NotAllowed(_("Only the people who run the programme can test this."))
    with acting_in(organization_id):
        audit("try_network", by=by, network=network.key)
    server = server_of(network, "")
    match network.sign_in(server):
        case NoSignIn():
            return _("%(network)s works without any set-up.") % {"network": network.label}
        case AppPassword():
            return _answers(network, server)
        case OAuth() | PushedOAuth():
            return _knows_us(network, server)
        case other:
            assert_never(other)


def _answers(network: Network, server: str) -> str:
    """A sign-in that cannot succeed shows that the server listens."""
    if isinstance(network.connect_with_app_password(server, NOBODY, Secret("no password")), TryLater):
        raise SignInFailed(_("%(network)s does not answer right now.") % {"network": network.label})
    return _("%(network)s answers. People connect with an app password of their own.") % {"network": network.label}


def _knows_us(network: Network, server: str) -> str:
    if not app_is_known(network, server):
        sentence = _("%(network)s does not know our app: check its id and secret.")
        raise SignInFailed(sentence % {"network": network.label})
    return _("%(network)s answers and knows our app.") % {"network": network.label}
