"""When the library says that too many stories are about the product."""

from __future__ import annotations

import pytest

from campaigns.story_mix_rules import passes_half


@pytest.mark.parametrize(
    ("counts", "passes"),
    [
        ({}, False),
        ({"product": 2}, False),
        ({"product": 3}, True),
        ({"product": 2, "people": 2}, False),
        ({"product": 3, "people": 2}, True),
        ({"product": 1, "people": 3}, False),
        ({"people": 9}, False),
    ],
)
def test_product_passes_half(counts: dict[str, int], passes: bool) -> None:
    assert passes_half(counts, "product") is passes
