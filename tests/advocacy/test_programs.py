"""The command lines of an installation, here and in docker-compose.yml, are ones that their programs take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import pytest
import yaml
from celery.bin.base import CLIContext
from celery.bin.celery import celery as celery_command
from django.core.management import get_commands, load_command_class
from granian.cli import cli as granian_command

from advocacy.celery import app
from advocacy.local.processes import PROJECT
from advocacy.local.programs import PYTHON, Place, all_programs
from integrations.sandbox.__main__ import options as sandbox_options


def read(words: Sequence[str]) -> None:
    """As the program reads it when it starts, and no further. Raises where the program would refuse it."""
    match words:
        case ["python" | "-m", *rest]:
            read(rest)
        case ["celery", "-A", "advocacy", name, *rest]:
            _read_by_click(celery_command.commands[name], rest, CLIContext(app=app, no_color=True, workdir=None))
        case ["granian", *rest]:
            _read_by_click(granian_command, rest)
        case ["manage.py", name, *rest]:
            command = load_command_class(get_commands()[name], name)
            command.create_parser("manage.py", name).parse_args(rest)
        case ["integrations.sandbox", *rest]:
            sandbox_options(rest)
        case _:
            raise AssertionError(f"Nobody here knows how {words} is read.")


def _read_by_click(command: click.Command, words: Sequence[str], obj: object = None) -> None:
    with command.make_context(command.name, list(words), obj=obj) as context:
        assert context.args == []


def test_the_programs_here_take_their_options() -> None:
    programs = all_programs(Place(Path("."), port=8000, sandbox_port=8001, reply_port=2525))
    assert {program.name for program in programs} > {"web", "beat", "watchdog", "receive-mail"}
    for program in programs:
        assert program.command[0] == PYTHON
        read(program.command[1:])


def test_the_programs_of_an_installation_take_their_options() -> None:
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    commands = [service.get("command", [""]) for service in services.values()]
    ours = [command for command in commands if command[0] in ("granian", "celery", "python")]
    assert len(ours) == 10
    for command in ours:
        read(command)


@pytest.mark.parametrize(
    "words",
    [
        ["celery", "-A", "advocacy", "worker", "-Q", "mail", "--pool", "treads"],
        ["celery", "-A", "advocacy", "beat", "--shedule", "x"],
        ["granian", "--interface", "wsgi", "--no-such-thing", "advocacy.wsgi:application"],
    ],
)
def test_a_wrong_option_is_seen(words: list[str]) -> None:
    with pytest.raises(click.UsageError):
        read(words)
