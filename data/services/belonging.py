"""Who holds an account: links that begin and end, handing it over, and who held it on a day."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from data.errors import IllegalStep
from data.model import AccountKind, Person
from data.permissions import Action, check, may
from data.services.actors import ref
from data.store import accounts, ledger, links, people, staff
from data.store.engine import Store
from data.store.rows import Rows

DAY = timedelta(days=1)
ONE_OWNER = "Account {} is owned by {}; hand it over instead: postreeve account hand-over {} --to EMAIL"


def link(store: Store, actor: Person, account_id: str, email: str, what: str) -> Rows:
    """Begin a link from now on; return the links of the account."""
    check(actor, Action.CHANGE_REGISTER)
    now = store.now()
    with store.write() as tx:
        accounts.get(tx, account_id)
        person_id = int(people.get(tx, email).id or 0)
        owners = [row.email for row in links.of_account(tx, account_id) if row.link == links.OWNER]
        if what == links.OWNER and owners:
            raise IllegalStep(ONE_OWNER.format(account_id, owners[0], account_id))
        if links.one(tx, account_id, person_id, what) is not None:
            raise IllegalStep(f"{email} has that link with {account_id} already.")
        accounts.hold(tx, account_id, person_id, what, now)
        if what == links.OWNER:
            follow_manager(tx, person_id, None, now)
        note(tx, actor, account_id, "link", now, person=person_id, link=what)
        return links.of_account(tx, account_id)


def unlink(store: Store, actor: Person, account_id: str, email: str, what: str, reason: str) -> Rows:
    """End a link; it stays on record with its dates. Return the links of the account."""
    check(actor, Action.CHANGE_REGISTER)
    if not reason.strip():
        raise IllegalStep("To end a link takes a reason in words.")
    now = store.now()
    with store.write() as tx:
        accounts.get(tx, account_id)
        found = links.one(tx, account_id, int(people.get(tx, email).id or 0), what)
        if found is None:
            raise IllegalStep(f"{email} has no such link with {account_id}; see: postreeve account show {account_id}")
        links.end(tx, [found.id], now)
        note(tx, actor, account_id, "unlink", now, person=found.person_id, link=what, reason=reason)
        return links.of_account(tx, account_id)


def hand_over(store: Store, actor: Person, account_id: str, email: str, reason: str) -> Rows:
    """Give an account to another owner from now on; return its links. A councillor's account is the member's own."""
    check_office(actor)
    if not reason.strip():
        raise IllegalStep("To hand an account over takes a reason in words.")
    now = store.now()
    with store.write() as tx:
        if accounts.get(tx, account_id).kind is AccountKind.COUNCILLOR:
            raise IllegalStep(f"Account {account_id} is a councillor’s own and is not handed over; they withdraw it.")
        new = people.get(tx, email)
        old = [row for row in links.of_account(tx, account_id) if row.link == links.OWNER]
        if not new.active or any(row.person_id == new.id for row in old):
            raise IllegalStep(f"{email} owns {account_id} already, or is no longer here.")
        person_id = int(new.id or 0)
        was = links.one(tx, account_id, person_id, links.DEPUTY)
        for row in old:
            follow_manager(tx, row.person_id, None, now, leaving=account_id)
        links.end(tx, [row.id for row in (*old, *([was] if was else []))], now)
        accounts.hold(tx, account_id, person_id, links.OWNER, now)
        follow_manager(tx, person_id, None, now)
        numbers = {"from": [row.person_id for row in old], "to": person_id}
        note(tx, actor, account_id, "hand_over", now, reason=reason, **numbers)
        return links.of_account(tx, account_id)


def held_on(store: Store, actor: Person, account_id: str, on: date, zone: str) -> Rows:
    """Return who held an account at any time of a day in the council's zone: link, name, email, since, until."""
    check(actor, Action.SEE_ACCOUNTS)
    with store.read() as tx:
        accounts.get(tx, account_id)
        return links.stood(tx, account_id, begins(on, zone), begins(on + DAY, zone))


def begins(on: date, zone: str) -> datetime:
    """Return the moment at which a day begins in the council's zone."""
    return datetime.combine(on, time(), ZoneInfo(zone))


def follow_manager(
    tx: Connection, person_id: int, old_manager: int | None, now: datetime, *, leaving: str | None = None
) -> None:
    """Let the line managers of a person's accounts be whoever manages the person now.

    `old_manager` managed them before; with `leaving`, one account is no longer theirs and loses their manager.
    """
    work = staff.works(tx, person_id)
    manager = work.line_manager_id if work else None
    owned = [row.account_id for row in links.of_person(tx, person_id) if row.link == links.OWNER]
    for account_id in owned if leaving is None else [leaving]:
        gone = {old_manager} - {manager} if account_id != leaving else {manager}
        ended = [links.one(tx, account_id, former, links.LINE_MANAGER) for former in gone if former is not None]
        links.end(tx, [row.id for row in ended if row is not None], now)
        wanted = manager is not None and account_id != leaving
        if wanted and manager and links.one(tx, account_id, manager, links.LINE_MANAGER) is None:
            accounts.hold(tx, account_id, manager, links.LINE_MANAGER, now)


def check_office(actor: Person) -> None:
    """The panel's task as well as the administrator's."""
    check(actor, Action.DECIDE_PASSPORT if may(actor, Action.DECIDE_PASSPORT) else Action.CHANGE_REGISTER)


def note(tx: Connection, actor: Person, account_id: str, action: str, now: datetime, **detail: object) -> None:
    """Enter something done to an account in the audit log."""
    ledger.append(tx, now, ref(actor), f"account.{action}", f"account:{account_id}", detail)
