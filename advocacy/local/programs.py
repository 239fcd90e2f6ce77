"""The programs that make up a running installation on this machine, and the environment they share.

The demo, its check, the journeys and the chaos rig start these same programs, so none tests another product.
A real installation starts the same commands from docker-compose.yml. Run as a module, it compiles the translations.
"""

import base64
import os
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from advocacy.local.kept import Kept
from advocacy.local.processes import PROJECT, ServerTrouble, wait_until
from advocacy.local.supervisor import Program

PYTHON = sys.executable


@dataclass(frozen=True, slots=True)
class Place:
    """Where an installation on this machine keeps its files and answers."""

    folder: Path
    port: int
    sandbox_port: int
    reply_port: int = 0  # where answers to mails are taken in; 0: nowhere

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_address(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"


def installation_environment(place: Place, addresses: Mapping[str, str]) -> dict[str, str]:
    """What every program gets. The owner's address is not among it: only `migrate` may sign in as the owner."""
    kept = Kept(place.folder / "kept.json")
    return {
        "ADVOCACY_ENV": "demo",
        "SECRET_KEY": kept.get("secret_key", lambda: secrets.token_urlsafe(48)),
        "FIELD_KEYS": kept.get("field_key", lambda: base64.b64encode(secrets.token_bytes(32)).decode()),
        "SITE_ADDRESS": place.address,
        "SANDBOX_URL": place.sandbox_address,
        "MEDIA_ROOT": str(place.folder / "media"),
        "DATABASE_URL": addresses["DATABASE_URL"],
        "REDIS_URL": addresses["REDIS_URL"],
        "PYTHONUNBUFFERED": "1",
        **({"REPLY_DOMAIN": "reply.localhost", "RECEIVE_MAIL_PORT": str(place.reply_port)} if place.reply_port else {}),
    }


def sandbox(place: Place, *options: str) -> Program:
    words = ("--port", str(place.sandbox_port), "--folder", str(place.folder / "sandbox"), *options)
    return Program("sandbox", (PYTHON, "-m", "integrations.sandbox", *words))


def web(place: Place, *, workers: int = 2) -> Program:
    serving = ("--host", "127.0.0.1", "--port", str(place.port), "--workers", str(workers), "--blocking-threads", "1")
    command = (PYTHON, "-m", "granian", "--interface", "wsgi", *serving, "--no-ws", "--respawn-failed-workers")
    return Program("web", (*command, "advocacy.wsgi:application"))


def worker(name: str, queues: str, *pool: str) -> Program:
    quiet = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")
    command = (PYTHON, "-m", "celery", "-A", "advocacy", "worker", "-Q", queues, "-n", f"{name}@%h", *pool, *quiet)
    return Program(name, command)


def publish_worker(number: int = 1) -> Program:
    """Named `publish-1` and so on. Threads, since the loop inside one task does its own work side by side."""
    return worker(f"publish-{number}", "publish", "--pool", "threads", "--concurrency", "2")


def mail_worker() -> Program:
    """Letters and notices."""
    return worker("mail", "mail", "--pool", "prefork", "--concurrency", "1")


def refresh_worker() -> Program:
    """Grants, renewed before they end; apart from letters, so that a mail server that hangs ends no grant."""
    return worker("refresh", "refresh", "--pool", "prefork", "--concurrency", "1")


def work_worker() -> Program:
    """What may take long: imports, revocations, sweeps, following links; here also what became of posts."""
    return worker("work", "work,figures", "--pool", "prefork", "--concurrency", "2")  # one may be at a long video


def beat(place: Place) -> Program:
    schedule = ("--schedule", str(place.folder / "beat-schedule"), "--loglevel", "INFO")
    return Program("beat", (PYTHON, "-m", "celery", "-A", "advocacy", "beat", *schedule))


def watchdog() -> Program:
    return Program("watchdog", (PYTHON, "manage.py", "watchdog"))


def receive_mail() -> Program:
    """Answers to mails; in the demo they come from the page *Mailbox*."""
    return Program("receive-mail", (PYTHON, "manage.py", "receive_mail"))


def all_programs(place: Place) -> tuple[Program, ...]:
    workers = (publish_worker(), mail_worker(), refresh_worker(), work_worker())
    door = (receive_mail(),) if place.reply_port else ()
    return (sandbox(place), web(place), *workers, beat(place), watchdog(), *door)


def has_command(name: str) -> bool:
    """Asked of the files: starting Django to learn it would cost a second."""
    return any(PROJECT.glob(f"*/management/commands/{name}.py"))


def manage(*words: str, environment: Mapping[str, str], quietly: bool = False) -> subprocess.CompletedProcess[str]:
    """Run one management command to its end; its output is shown on the error stream unless it is wanted quietly."""
    done = subprocess.run(
        [PYTHON, "manage.py", *words],
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE if quietly else sys.stderr,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerTrouble(f"`manage.py {' '.join(words)}` failed; what it said stands above.")
    return done


def migrate(environment: Mapping[str, str], addresses: Mapping[str, str]) -> None:
    """As the tables' owner, the one program that may be it."""
    as_owner = {"ADVOCACY_ROLE": "owner", "MIGRATION_DATABASE_URL": addresses["MIGRATION_DATABASE_URL"]}
    # Everything that starts after it checks the project; here that would only cost a second.
    manage("migrate", "--no-input", "--skip-checks", environment={**environment, **as_owner})


def compile_messages() -> None:
    """Translations to the form gettext reads, by Babel; only where a text is newer than its catalogue."""
    texts = sorted((PROJECT / "locale").glob("*/LC_MESSAGES/django.po"))
    if all(_is_fresh(text.with_suffix(".mo"), text) for text in texts):
        return
    words = ("compile", "-d", str(PROJECT / "locale"), "-D", "django")
    subprocess.run([PYTHON, "-m", "babel.messages.frontend", *words], cwd=PROJECT, stdout=sys.stderr, check=True)


def _is_fresh(made: Path, source: Path) -> bool:
    return made.exists() and made.stat().st_mtime >= source.stat().st_mtime


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def wait_for_web(place: Place, *, seconds: float = 60) -> bool:
    return wait_until(lambda: answers(f"{place.address}/health/live"), seconds=seconds, every=0.1)


def wait_for_sandbox(place: Place, *, seconds: float = 30) -> bool:
    return wait_until(lambda: answers(f"{place.sandbox_address}/sandbox/health"), seconds=seconds, every=0.05)


if __name__ == "__main__":
    compile_messages()
