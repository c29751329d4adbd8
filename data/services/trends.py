"""Trends as a service: the rollups are brought up to date, then read in one transaction."""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from data.clock import local_day
from data.model import Person
from data.permissions import Action, check
from data.reports import trend_table
from data.reports.grouping import Gathering, Mark
from data.reports.periods import Unit, span
from data.reports.trends import OF_ACCOUNTS, Ask, Facts, Group, Line, lines
from data.services import exports, rollups
from data.services.exporting import Scope
from data.store import rollups as table
from data.store import trending
from data.store.engine import Store

BATCHES = 25  # counted before an answer is given all the same, with a word on what is left
LETTERS = {Unit.DAY: 10, Unit.WEEK: 10}
MONTH_LETTERS = 7


@dataclass(frozen=True, slots=True)
class Trends:
    """The lines of an answer, when models and policies changed, and how many account-hours are not counted yet."""

    ask: Ask
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    uncounted: int


def trends(store: Store, actor: Person, zone: str, ask: Ask) -> Trends:
    """Return alerts raised and upheld over what was assessed, as asked for."""
    check(actor, Action.SEE_ACCOUNTS)
    left = rollups.refresh(store, zone, BATCHES)
    with store.read() as tx:
        found = Gathering(ask, trending.members(tx), zone, Facts())
        _count(tx, found)
        for one in trending.covered(tx):
            found.add_coverage(one, store.now())
        begin, end = span(ask.since, ask.until, zone)
        marks = tuple(mark for mark in trending.marks(tx) if begin <= mark.at < end)
    return Trends(ask, tuple(lines(ask, found.facts)), marks, left)


def bounds(store: Store, actor: Person, zone: str) -> tuple[date, date]:
    """Return the first day that has a post and today; both today in an empty store."""
    check(actor, Action.SEE_ACCOUNTS)
    rollups.refresh(store, zone, BATCHES)
    today = local_day(store.now(), zone)
    with store.read() as tx:
        known = table.bounds(tx)
    return min(known[0], today) if known else today, today


def choices(store: Store, actor: Person) -> dict[Group, list[str]]:
    """Return the departments (present and past), platforms and kinds that figures can be narrowed to."""
    check(actor, Action.SEE_ACCOUNTS)
    with store.read() as tx:
        members = trending.members(tx).values()
    return {
        Group.DEPARTMENT: sorted({name for member in members for _, name in member.departments}),
        Group.PLATFORM: sorted({member.platform for member in members}),
        Group.KIND: sorted({member.kind for member in members}),
    }


def as_file(store: Store, actor: Person, zone: str, ask: Ask, ending: str) -> bytes:
    """Return the lines as a file of the format `ending`, entered in the register of exports."""
    found = trends(store, actor, zone, ask)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"trends{ending}"
        table = trend_table.rows(found.lines, found.marks, zone)
        exports.save(store, actor, "trends", Scope(), file, trend_table.COLUMNS, table)
        return file.read_bytes()


def _count(tx: Connection, found: Gathering) -> None:
    ask = found.ask
    letters = LETTERS.get(ask.unit, MONTH_LETTERS) if ask.unit else MONTH_LETTERS
    constant = found.constant()
    for group, accounts in constant.items():
        every = len(accounts) == len(found.members)
        for row in table.sums(tx, ask.since, ask.until, letters, None if every else accounts):
            found.add_counts(group, max(_day(row.at), ask.since), row)
    for member in filter(found.moves, found.members.values()):
        for row in table.sums(tx, ask.since, ask.until, LETTERS[Unit.DAY], [member.id]):
            if found.asked(member, on := _day(row.at)):
                found.add_counts(next(iter(found.groups(member, on)), None), on, row)
    if ask.group is not None and ask.group not in OF_ACCOUNTS:
        flagged = trending.hits(tx) if ask.group in (Group.CATEGORY, Group.CHARACTERISTIC) else {}
        for alert in trending.flagged(tx, *span(ask.since, ask.until, found.zone)):
            found.add_alert(alert, flagged.get(alert.id, ()))


def _day(text: str) -> date:
    return date.fromisoformat(text if len(text) == LETTERS[Unit.DAY] else f"{text}-01")
