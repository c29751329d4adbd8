"""People's requests under data protection law, and their complaints: written down, acknowledged, answered, in time.

Sources: UK GDPR Article 12(3), one month for requests under Articles 15 to 21; Data Protection Act 2018 section 164A,
as inserted by the Data (Use and Access) Act 2025: complaints are acknowledged within 30 days and answered without
undue delay. A month ends on the same day of the next one, or on its last day where there is none.
"""

import calendar
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from data.clock import local_day
from data.errors import IllegalStep, NotFound
from data.model import Person
from data.permissions import Action, check
from data.services.actors import ref
from data.store import cases, ledger
from data.store.engine import Store
from data.store.rows import AnyRow, Rows

ACKNOWLEDGED = timedelta(days=30)


class Kind(StrEnum):
    """What is asked."""

    ACCESS = "access"
    OBJECTION = "objection"
    RESTRICTION = "restriction"
    RECTIFICATION = "rectification"
    COMPLAINT = "complaint"


def open_case(store: Store, zone: str, actor: Person, kind: Kind, person: str, about: str) -> int:
    """Write a request down as it came in today; return its number."""
    check(actor, Action.MANAGE_RIGHTS)
    if not person.strip():
        raise IllegalStep("Say who asks, so that they can be answered.")
    now = store.now()
    acknowledge_by, due = terms(kind, local_day(now, zone))
    values = {"kind": kind, "person": person.strip(), "about": about, "opened_by": ref(actor), "opened_at": now}
    with store.write() as tx:
        number = cases.add(tx, **values, acknowledge_by=acknowledge_by, due=due, outcome="")
        ledger.append(tx, now, ref(actor), "rights.open", f"case:{number}", {"kind": kind, "due": due})
    return number


def acknowledge(store: Store, actor: Person, number: int) -> None:
    """Note that a request was acknowledged."""
    check(actor, Action.MANAGE_RIGHTS)
    with store.write() as tx:
        row = _open(tx, number)
        if row.acknowledged_at is not None:
            raise IllegalStep(f"Request {number} was acknowledged on {row.acknowledged_at:%Y-%m-%d} already.")
        cases.change(tx, number, acknowledged_at=store.now())
        ledger.append(tx, store.now(), ref(actor), "rights.acknowledge", f"case:{number}")


def close(store: Store, actor: Person, number: int, outcome: str) -> None:
    """Note how a request was answered."""
    check(actor, Action.MANAGE_RIGHTS)
    if not outcome.strip():
        raise IllegalStep("Say in words how it was answered.")
    with store.write() as tx:
        _open(tx, number)
        cases.change(tx, number, closed_at=store.now(), outcome=outcome)
        ledger.append(tx, store.now(), ref(actor), "rights.close", f"case:{number}")


def listed(store: Store, actor: Person) -> Rows:
    """Return all requests, the open ones first."""
    check(actor, Action.MANAGE_RIGHTS)
    with store.read() as tx:
        return cases.everything(tx)


def terms(kind: Kind, received: date) -> tuple[date | None, date | None]:
    """Return by when a request is to be acknowledged, and by when answered; None where the law names no day."""
    if kind is Kind.COMPLAINT:
        return received + ACKNOWLEDGED, None
    return None, month_after(received)


def month_after(day: date) -> date:
    """Return the same day of the next month, or its last day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _open(tx: Connection, number: int) -> AnyRow:
    row = cases.get(tx, number)
    if row is None:
        raise NotFound(f"There is no request {number}. See: postreeve rights list")
    if row.closed_at is not None:
        raise IllegalStep(f"Request {number} was closed on {row.closed_at:%Y-%m-%d}.")
    return row
