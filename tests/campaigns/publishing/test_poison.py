"""A share that kills its worker: three times, then it has failed and its person knows; its neighbours all go out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import Errand
from accounts.tenancy import acting_in
from advocacy.local.processes import PROJECT, wait_until
from campaigns.models import Share, ShareMove
from campaigns.publishing.balance import differences
from campaigns.publishing.claim import claim
from tests.campaigns.publishing.dying_worker import CRASHED
from tests.campaigns.publishing.posting import Desk, account, again, desk, due, due_with_picture, practice_account
from tests.integrations.sandbox.rig import SandboxProcess

NEIGHBOURS = 8
ENGINE = {"ENGINE_LEASE": "1.5", "ENGINE_CALL_TIMEOUT": "1", "ENGINE_SETTLE": "1", "ENGINE_CONNECT_TIMEOUT": "1"}


@pytest.mark.django_db
def test_what_was_claimed_in_vain_twice_is_claimed_alone(at: Desk) -> None:
    shares = [due(at, practice_account(at, f"p{number}"), f"{number}") for number in range(4)]
    with acting_in(at.organization):
        Share.objects.filter(pk=shares[2].pk).update(claims=2)
        Share.objects.filter(pk=shares[1].pk).update(claims=1)
    (one,) = claim([at.organization.pk], limit=50)
    assert (one.share_id, one.alone) == (shares[2].pk, True)
    others = claim([at.organization.pk], limit=50)
    assert {(other.share_id, other.alone) for other in others} == {(shares[n].pk, False) for n in (0, 1, 3)}


def environment(sandbox: SandboxProcess, media: Path) -> dict[str, str]:
    where = connection.settings_dict
    database = f"postgresql://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
    given = {"DATABASE_URL": database, "SANDBOX_URL": sandbox.base_url, "MEDIA_ROOT": str(media), **ENGINE}
    return {**os.environ, **given, "DJANGO_SETTINGS_MODULE": "advocacy.settings", "LOG_LEVEL": "WARNING"}


@pytest.mark.django_db(transaction=True)
def test_three_deaths_and_a_notice_and_no_neighbour_goes_with_it(
    sandbox: SandboxProcess, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    at = desk()
    poison = due_with_picture(at, account(at, sandbox, "mastodon", "poison"))
    neighbours = [due(at, account(at, sandbox, "x", f"n{number}"), f"{number}") for number in range(NEIGHBOURS)]
    sandbox.settings(latency_ms=100)
    deaths = run_workers(at, environment(sandbox, tmp_path / "media"), tmp_path)
    sandbox.settings(latency_ms=0)
    assert deaths == [CRASHED] * 3, (tmp_path / "log").read_text()[-2000:]
    assert again(at, poison).state == "failed"
    assert [again(at, share).state for share in neighbours] == ["published"] * NEIGHBOURS
    assert Counter(line["account_id"] for line in sandbox.acceptances()).most_common(1)[0][1] == 1
    with acting_in(at.organization):
        letters = list(Errand.objects.filter(kind="letter").values_list("payload__template", flat=True))
        claims = ShareMove.objects.filter(share=poison, to_state="claimed").count()
    assert (letters, claims) == (["notice_failed"], 3)
    assert differences() == []


def run_workers(at: Desk, given: dict[str, str], folder: Path) -> list[int]:
    """One after the other until nothing is on its way any more; answers how those ended that died."""
    command = [sys.executable, "-m", "tests.campaigns.publishing.dying_worker"]
    with (folder / "deaths").open("wb") as deaths, (folder / "log").open("wb") as log:
        workers = subprocess.Popen(command, cwd=PROJECT, env=given, stdout=deaths, stderr=log, start_new_session=True)
    try:
        wait_until(lambda: at_rest(at), seconds=40, every=0.05)
    finally:
        os.killpg(workers.pid, signal.SIGKILL)
        workers.wait()
    return [int(line) for line in (folder / "deaths").read_text().split()]


def at_rest(at: Desk) -> bool:
    with acting_in(at.organization):
        return set(Share.objects.values_list("state", flat=True)) <= {"failed", "published", "held"}
