"""The rig's proxy does to a line what a scenario asks for, and nothing else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.test import override_settings

from integrations import http
from tests.chaos.proxy import Calls, Proxy


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that says everything back."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def _serve(server: socket.socket) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_echo, args=(line,), daemon=True).start()


def _echo(line: socket.socket) -> None:
    with closing(line):
        try:
            while said := line.recv(4096):
                line.sendall(said)
        except OSError:
            return


def call(proxy: Proxy) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", proxy.port), timeout=2)
    line.settimeout(2)
    return line


def asked(line: socket.socket, word: bytes = b"word") -> bytes:
    line.sendall(word)
    said = b""
    while len(said) < len(word):
        more = line.recv(4096)
        if not more:
            break
        said += more
    return said


def test_it_passes_on_both_ways_and_counts_calls(echo: int) -> None:
    began = time.monotonic()
    with Proxy(echo) as proxy, call(proxy) as line:
        assert asked(line, b"x" * 100_000) == b"x" * 100_000
        assert proxy.called_since(began) == 1
        assert proxy.called_since(time.monotonic()) == 0


def test_a_delay_holds_for_each_word_and_does_not_add_up(echo: int) -> None:
    with Proxy(echo) as proxy, call(proxy) as line:
        proxy.slow(delay=0.2)
        began = time.monotonic()
        for _ in range(5):
            line.sendall(b"12345")
            time.sleep(0.01)
        said = b""
        while len(said) < 25:
            said += line.recv(4096)
        assert 0.2 <= time.monotonic() - began < 0.6


def test_a_slow_line_lets_so_many_bytes_through(echo: int) -> None:
    with Proxy(echo) as proxy, call(proxy) as line:
        proxy.down.bytes_per_second = 2000
        began = time.monotonic()
        assert len(asked(line, b"x" * 1000)) == 1000
        assert 0.4 <= time.monotonic() - began < 1.5


def test_a_cut_is_a_reset(echo: int) -> None:
    with Proxy(echo) as proxy, call(proxy) as line:
        assert asked(line) == b"word"
        assert proxy.cut() == 1
        with pytest.raises(ConnectionResetError):
            line.recv(1)


def test_who_calls_can_be_reset_or_refused(echo: int) -> None:
    with Proxy(echo) as proxy:
        proxy.treat(Calls.RESET)
        with pytest.raises(ConnectionError), call(proxy) as line:
            assert asked(line) == b""
            raise ConnectionResetError  # a goodbye, where the reset came before we asked
        proxy.treat(Calls.REFUSE)
        with pytest.raises(ConnectionRefusedError):
            call(proxy)
        proxy.mend()
        with call(proxy) as line:
            assert asked(line) == b"word"


def test_a_black_out_swallows_what_is_said_and_ends(echo: int) -> None:
    with Proxy(echo) as proxy, call(proxy) as standing:
        assert asked(standing) == b"word"
        proxy.black_out()
        with call(proxy) as fresh:
            for line in (standing, fresh):
                line.settimeout(0.2)
                with pytest.raises(TimeoutError):
                    asked(line)
        proxy.mend()
        with call(proxy) as line:
            assert asked(line) == b"word"


def test_a_half_closed_line_says_goodbye_and_still_listens(echo: int) -> None:
    with Proxy(echo) as proxy, call(proxy) as line:
        assert asked(line) == b"word"
        proxy.half_close()
        assert line.recv(1) == b""
        line.sendall(b"still here")


def test_it_can_lead_to_another_server(echo: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, Proxy(echo) as proxy, call(proxy) as line:
        assert asked(line) == b"word"
        proxy.redirect(other.getsockname()[1])
        with call(proxy) as moved:
            moved.sendall(b"hello")
            taken, _ = other.accept()
            with closing(taken):
                assert taken.recv(5) == b"hello"


def test_a_call_that_is_cut_while_it_is_written_is_an_answer_lost() -> None:
    """Not an error of our own: the library goes on reading from a connection that it no longer has."""
    with Proxy(1) as proxy, override_settings(OUTBOUND_ALLOWED_HOSTS=[f"127.0.0.1:{proxy.port}"]):
        proxy.treat(Calls.RESET)
        for _ in range(30):
            with pytest.raises((http.NoReply, http.NotSent)):
                http.send("POST", f"http://127.0.0.1:{proxy.port}/", json={"text": "hello" * 20_000})
