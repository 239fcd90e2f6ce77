"""What stands in the table of networks: results by network and ability, and their Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from integrations.network_settings import network_settings
from integrations.networks.abilities import Ability
from integrations.networks.base import Network

PASS, FAIL, NOT_OFFERED, NOT_BUILT = "pass", "FAIL", "not offered", "not built"
OFF = "off until switched on"  # it costs money, or needs a product that the network must grant
Shown = Mapping[tuple[str, str], bool]


def row(network: Network, shown: Shown) -> dict[str, str]:
    return {str(ability): result(network, ability, shown) for ability in Ability}


def result(network: Network, ability: Ability, shown: Shown) -> str:
    seen = shown.get((network.key, str(ability)))
    if seen is None:
        return NOT_OFFERED if ability in network.not_offered else NOT_BUILT
    return PASS if seen and ability not in network.not_offered else FAIL  # shown and "not offered": one of them lies


def table(networks: Sequence[Network], rows: Mapping[str, Mapping[str, str]]) -> str:
    lines = [f"| | {' | '.join(Ability)} |", "|---" * (len(Ability) + 1) + "|"]
    for network in networks:
        cells = [_cell(network, ability, rows[network.key][str(ability)]) for ability in Ability]
        lines.append(f"| {network.label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(network: Network, ability: Ability, said: str) -> str:
    if said == NOT_OFFERED:
        return f"[{said}]({network.not_offered[ability]})"
    is_off = ability is Ability.FIGURES and said == PASS and not network_settings(network.key).figures
    return f"{said}, {OFF}" if is_off else said
