"""Without Valkey the cache goes on in memory: quickly, with its limits, and back in Valkey when that is there again."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis
from django.test import Client

from advocacy import steady_cache
from advocacy.local.valkey import valkey
from advocacy.steady_cache import SteadyCache


@pytest.fixture
def silence() -> Iterator[str]:
    """A port that takes connections (the system does it for it) and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_what_is_kept_in_silence_is_found_again(silence: str) -> None:
    cache = SteadyCache(silence, {"KEY_PREFIX": "a"})
    cache.set("tries", [1, 2], 60)
    assert cache.get("tries") == [1, 2]
    assert cache.get("nothing", "else") == "else"
    assert (cache.add("tries", 0, 60), cache.add("first", 0, 60)) == (False, True)
    assert cache.incr("first") == 1
    cache.set_many({"b": 1, "c": 2}, 60)
    assert cache.get_many(["b", "c", "d"]) == {"b": 1, "c": 2}
    assert (cache.touch("b", 5), cache.has_key("b"), cache.delete("b"), cache.has_key("b")) == (True, True, True, False)
    cache.delete_many(["c"])
    cache.clear()
    assert cache.get("tries") is None


def test_it_goes_back_when_valkey_is_there_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steady_cache, "QUIET", 0.0)
    with valkey(tmp_path, durable=True) as address:
        cache, other = SteadyCache(address, {}), SteadyCache(address, {})
        cache.set("seen", "by all", 60)
        assert other.get("seen") == "by all"
    cache.set("seen", "here alone", 60)
    assert (cache.get("seen"), other.get("seen")) == ("here alone", "here alone")  # in one process
    with valkey(tmp_path, durable=True) as same:
        assert same == address
        assert (cache.get("seen"), other.get("seen")) == ("by all", "by all")
    assert cache.get("seen") is None  # of this outage nothing is known from the last


def test_a_full_valkey_breaks_nothing(tmp_path: Path) -> None:
    with valkey(tmp_path, durable=False) as address:
        with redis.Redis.from_url(address) as asked:
            asked.config_set("maxmemory", "1")
        cache = SteadyCache(address, {})
        cache.set("tries", 3, 60)
        assert cache.incr("tries") == 4
        with pytest.raises(ValueError, match="not found"):
            cache.incr("nothing")


@pytest.mark.django_db
def test_people_sign_in_without_it_and_guessing_is_still_limited(client: Client, settings: Any, silence: str) -> None:
    settings.CACHES = {"default": {"BACKEND": "advocacy.steady_cache.SteadyCache", "LOCATION": silence}}
    guess = {"login": "who@acme.example", "password": "a guess"}
    answers = [client.post("/accounts/login/", guess).content.decode() for _ in range(12)]
    limited = ["Too many failed" in answer for answer in answers]
    assert (limited[0], limited[-1]) == (False, True)
