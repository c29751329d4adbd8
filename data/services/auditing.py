"""Reading the audit log: search it, a page at a time, and how its head stands to its anchor. Reading it is audited."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data import anchor
from data.audit import Entry, canonical
from data.config import Settings
from data.model import Person
from data.permissions import Action, check
from data.services.actors import number_of, ref
from data.store import ledger, people
from data.store.engine import Store
from data.store.ledger import Sought

PAGE = 50
ONE_READING = timedelta(hours=1)  # the same page again within this time is the same reading
SUBJECT = "audit_log:{}"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the log: `names` are those of the people in it by number, `before` is where the next page begins."""

    rows: tuple[Entry, ...]
    names: Mapping[int, str]
    before: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's head, and the head that was signed last: `matches` says whether the chain still has that row so.

    `anchored` is 0 when nothing was ever signed; `at` is the time of the signature as it stands in the file.
    """

    rows: int
    hash: str
    anchored: int
    at: str
    matches: bool


def search(store: Store, actor: Person, sought: Sought, before: int | None = None) -> Found:
    """Return a page of rows that fit, newest first; that it was read is put into the log itself.

    `sought.actor` may be a person's e-mail address. Raises `NotFound` for an address that nobody has.
    """
    check(actor, Action.SEE_AUDIT)
    with store.read() as tx:
        if "@" in sought.actor:
            sought = replace(sought, actor=ref(people.get(tx, sought.actor)))
    _note(store, actor, sought, before)
    with store.read() as tx:
        rows = ledger.search(tx, sought, before, PAGE + 1)
        shown = tuple(rows[:PAGE])
        named = {n for row in shown for n in (number_of(row.actor), number_of(row.subject)) if n is not None}
        return Found(shown, people.names(tx, named), shown[-1].seq if len(rows) > PAGE else None)


def head(store: Store, actor: Person, settings: Settings) -> Head:
    """Return how the newest row stands to the head that was signed last."""
    check(actor, Action.SEE_AUDIT)
    signed = anchor.newest(anchor.place(store, settings.anchor))  # before the store: another may sign meanwhile
    with store.read() as tx:
        rows, hashed = ledger.head(tx)
        if signed is None:
            return Head(rows, hashed, 0, "", False)
        matches = signed.valid and (not signed.seq or ledger.row_hash(tx, signed.seq) == signed.hash)
    return Head(rows, hashed, signed.seq, signed.at or "not readable", matches)


def days(first: date | None, last: date | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """Return when the first day begins and the last one is over, in the council's zone."""

    def begin(day: date) -> datetime:
        return datetime.combine(day, time.min, ZoneInfo(zone))

    return begin(first) if first else None, begin(last + timedelta(days=1)) if last else None


def _note(store: Store, actor: Person, sought: Sought, before: int | None) -> None:
    about = {"actor": sought.actor, "action": sought.action, "subject": sought.subject}
    times = {"since": sought.since, "until": sought.until, "before": before}
    detail = {key: value for key, value in (about | times).items() if value}
    subject = SUBJECT.format(ref(actor))
    with store.write() as tx:
        last = ledger.search(tx, Sought(subject=subject), limit=1)
        fresh = [row for row in last if row.at > store.now() - ONE_READING and row.detail == canonical(detail)]
        if not fresh:
            ledger.append(tx, store.now(), ref(actor), "audit.read", subject, detail)
