"""The engine's figures in words: what is wrong and what to do, most pressing first, and the tables of the page.

Names no company but by its public id, and no person. Every limit here stands in docs/runbook.md as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import moments
from accounts.models import OperatorAct
from accounts.moments import number, span
from accounts.signs_of_life import Heard, Program
from campaigns.selectors.engine_figures import COUNTED, EngineFigures, Silent
from campaigns.share_lifecycle import ShareState
from integrations.limits import INSTALLATION
from integrations.networks import NETWORKS, network

LATE = timedelta(seconds=60)  # the slowest twentieth
DUE = timedelta(minutes=5)  # design.md, promise 7
UNCLEAR = timedelta(minutes=30)  # longer than any network's settle time and one more look
ERRANDS = timedelta(minutes=15)
FAILED_REFRESHES = 5
FEW_SILENT = 2

PROGRAMS = {
    Program.PUBLISHING: gettext_lazy("Publishing workers"),
    Program.CLOCKS: gettext_lazy("Clocks of posts"),
    Program.BEAT: gettext_lazy("Beat"),
    Program.MAIL: gettext_lazy("Mail workers"),
    Program.ERRANDS: gettext_lazy("Errand workers"),
    Program.GRANTS: gettext_lazy("Renewing of grants"),
    Program.WATCHDOG: gettext_lazy("Watchdog"),
}


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that wants somebody: `kind` is bad or warn."""

    kind: str
    heading: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: a name and its cells, each already in words. `kind` colours the first: good, warn, bad."""

    name: str
    cells: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    key: str
    heading: str
    first: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    empty: str = ""
    note: str = ""

    @property
    def rows(self) -> list[tuple[Line, list[tuple[str, str]]]]:
        """Each line with its cells beside the columns' names, which stand in front of them on phones."""
        return [(line, list(zip(self.columns, line.cells, strict=True))) for line in self.lines]


def concerns(figures: EngineFigures) -> list[Concern]:
    found = [*_stopped(figures), *_silence(figures), *_posts(figures), *_outside(figures)]
    return sorted(found, key=lambda one: one.kind != "bad")


def _stopped(figures: EngineFigures) -> Iterator[Concern]:
    if figures.is_restored:
        words = _("Nothing is posted until you release it. Look at what will happen first, below.")
        yield Concern("bad", _("This database was restored"), words)
    for stop in figures.stops:
        heading = _("Posting is stopped")
        if stop.network:
            heading = _("Posting to %(network)s is stopped") % {"network": _label(stop.network)}
        yield Concern("warn", heading, _("Because: %(reason)s") % {"reason": stop.because})


def _silence(figures: EngineFigures) -> Iterator[Concern]:
    words = _("Look whether it runs, and at its log. The runbook's part “Worker gone” says what is safe meanwhile.")
    silent = [(PROGRAMS[one.program], span(one.silence)) for one in figures.programs if one.is_silent]
    if len(silent) > FEW_SILENT:  # the machine, the broker or the database: seven alarms would hide the others
        names = format_list([f"{program} ({silence})" for program, silence in silent], locale=moments.locale())
        heading = ngettext("%(count)s program is silent", "%(count)s programs are silent", len(silent))
        yield Concern("bad", heading % {"count": number(len(silent))}, f"{names}. {words}")
        return
    for program, silence in silent:
        yield Concern("bad", _("%(program)s: silent for %(span)s") % {"program": program, "span": silence}, words)


def _posts(figures: EngineFigures) -> Iterator[Concern]:
    is_stopped = figures.is_restored or figures.stops
    if figures.oldest_due > DUE.total_seconds() and not is_stopped:
        words = _("Every due post should be out, or say why not, within five minutes.")
        yield Concern("bad", _("A post is due since %(span)s") % {"span": _span(figures.oldest_due)}, words)
    if figures.differences:
        words = _("Differences: %(number)s. Run “manage.py watchdog --once” and keep what it prints first of all.")
        yield Concern("bad", _("The books do not balance"), words % {"number": number(figures.differences)})
    if figures.lateness.p95 > LATE.total_seconds():
        heading = _("One post in twenty is later than %(span)s") % {"span": _span(figures.lateness.p95)}
        yield Concern("warn", heading, _("More publishing workers help, unless a network asks for patience."))
    if figures.oldest_unclear > UNCLEAR.total_seconds():
        heading = _("A send is unclear since %(span)s") % {"span": _span(figures.oldest_unclear)}
        yield Concern("bad", heading, _("The clocks should have asked the network, or its person, by now."))


def _outside(figures: EngineFigures) -> Iterator[Concern]:
    for one in figures.silent_servers:
        heading = _("%(network)s does not answer") % {"network": _server(one) or _label(one.network)}
        words = _("Posts wait and go out when it answers again; what waits too long asks its person. Nothing to do.")
        yield Concern("warn", heading, words)
    for key, counted in figures.refreshes.items():
        if counted.failed >= FAILED_REFRESHES and counted.failed > counted.renewed:
            heading = _("%(network)s: grants could not be renewed") % {"network": _label(key)}
            yield Concern("warn", heading, _("People will be asked to connect again if this goes on."))
    if figures.oldest_errand > ERRANDS.total_seconds():
        heading = _("A mail or another errand is due since %(span)s") % {"span": _span(figures.oldest_errand)}
        yield Concern("warn", heading, _("Look at the errand workers, and whether the mail server answers."))


# --- tables -------------------------------------------------------------------------------------


def tables(figures: EngineFigures) -> list[Table]:
    """Everything the collector reads, for people."""
    return [_programs(figures), _lateness(figures), _states(figures), _networks(figures), _depths(figures)]


def _programs(figures: EngineFigures) -> Table:
    lines = tuple(Line(str(PROGRAMS[one.program]), (_heard(one),), _kind(one)) for one in figures.programs)
    return Table("programs", _("Programs"), _("Program"), (_("Last sign of life"),), lines)


def _heard(one: Heard) -> str:
    if one.at is None:
        return _("Never heard")
    return _("%(time)s ago") % {"time": _seconds(one.silence.total_seconds())}


def _kind(one: Heard) -> str:
    return "bad" if one.is_silent else "good" if one.at else "warn"


def _lateness(figures: EngineFigures) -> Table:
    late = figures.lateness
    slowest = ((_("Half of the posts"), late.p50), (_("19 of 20"), late.p95), (_("99 of 100"), late.p99))
    lines = tuple(Line(name, (_seconds(seconds),)) for name, seconds in slowest if late.posts)
    note = _("From the chosen time to the moment of sending. Posts in the last 15 minutes: %(number)s.")
    return Table(
        "lateness",
        _("How late"),
        _("Of the posts"),
        (_("At most"),),
        lines,
        empty=_("Nothing was sent in the last 15 minutes."),
        note=note % {"number": number(late.posts)} if late.posts else "",
    )


def _states(figures: EngineFigures) -> Table:
    ages = {
        ShareState.UNKNOWN: figures.oldest_unclear,
        ShareState.HELD: figures.oldest_held,
        ShareState.SCHEDULED: figures.oldest_due,
    }
    lines = tuple(
        Line(str(state.label), (number(figures.shares[state]), _span(ages.get(state, 0.0)) or "–"))
        for state in COUNTED
        if figures.shares[state]
    )
    columns = (_("Posts"), _("Oldest waits since"))
    return Table("states", _("Posts on their way"), _("State"), columns, lines, empty=_("Nothing is on its way."))


def _networks(figures: EngineFigures) -> Table:
    """Each network: whether it answers, and how renewing grants went in the last day."""
    lines = []
    for one in NETWORKS:
        silent = [_server(place) or one.label for place in figures.silent_servers if place.network == one.key]
        counted = figures.refreshes.get(one.key)
        counts = (number(counted.renewed), number(counted.failed)) if counted else ("–", "–")
        answers = _("No answer: %(servers)s") % {"servers": ", ".join(silent)} if silent else _("Nothing wrong known")
        lines.append(Line(one.label, (answers, *counts), "warn" if silent else "good"))
    columns = (_("Answers"), _("Grants renewed, last day"), _("Failed"))
    return Table("networks", _("Networks"), _("Network"), columns, tuple(lines))


def _depths(figures: EngineFigures) -> Table:
    lines = tuple(
        Line(one.organization or _("All others"), (number(one.due), number(one.waiting))) for one in figures.depths
    )
    note = _("Companies by their public ids. The twenty with most posts due; the others as one sum.")
    columns = (_("Due now"), _("Planned for later"))
    return Table("depths", _("What waits, by company"), _("Company"), columns, lines, _("Nothing is planned."), note)


ACTS = {
    "stop_posting": gettext_lazy("Stopped posting"),
    "let_posting_go_on": gettext_lazy("Let posting go on"),
    "begin_release": gettext_lazy("Began to release a restored database"),
    "release_database": gettext_lazy("Released a restored database"),
    "make_operator": gettext_lazy("Named an operator"),
    "end_operator": gettext_lazy("Ended an operator"),
}


@dataclass(frozen=True, slots=True)
class Done:
    """One act of an operator, in words."""

    act: str
    subject: str
    because: str
    by: str
    at: datetime


def done(acts: Iterable[OperatorAct]) -> list[Done]:
    return [
        Done(
            act=str(ACTS.get(one.act, one.act)),
            subject=scope_label(one.subject),
            because=one.because,
            by=str(one.by) if one.by else str(one.get_door_display()),
            at=one.at,
        )
        for one in acts
    ]


def scope_label(scope: str) -> str:
    """What can be stopped, by its name on the page; anything else as it stands."""
    if scope == INSTALLATION:
        return _("All posting")
    kind, _colon, key = scope.partition(":")
    return _label(key) if kind == "network" else scope


def _server(one: Silent) -> str:
    """Empty where the network has one for everybody."""
    if one.is_small:
        return _("%(network)s: a small server (%(code)s)") % {"network": _label(one.network), "code": one.server}
    return one.server


def _label(key: str) -> str:
    return network(key).label


def _span(seconds: float) -> str:
    return span(timedelta(seconds=seconds)) if seconds >= 1 else ""


def _seconds(seconds: float) -> str:
    if seconds >= 100:
        return span(timedelta(seconds=seconds))
    return _("%(number)s s") % {"number": number(round(seconds, 1))}
