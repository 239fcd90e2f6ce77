"""An example of every action of `integrations`, for the test that each writes its audit row."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models.functions import Now
from django.test import override_settings

from accounts.consent_texts import current_version
from accounts.models import OrganizationSettings
from integrations.actions import (
    connections,
    departures,
    grant_endings,
    key_rotation,
    network_check,
    networks,
    sign_ins,
    web_push,
)
from integrations.models import Connection, StoredGrant
from integrations.networks import network
from tests.campaigns import told
from tests.integrations.connected import connected, grant

# Public functions of integrations/actions that write no row of their own, each with its reason.
NO_ROW = {
    "tell_devices": "a part of telling a person; the act that happened wrote the row",
    "push": "an errand: the act that owed it wrote the row",
    "identity_of": "names a device",
    "revoke": "an errand: the departure that owed it wrote the row",
    "whose_sign_in": "reads a sign-in under way",
    "go_to_network": "opens the network's page; connect_account writes the row once somebody comes back",
    "come_back": "calls the network, then connect_account, which writes the row",
    "take_face": "a part of connecting, which writes the row: what the account looks like there",
    "connect_with_app_password": "calls the network, then connect_account, which writes the row",
}


def _account(w: Any, key: str = "x") -> Connection:
    return connected(w.ada, key, grant())


def _freeze(w: Any) -> None:
    _account(w)
    connections.freeze_own(w.ada, by=w.ada)


def _thaw(w: Any) -> None:
    _freeze(w)
    connections.thaw_own(w.ada, by=w.ada)


def _stop_one_network(w: Any) -> None:
    _account(w)
    departures.give_back_grants_without_consent(w.ada, by=w.ada, kind="network", network="x")


def _close_the_door(w: Any) -> None:
    _account(w)
    departures.give_back_grants_of_deactivated(w.ada, by=None)


def _with_new_key(w: Any) -> None:
    _account(w)
    new = base64.b64encode(os.urandom(32)).decode()
    with override_settings(FIELD_KEYS=[new, *settings.FIELD_KEYS]):
        key_rotation.rotate_field_key(by=None)


def _ending(w: Any) -> Connection:
    account = connected(w.ada, "linkedin", grant(refresh="", minutes=60))
    StoredGrant.objects.update(warn_at=Now())
    return account


def _practise(w: Any) -> Connection:
    OrganizationSettings.objects.update(networks=["practice"])
    practice = network("practice")
    sign_ins.agree_first(w.ada, by=w.ada, network=practice, language="en", text_version=current_version("network"))
    return sign_ins.connect_without_sign_in(w.ada, by=w.ada, network=practice)


CALLS: dict[str, Callable[[Any], object]] = {
    "connect_account": lambda w: _account(w),
    "ask_to_reconnect": lambda w: grant_endings.ask_to_reconnect(_account(w), fence=1, reason="revoked"),
    "warn_of_end": lambda w: grant_endings.warn_of_end(_ending(w), fence=1),
    "mark_needs_reconnect": lambda w: connections.mark_needs_reconnect(_account(w), reason="token_revoked"),
    "disconnect": lambda w: connections.disconnect(_account(w), by=w.ada),
    "freeze_own": _freeze,
    "thaw_own": _thaw,
    "let_go": lambda w: connections.let_go(_account(w), by=w.ada),
    "give_back_grants": lambda w: (_account(w), departures.give_back_grants(w.ada, by=w.ada)),
    "give_back_grants_of_deactivated": _close_the_door,
    "give_back_grants_without_consent": _stop_one_network,
    "rotate_field_key": _with_new_key,
    "try_network": lambda w: network_check.try_network(
        network("practice"), organization_id=w.organization.pk, by=w.owner
    ),
    "offer_networks": lambda w: networks.offer_networks(["practice"], by=w.owner),
    "set_monthly_ceiling": lambda w: networks.set_monthly_ceiling(network("x"), Decimal("5"), by=w.owner),
    "agree_first": _practise,
    "connect_without_sign_in": _practise,
    "add_device": lambda w: told.device(w.ada),
    "forget_device": lambda w: web_push.forget_device(told.device(w.ada), by=w.ada),
    "forget_devices_of_leaver": lambda w: web_push.forget_devices_of_leaver(w.ada, by=w.ada),
}
PARTS = {
    "let_go": "disconnect",
    "give_back_grants": "disconnect",
    "give_back_grants_of_deactivated": "disconnect",
    "give_back_grants_without_consent": "disconnect",
    "ask_to_reconnect": "mark_needs_reconnect",
    "agree_first": "agree_to_network",
    "connect_without_sign_in": "connect_account",
}
OWN = set(CALLS) - {"rotate_field_key", "try_network", "offer_networks", "set_monthly_ceiling"}
