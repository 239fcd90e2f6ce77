"""What LinkedIn gives to an app that passed its review, at the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.networks import network
from integrations.networks.base import Deed, Published, Removed
from tests.integrations.sandbox.rig import SandboxProcess
from tests.integrations.sandbox.test_deeds import deed_of, fan, target_of
from tests.integrations.sandbox.test_with_connectors import publish


@pytest.mark.parametrize("deed", [Deed.COMMENT, Deed.LIKE])
def test_a_reviewed_app_comments_and_reacts_and_takes_it_back(there: SandboxProcess, settings: Any, deed: Deed) -> None:
    settings.NETWORKS = {**settings.NETWORKS, "linkedin": {"reviewed": "1"}}
    account, grant = fan(there, "linkedin", deed)
    post = deed_of("linkedin", account, deed, target_of(there, "linkedin", deed))
    outcome = publish("linkedin", post, grant)
    assert isinstance(outcome, Published), outcome
    line = there.acceptances()[-1]
    assert (line["deed"], line["text"]) == (str(deed), post.text)
    for _ in range(2):
        assert network("linkedin").remove(outcome.external_id, grant) == Removed()
    assert there.lines()[-1]["removed"] == line["external_id"]
