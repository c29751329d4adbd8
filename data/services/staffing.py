"""Joiners, movers and leavers as a service. Who leaves loses links, roles and sign-in; their accounts are ownerless.

A last day that lies ahead ends things when it is over: whatever looks at the tasks calls `leave`, and so does `watch`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from data.clock import local_day
from data.model import Person
from data.permissions import Action, check
from data.roster import Member
from data.services.actors import ref
from data.services.belonging import begins, follow_manager
from data.store import ledger, links, people, staff
from data.store.engine import Store

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moved:
    """What an import changed: how many people joined, moved and left; `ownerless` accounts that are left behind."""

    people: int
    joined: int
    moved: int
    left: int
    ownerless: tuple[str, ...]


def known(store: Store) -> set[str]:
    """Return the e-mail addresses on record."""
    with store.read() as tx:
        return {person.email for person in people.everyone(tx)}


def import_staff(store: Store, actor: Person, members: Sequence[Member], zone: str) -> Moved:
    """Take in joiners, movers and leavers, all or none. Whom an administrator has shut out stays shut out."""
    check(actor, Action.MANAGE_PEOPLE)
    now, before = store.now(), known(store)
    with store.write() as tx:
        numbers = {m.email: people.ensure(tx, m.email, now, m.name) for m in members}
        changed = [m.email for m in members if _place(tx, actor, m, numbers[m.email], now)]
        left = _leave_due(tx, now, zone)
        joined = [email for email in changed if email not in before]
        counts = {"people": len(members), "joined": len(joined), "moved": len(changed) - len(joined)}
        ledger.append(tx, now, ref(actor), "person.import", "people", {**counts, "left": len(left)})
        return Moved(**counts, left=len(left), ownerless=tuple(links.ownerless(tx)))


def leave(store: Store, zone: str) -> int:
    """End the links, roles and sign-ins of whoever's last day is over; return how many people that were."""
    with store.read() as tx:
        due = staff.gone_by(tx, local_day(store.now(), zone))
    if not due:
        return 0
    with store.write() as tx:
        return len(_leave_due(tx, store.now(), zone))


def _place(tx: Connection, actor: Person, member: Member, person_id: int, now: datetime) -> bool:
    old, person = staff.works(tx, person_id), people.by_id(tx, person_id)
    if member.until is not None and old is None and not person.active:
        return False  # the same file again: they have left already
    if person.name != member.name:
        people.set_name(tx, person_id, member.name)
    manager = int(people.get(tx, member.line_manager).id or 0) if member.line_manager else None
    changed = staff.set_work(tx, person_id, member.department, manager, member.until, now)
    if changed:
        if old is None and not person.active:
            _let_in(tx, actor, person_id, now)
        follow_manager(tx, person_id, old.line_manager_id if old else None, now)
        ledger.append(tx, now, "system", "person.work", f"person:{person_id}", {"department": member.department})
    return changed


def _let_in(tx: Connection, actor: Person, person_id: int, now: datetime) -> None:
    """Let somebody in again who left and came back; not whom an administrator has shut out, before or since."""
    if staff.has_left(tx, person_id) and not staff.shut_out(tx, person_id):
        people.set_active(tx, person_id, True)
        ledger.append(tx, now, ref(actor), "person.active", f"person:{person_id}", {"active": True})


def _leave_due(tx: Connection, now: datetime, zone: str) -> list[int]:
    due = staff.gone_by(tx, local_day(now, zone))
    for row in due:
        _leave(tx, row.person_id, row.last_day, now, zone)
    return [row.person_id for row in due]


def _leave(tx: Connection, person_id: int, last_day: date, now: datetime, zone: str) -> None:
    over = min(begins(last_day + DAY, zone), now)
    held = links.of_person(tx, person_id)
    for row in held:
        if row.link == links.OWNER:
            follow_manager(tx, person_id, None, over, leaving=row.account_id)
    links.end(tx, [row.id for row in held], over)
    staff.end_work(tx, person_id, now)
    people.set_roles(tx, person_id, [], now)
    people.set_active(tx, person_id, False)
    people.end_sessions(tx, person_id, now)
    accounts = sorted({row.account_id for row in held})
    ledger.append(tx, now, "system", "person.leave", f"person:{person_id}", {"accounts": accounts})
