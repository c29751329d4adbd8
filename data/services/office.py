"""What waits in the passport office: for the panel, for the administrator, for a holder. Derived anew each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from data import passport
from data.clock import local_day
from data.model import Account, AccountKind, Passport, Person
from data.passport import ASSURED_FOR, Standing
from data.permissions import Action, check
from data.services import staffing
from data.store import accounts, assurances, links, staff
from data.store.engine import Store
from data.store.rows import Rows

PANEL = ("applied", "renewal_due", "lapsed", "closed")  # kinds of tasks, in the order in which a panel meets them
OFFICE = ("ownerless", "not_right", "not_assured", "training")

NAMED: Mapping[str, str] = {  # how a number of them is told
    "applied": "applied",
    "renewal_due": "due for renewal",
    "lapsed": "lapsed",
    "closed": "closed and not confirmed as gone",
    "ownerless": "without an owner",
    "not_right": "said to be no longer right",
    "not_assured": "not confirmed for six months",
    "training": "asking for training",
}


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: `since` is the day it began or, of a renewal, the last day; `number` that of a report."""

    kind: str
    account: Account | None
    since: date | None
    words: str
    number: int = 0


def tasks(store: Store, actor: Person, zone: str) -> tuple[Task, ...]:
    """Return what waits for the panel and for the administrator; who left is gone before anything is told."""
    check(actor, Action.SEE_ACCOUNTS)
    staffing.leave(store, zone)
    today = local_day(store.now(), zone)
    with store.read() as tx:
        found = {account.id: account for account in accounts.everything(tx)}
        passports = accounts.newest_passports(tx)
        waiting = [*_panel(tx, found, passports, today, zone), *_office(tx, found, passports, today, zone)]
    order = (*PANEL, *OFFICE)
    return tuple(sorted(waiting, key=lambda task: (order.index(task.kind), task.since or today)))


def unassured(tx: Connection, passports: dict[str, Passport], today: date, zone: str) -> dict[str, date]:
    """Return the live accounts whose owner has not said "still mine, still right" for six months, and since when."""
    said = assurances.last(tx, assurances.STILL_RIGHT)
    last = {row.account_id: _day(max(row.since, said.get(row.account_id, row.since)), zone) for row in links.owned(tx)}
    live = accounts.live(passports.values(), today)
    return {account_id: on for account_id, on in last.items() if account_id in live and today - on > ASSURED_FOR}


def due_of(store: Store, actor: Person, zone: str) -> tuple[frozenset[str], Rows]:
    """Return, of the accounts a holder answers for, those to be assured now, and what was said to be wrong."""
    check(actor, Action.REPLY)
    today = local_day(store.now(), zone)
    with store.read() as tx:
        mine = links.answers_for(tx, int(actor.id or 0))
        due = unassured(tx, accounts.newest_passports(tx), today, zone)
        return frozenset(mine & set(due)), assurances.waiting(tx, mine)


def _panel(
    tx: Connection, found: dict[str, Account], passports: dict[str, Passport], today: date, zone: str
) -> list[Task]:
    settled = assurances.last(tx, assurances.SETTLED_LAPSE)
    steps = accounts.last_steps(tx)
    waiting = []
    for account_id, of in passports.items():
        account, stands = found[account_id], passport.standing(of, today)
        step = steps.get(int(of.id or 0))
        since = _day(step.at, zone) if step else None
        sure = settled.get(account_id)
        if stands is Standing.APPLIED:
            waiting.append(Task("applied", account, since, of.purpose))
        elif stands is Standing.RENEWAL_DUE:
            waiting.append(Task("renewal_due", account, of.renewal_date, "Renew it, or let it lapse."))
        elif stands is Standing.LAPSED and not (sure and of.renewal_date and _day(sure, zone) > of.renewal_date):
            waiting.append(Task("lapsed", account, of.renewal_date, LAPSED))
        elif stands is Standing.CLOSED and step and step.action == "close" and not (sure and sure >= step.at):
            waiting.append(Task("closed", account, since, CLOSED))
    return waiting


LAPSED = "It may still be public. Renew it, hand it over, close it, or confirm that it is gone."
CLOSED = "It may still be public. Confirm that it is gone."
UNOWNED = "Nobody owns it. Hand it over to someone, or close it."
UNASSURED = "Its owner has not said for six months that it is still theirs and still right."


def _office(
    tx: Connection, found: dict[str, Account], passports: dict[str, Passport], today: date, zone: str
) -> list[Task]:
    waiting = [Task("ownerless", found[account_id], None, UNOWNED) for account_id in links.ownerless(tx)]
    for row in assurances.waiting(tx):
        said = f"{row.name} says that something is no longer right: {row.reason}"
        waiting.append(Task("not_right", found[row.account_id], _day(row.at, zone), said, row.id))
    for account_id, on in unassured(tx, passports, today, zone).items():
        waiting.append(Task("not_assured", found[account_id], on, UNASSURED))
    asked = [row for row in staff.trainings(tx) if row.completed_on is None]
    waiting += [Task("training", None, _day(row.noted_at, zone), f"{row.name} asks for training.") for row in asked]
    return waiting


def councillors_unjoined(store: Store) -> tuple[str, ...]:
    """Return the councillors' accounts that wait for the member's own choice."""
    with store.read() as tx:
        members = [a.id for a in accounts.everything(tx) if a.kind is AccountKind.COUNCILLOR]
        ended = {i for i, of in accounts.newest_passports(tx).items() if of.state in passport.ENDED}
        return tuple(i for i in members if i not in ended and assurances.choice(tx, i) is None)


def _day(at: datetime, zone: str) -> date:
    return local_day(at, zone)
