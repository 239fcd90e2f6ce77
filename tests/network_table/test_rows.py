"""The table of networks says what was shown, and notices a declaration that lies."""

from __future__ import annotations

import pytest

from integrations.networks import network
from integrations.networks.abilities import Ability
from tests.network_table.rows import FAIL, NOT_BUILT, NOT_OFFERED, PASS, result, row, table


@pytest.mark.parametrize(
    ("shown", "ability", "said"),
    [
        (True, Ability.TEXT, PASS),
        (False, Ability.TEXT, FAIL),
        (None, Ability.TEXT, NOT_BUILT),
        (True, Ability.LIKE, FAIL),
        (None, Ability.LIKE, NOT_OFFERED),
    ],
)
def test_a_cell_is_what_was_shown(shown: bool | None, ability: Ability, said: str) -> None:
    seen = {} if shown is None else {("x", str(ability)): shown}
    assert result(network("x"), ability, seen) == said


def test_what_is_not_offered_names_its_page() -> None:
    x = network("x")
    markdown = table([x], {"x": row(x, {("x", "figures"): True})})
    assert markdown.count("\n") == 2
    assert f"[not offered]({x.not_offered[Ability.LIKE]})" in markdown
    assert "pass, off until switched on" in markdown
