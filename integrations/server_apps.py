"""Our app at each server of a network that has many: registered once per server, its secret sealed.

Registering calls the server, so `app_at` runs outside any transaction. The table is global: one app serves
every company.
"""

from __future__ import annotations

from integrations.models import ServerApp
from integrations.network_settings import network_settings
from integrations.networks.base import AppRegistration, Network, NotConnected, Secret, TryLater
from integrations.our_client import redirect_address_of
from integrations.sealing import CannotOpen, Identity, seal, unseal

SECRET_OF_APP = "secret of an app"  # noqa: S105  # names what is sealed


def redirect_address(network: Network) -> str:
    """Where that network sends people back to; the one address to register there."""
    return redirect_address_of(network.key)


def app_at(network: Network, server: str) -> AppRegistration | NotConnected | TryLater:
    """Our app at this server, made known to it if it is not yet."""
    known = _known(network, server)
    if known is not None:
        return known
    made = network.register_app(server, redirect_address(network))
    return _keep(network, made) if isinstance(made, AppRegistration) else made


def forget_app(network: Network, server: str) -> None:
    """The server no longer knows our app: the next sign-in makes it known again."""
    ServerApp.objects.filter(network=network.key, server=server, redirect_uri=redirect_address(network)).delete()


def identity_of_app(row: ServerApp) -> Identity:
    return (row.network, row.server, row.redirect_uri, row.client_id)


def _known(network: Network, server: str) -> AppRegistration | None:
    """Not one made for other scopes, nor one whose secret does not open here."""
    rows = ServerApp.objects.filter(network=network.key, server=server, redirect_uri=redirect_address(network))
    row = rows.filter(scopes=_scopes(network)).first()
    if row is None:
        return None
    try:
        secret = unseal(row.sealed_secret, row.key_id, purpose=SECRET_OF_APP, identity=identity_of_app(row))
    except CannotOpen:
        return None
    return AppRegistration(server, row.client_id, Secret(secret))


def _keep(network: Network, made: AppRegistration) -> AppRegistration:
    row = ServerApp(
        network=network.key,
        server=made.server,
        redirect_uri=redirect_address(network),
        client_id=made.client_id,
        scopes=_scopes(network),
    )
    sealed = seal(made.client_secret.reveal(), purpose=SECRET_OF_APP, identity=identity_of_app(row))
    row.sealed_secret, row.key_id = sealed.box, sealed.key_id
    # Two people may be the first at a server at once: the later app stands, and both work there.
    ServerApp.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["network", "server", "redirect_uri"],
        update_fields=["client_id", "sealed_secret", "key_id", "scopes"],
    )
    return made


def _scopes(network: Network) -> str:
    return " ".join(network.all_scopes(network_settings(network.key).scopes))
