"""The sandbox misbehaving on demand, its acceptance file, restarts, limits and speed."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from integrations.sandbox.faults import Call, DropConnection, Faults, Plan
from integrations.sandbox.web import answer
from tests.integrations.sandbox import test_linkedin, test_x
from tests.integrations.sandbox.person import bearer, body_of
from tests.integrations.sandbox.rig import ROOT, Body, SandboxProcess
from tests.integrations.sandbox.test_mastodon import post


def send(sandbox: SandboxProcess, account: Body, text: str, key: str = "", timeout: float = 5) -> requests.Response:
    headers = bearer(account["access_token"], **({"Idempotency-Key": key} if key else {}))
    url = sandbox.base_url + "/mastodon/api/v1/statuses"
    return requests.post(url, json={"status": text}, headers=headers, timeout=timeout)


def test_accept_then_hang_is_accepted_and_never_answered(sandbox: SandboxProcess) -> None:
    account = sandbox.account("mastodon")
    sandbox.script("mastodon", "accept_hang")
    with pytest.raises(requests.ReadTimeout):
        send(sandbox, account, "hung", timeout=0.5)
    assert [line["text"] for line in sandbox.acceptances()] == ["hung"]
    assert sandbox.injected()[0]["external_id"] == sandbox.acceptances()[0]["external_id"]
    sandbox.post("/sandbox/faults", {"hang_seconds": 0.2})
    sandbox.script("mastodon", "accept_hang")
    with pytest.raises(requests.ConnectionError):
        send(sandbox, account, "hung and dropped")
    assert len(sandbox.acceptances()) == 2


def test_late_acceptance_comes_after_the_client_gave_up(sandbox: SandboxProcess) -> None:
    account = sandbox.account("mastodon")
    sandbox.post("/sandbox/faults", {"late_seconds": 1})
    sandbox.script("mastodon", "accept_late")
    with pytest.raises(requests.ReadTimeout):
        send(sandbox, account, "late", timeout=0.3)
    assert sandbox.acceptances() == []
    time.sleep(1.2)
    assert [line["text"] for line in sandbox.acceptances()] == ["late"]


@pytest.mark.parametrize(("fault", "accepted"), [("accept_reset", 1), ("reset_before", 0)])
def test_a_reset_reaches_the_client_as_a_reset(sandbox: SandboxProcess, fault: str, accepted: int) -> None:
    account = sandbox.account("mastodon")
    sandbox.script("mastodon", fault)
    with pytest.raises(requests.ConnectionError, match="reset"):
        send(sandbox, account, "reset")
    assert len(sandbox.acceptances()) == accepted


@pytest.mark.parametrize(
    ("fault", "status", "accepted"),
    [("status_503", 503, 0), ("status_429", 429, 0), ("status_500_after", 500, 1), ("status_400_after", 400, 1)],
)
@pytest.mark.parametrize("network", ["linkedin", "x", "mastodon", "bluesky"])
def test_error_answers_before_and_after_acceptance(
    sandbox: SandboxProcess, network: str, fault: str, status: int, accepted: int
) -> None:
    account = sandbox.account(network)
    sandbox.post("/sandbox/faults", {"retry_after": 7})
    sandbox.script(network, fault)
    given = publish(sandbox, network, account, "text")
    assert given.status_code == status
    assert given.headers.get("Retry-After") == ("7" if status == 429 else None)
    assert len(sandbox.acceptances()) == accepted
    (line,) = sandbox.injected()
    assert (line["fault"], line["network"], line["account_id"]) == (fault, network, account["account_id"])


def publish(sandbox: SandboxProcess, network: str, account: Body, text: str) -> requests.Response:
    if network == "linkedin":
        return test_linkedin.post(sandbox, account, text)
    if network == "x":
        return test_x.post(sandbox, account["access_token"], text)
    if network == "mastodon":
        return post(sandbox, account["access_token"], text)
    made = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-22T10:00:00Z"}
    body = {"repo": account["account_id"], "collection": made["$type"], "rkey": "3lbqz5jyxt22k", "record": made}
    url = sandbox.base_url + "/bluesky/xrpc/com.atproto.repo.putRecord"
    return requests.post(url, json=body, headers=bearer(account["access_token"]), timeout=5)


def test_a_script_runs_in_order_and_touches_its_own_network_only(sandbox: SandboxProcess) -> None:
    account = sandbox.account("mastodon")
    sandbox.script("mastodon", "none", "status_503")
    assert publish(sandbox, "x", sandbox.account("x"), "other network").status_code == 201
    assert [send(sandbox, account, f"t{n}").status_code for n in range(3)] == [200, 503, 200]


def test_a_refused_post_is_not_counted_as_a_fault(sandbox: SandboxProcess) -> None:
    sandbox.script("mastodon", "accept_reset")
    assert send(sandbox, sandbox.account("mastodon"), "a" * 501).status_code == 422
    assert sandbox.injected() == []


def test_the_stress_profile_repeats_with_its_seed(tmp_path: Path) -> None:
    def run(seed: int) -> list[str]:
        faults = Faults(tmp_path / f"{seed}.jsonl", Plan.from_spec("stress,late_seconds=0"), seed)
        call = Call("x", "1", "", lambda status, _: answer({}, status))
        for _ in range(2000):
            try:
                faults.publish(call, lambda: (answer({}), "id"))
            except DropConnection:
                continue
        return [f"{name}:{count}" for name, count in faults.injected.items()]

    assert run(5) == run(5)
    counts = {name: int(count) for name, count in (pair.split(":") for pair in run(6))}
    assert 70 <= counts["accept_hang"] <= 130
    assert 40 <= counts["status_503"] <= 80
    assert 200 <= sum(counts.values()) <= 300


def test_unknown_faults_and_settings_are_refused_in_words(sandbox: SandboxProcess) -> None:
    for path, body in (
        ("/sandbox/faults", {"profile": "storm"}),
        ("/sandbox/script", {"network": "x", "fault": "explode"}),
        ("/sandbox/settings", {"nothing": 1}),
        ("/sandbox/revoke", {"network": "x", "account": "nobody"}),
    ):
        assert requests.post(sandbox.base_url + path, json=body, timeout=5).status_code == 400
    assert requests.post(sandbox.base_url + "/sandbox/reset", data={"a": "b"}, timeout=5).status_code == 400


def test_limits_are_per_account_and_can_be_switched_off(sandbox: SandboxProcess) -> None:
    account = sandbox.account("x")
    sandbox.settings(duplicate_seconds=0)
    statuses = [test_x.post(sandbox, account["access_token"], f"n{n}").status_code for n in range(101)]
    refused = test_x.post(sandbox, account["access_token"], "more")
    sandbox.settings(enforce_limits=False)
    allowed = test_x.post(sandbox, account["access_token"], "more").status_code
    sandbox.settings(enforce_limits=True, duplicate_seconds=86_400)
    assert statuses == [201] * 100 + [429]
    assert (refused.status_code, refused.headers["x-rate-limit-remaining"], allowed) == (429, "0", 201)
    assert int(refused.headers["x-rate-limit-reset"]) > time.time()


def test_a_killed_sandbox_comes_back_with_its_posts_accounts_and_keys(tmp_path: Path) -> None:
    with SandboxProcess(tmp_path) as sandbox:
        account, base = sandbox.account("mastodon", "keeper"), sandbox.base_url
        first = body_of(send(sandbox, account, "before", key="k"))
        removed = body_of(send(sandbox, account, "removed"))["id"]
        headers = bearer(account["access_token"])
        requests.delete(f"{base}/mastodon/api/v1/statuses/{removed}", headers=headers, timeout=5)
        sandbox.kill()
        with (tmp_path / "acceptances.jsonl").open("ab") as file:
            file.write(b'{"seq":99,"torn')
        sandbox.start()
        assert sandbox.base_url == base
        assert body_of(send(sandbox, account, "before", key="k"))["id"] == first["id"]
        assert requests.get(f"{base}/mastodon/@keeper/{removed}", timeout=5).status_code == 410
        assert [line["seq"] for line in sandbox.lines()] == [1, 2, 3, 4]


def test_it_refuses_to_run_in_production(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "integrations.sandbox", "--folder", str(tmp_path / "s"), "--port", "0"]
    ran = subprocess.run(
        command, cwd=ROOT, env={"ADVOCACY_ENV": "production"}, capture_output=True, text=True, timeout=20, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "do not run in production" in ran.stderr
    assert not (tmp_path / "s").exists()


def test_every_answer_is_in_the_file_even_when_killed_under_load(tmp_path: Path) -> None:
    with SandboxProcess(tmp_path) as sandbox:
        accounts = sandbox.accounts("mastodon", 8)
        answered: list[str] = []

        def work(number: int) -> None:
            session = requests.Session()
            headers = bearer(accounts[number]["access_token"])
            for turn in range(1000):
                body = {"status": f"{number} {turn}"}
                try:
                    url = sandbox.base_url + "/mastodon/api/v1/statuses"
                    answered.append(session.post(url, json=body, headers=headers, timeout=5).json()["id"])
                except (requests.RequestException, KeyError):
                    return

        with ThreadPoolExecutor(8) as pool:
            running = [pool.submit(work, number) for number in range(8)]
            time.sleep(1)
            sandbox.kill()
            for one in running:
                one.result()
        written = {line["external_id"] for line in sandbox.acceptances()}
        assert len(answered) > 50
        assert set(answered) <= written
