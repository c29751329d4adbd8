"""A department's own assessment as a service: a department's person records it, the panel and administrator for all.

Nothing here reads an alert. The register's roles that see accounts read all of it; a department reads its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from data.assessment import Capability, Stage, words
from data.errors import IllegalStep, NotAllowed
from data.model import Person
from data.permissions import Action, check, may
from data.reports.periods import DAY, midnight
from data.services.actors import ref
from data.store import assessing, ledger
from data.store.engine import Store
from data.store.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Assessed:
    """A department with the newest assessment of each capability, and all of them, newest first."""

    department: str
    now: Mapping[Capability, AnyRow] = field(default_factory=dict)
    history: tuple[AnyRow, ...] = ()


def mine(store: Store, actor: Person) -> tuple[str, ...]:
    """Return the departments that someone may assess; none for those who may only read."""
    with store.read() as tx:
        return tuple(sorted(_mine(tx, actor)))


def assess(
    store: Store, actor: Person, department: str, capability: Capability, stage: Stage, evidence: str, said_by: str
) -> int:
    """Record how a department assesses itself in one capability, from now on; return the number."""
    told, now = words(evidence, said_by), store.now()
    with store.write() as tx:
        allowed = _mine(tx, actor)
        if not allowed:
            check(actor, Action.ASSESS_DEPARTMENT)
        if department not in allowed:
            raise NotAllowed(f"{department or 'That'} is not a department that you may assess.")
        before = _newest(assessing.of(tx, [department])).get(capability)
        if before is not None and (before.stage, before.evidence, before.said_by) == (stage, *told):
            raise IllegalStep("That is what stands already; nothing was recorded twice.")
        number = assessing.add(tx, department, capability, stage, told, actor.id, now)
        detail = {"capability": capability, "stage": stage, "department": department}
        ledger.append(tx, now, ref(actor), "department.assess", f"assessment:{number}", detail)
    return number


def overview(store: Store, actor: Person, zone: str, until: date | None = None) -> tuple[Assessed, ...]:
    """Return the departments by name with their assessments, as they stood at the end of a day when one is given."""
    end = midnight(until + DAY, zone) if until else None
    with store.read() as tx:
        every = may(actor, Action.SEE_ACCOUNTS)
        names = assessing.departments(tx) if every else _mine(tx, actor)
        if not names and not every:
            check(actor, Action.ASSESS_DEPARTMENT)
        rows = assessing.of(tx, names, end)
    by_name = {name: [row for row in rows if row.department == name] for name in sorted(names)}
    return tuple(Assessed(name, _newest(found), tuple(reversed(found))) for name, found in by_name.items())


def _mine(tx: Connection, actor: Person) -> set[str]:
    if may(actor, Action.DECIDE_PASSPORT) or may(actor, Action.CHANGE_REGISTER):
        return assessing.departments(tx)
    if may(actor, Action.ASSESS_DEPARTMENT) and actor.id is not None:
        return assessing.departments_of(tx, actor.id)
    return set()


def _newest(rows: Iterable[AnyRow]) -> dict[Capability, AnyRow]:
    return {Capability(row.capability): row for row in rows}
