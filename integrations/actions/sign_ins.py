"""From a person's click to a connected account, by each of the three ways networks offer.

Consent by its text comes first and is written before anything is called. Each function opens its own short
transactions and calls the network between them, so it runs outside any. An app password is used once and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.actions.consent import agree_to_network, require_self, take_part
from accounts.models import Member, User
from accounts.refusals import BadInput, Refusal
from accounts.selectors.consent import takes_part
from accounts.tenancy import acting_in
from integrations.actions.connections import connect_account
from integrations.actions.faces import take_face
from integrations.models import Connection, OAuthState
from integrations.networks.base import Account, Connected, Deed, Grant, Network, NotConnected, Secret, TryLater
from integrations.oauth import begin_sign_in, denied, finish_sign_in, give_back_now
from integrations.selectors.allowed_deeds import allowed_deeds
from integrations.selectors.networks import is_offered
from integrations.sign_in_refusals import SignInFailed
from integrations.sign_in_states import find_state, use_state


class SignInStopped(Refusal):
    """The way back from the network leads nowhere: a wrong, old or used state."""

    code = "sign_in_stopped"


class SomebodyElses(SignInStopped):
    """Another person began it: its company and its draft are not this person's to see."""

    code = "somebody_elses"
    status = 403


@dataclass(frozen=True, slots=True)
class CameBack:
    """What one sign-in brought: at least one account, and why others were not connected, a sentence each."""

    connections: Sequence[Connection]
    refused: Sequence[str] = ()


def agree_first(
    member: Member, *, by: Member, network: Network, language: str, text_version: str, take_part_version: str = ""
) -> None:
    """The yes to this network (and to taking part, where the page asked for both), before its page is opened."""
    with acting_in(member.organization_id):
        _require_offer(network)
        if not takes_part(member):
            take_part(member, by=by, language=language, text_version=take_part_version)
        agree_to_network(member, by=by, network=network.key, language=language, text_version=text_version)


# --- at the network's own page ----------------------------------------------------------------


def go_to_network(
    member: Member,
    *,
    by: Member,
    network: Network,
    server: str,
    share: str = "",
    deeds: frozenset[Deed] = frozenset(),
) -> str:
    """The address of the network's page. What comes back goes to `come_back`.

    `deeds` is what the person wants to be able to do there beside posting; what they allowed before is asked again.
    """
    require_self(member, by=by)
    with acting_in(member.organization_id):
        wanted = deeds | allowed_deeds(member, network, server)
    return begin_sign_in(member, network=network, server=server, share=share, deeds=wanted)


def whose_sign_in(network: Network, state: str) -> OAuthState:
    """The sign-in that a way back belongs to; a state begun for another network is no state of this one."""
    row = find_state(state)
    if row is None or row.network != network.key:
        raise SignInStopped(_("We do not know this way back, so nothing was connected."))
    return row


def come_back(row: OAuthState, *, user: User, network: Network, answer: Mapping[str, str]) -> CameBack:
    """Finish the sign-in for the person who began it, once."""
    if user.pk != row.user_id:
        sentence = _("Somebody else began this. Sign in as that person, or connect your own account from here.")
        raise SomebodyElses(sentence)
    used = use_state(row)
    if used is None:
        raise SignInStopped(_over(row))
    error = answer.get("error", "")
    if error or not answer.get("code"):
        raise denied(network, error)
    found = finish_sign_in(used, network=network, answer=answer)
    came = _keep_each(row, network, found)
    for connection in came.connections:
        take_face(connection, by=connection.member)
    return came


def _keep_each(row: OAuthState, network: Network, found: Sequence[Connected]) -> CameBack:
    """One at least: an account that may not be connected does not keep the others out."""
    kept: list[Connection] = []
    refusals: list[tuple[Account, Refusal]] = []
    for one in found:
        try:
            kept.append(_keep(row, network, one.account, one.grant))
        except Refusal as refusal:
            give_back_now(network, one.grant)
            refusals.append((one.account, refusal))
    if not kept and len(refusals) == 1:
        raise refusals[0][1]
    refused = [_not_connected(account, refusal) for account, refusal in refusals]
    if not kept:
        raise SignInFailed(" ".join(refused))
    return CameBack(kept, refused)


def _not_connected(account: Account, refusal: Refusal) -> str:
    return _("%(account)s was not connected: %(reason)s") % {"account": account.handle, "reason": refusal.sentence}


def _keep(row: OAuthState, network: Network, account: Account, grant: Grant) -> Connection:
    with acting_in(row.organization_id):
        _require_offer(network)
        people = Member.objects.filter(public_id=row.member_public_id, user_id=row.user_id)
        member = people.filter(left_at=None, deactivated_at=None).first()
        if member is None:
            raise SignInStopped(_("You are no longer in this company here, so nothing was connected."))
        return connect_account(member, by=member, network=network, server=grant.server, account=account, grant=grant)


def _over(row: OAuthState) -> str:
    if row.used_at is not None:
        return _("This way back was used already.")
    return _("Ten minutes went by, so we stopped waiting and connected nothing.")


# --- without one ------------------------------------------------------------------------------


def connect_with_app_password(
    member: Member, *, by: Member, network: Network, server: str, identifier: str, password: Secret
) -> Connection:
    require_self(member, by=by)
    answer = network.connect_with_app_password(server, identifier, password)
    if isinstance(answer, NotConnected):
        raise BadInput(_(answer.reason), field="password")
    if isinstance(answer, TryLater):
        sentence = _("%(network)s does not answer right now. Check the server's name, or try again later.")
        raise BadInput(sentence % {"network": network.label}, field="server")
    return _connect(member, by=by, network=network, found=answer)


def connect_without_sign_in(member: Member, *, by: Member, network: Network) -> Connection:
    """The practice network: one click, and an account that is this person's alone."""
    require_self(member, by=by)
    grant = Grant(access_token=Secret("nothing to sign in to"), account_id=member.public_id)
    account = network.profile(grant)
    if not isinstance(account, Account):
        raise SignInFailed(_(account.reason))
    return _connect(member, by=by, network=network, found=Connected(grant, account))


def _connect(member: Member, *, by: Member, network: Network, found: Connected) -> Connection:
    server = found.grant.server
    try:
        with acting_in(member.organization_id):
            _require_offer(network)
            connection = connect_account(
                member, by=by, network=network, server=server, account=found.account, grant=found.grant
            )
    except Refusal:
        give_back_now(network, found.grant)
        raise
    take_face(connection, by=by)
    return connection


def _require_offer(network: Network) -> None:
    if not is_offered(network):
        sentence = _("%(network)s cannot be connected in this company right now.")
        raise SignInFailed(sentence % {"network": network.label})
