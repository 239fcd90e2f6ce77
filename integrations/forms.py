"""What people type to connect an account. No rule stands here: the actions decide."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from integrations.networks.base import AppPassword, Network, SignIn


class NoQuestions(forms.Form):
    """Nothing to type before the network's own page."""


class ServerForm(forms.Form):
    """Which of many servers."""

    server = forms.CharField(
        label=_("Your server"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "inputmode": "url"}),
    )

    def __init__(self, *args: object, network: Network, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on to Django as they came
        usual = network.server_address("").partition("://")[2]
        hint = _("Where your account lives. Leave it empty for %(server)s.") % {"server": usual}
        self.fields["server"].help_text = hint
        self.fields["server"].widget.attrs["placeholder"] = usual


class AppPasswordForm(ServerForm):
    """A password that the person made for us alone. It is used once and never shown again."""

    field_order = ["identifier", "password", "server"]
    identifier = forms.CharField(
        label=_("Your handle"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("App password"),
        max_length=200,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Not your own password. We use it once to connect and do not keep it."),
    )


def connect_form(network: Network, way: SignIn, typed: object = None) -> forms.Form:
    """The questions this way of connecting needs answered before the network is called."""
    if isinstance(way, AppPassword):
        return AppPasswordForm(typed, network=network)
    if network.many_servers:
        return ServerForm(typed, network=network)
    return NoQuestions(typed)  # type: ignore[arg-type]  # posted fields or nothing
