"""Why a sign-in at a network came to nothing, as sentences for the person: nothing was connected."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from integrations.networks.base import Network


class SignInFailed(Refusal):
    """The network did not let the person in, or not far enough. Nothing was connected."""

    code = "sign_in_failed"


def unclear(network: Network) -> SignInFailed:
    sentence = _("%(network)s did not confirm the sign-in, so nothing was connected.")
    return SignInFailed(sentence % {"network": network.label})


def no_answer(network: Network) -> SignInFailed:
    sentence = _("%(network)s does not answer right now, so nothing was connected. Try again in a few minutes.")
    return SignInFailed(sentence % {"network": network.label})


def less_than_asked(network: Network) -> SignInFailed:
    sentence = _(
        "%(network)s gave us less than we asked for, so nothing was connected. Leave everything ticked on its page."
    )
    return SignInFailed(sentence % {"network": network.label})


def somebody_else(network: Network) -> SignInFailed:
    sentence = _("You signed in to another account at %(network)s than the one you named, so nothing was connected.")
    return SignInFailed(sentence % {"network": network.label})
