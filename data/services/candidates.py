"""What is not on the register, as a service: searched for daily, listed, dismissed with a reason, or applied for."""

from collections.abc import Iterable
from datetime import timedelta

from data import candidates as finder
from data.errors import IllegalStep
from data.model import Person
from data.permissions import Action, check
from data.profiles import Profile, page
from data.services.actors import ref
from data.store import accounts, candidates, ledger
from data.store.engine import Store
from data.store.rows import AnyRow, Rows

LOOKED_AT = timedelta(days=90)  # posts first seen in this time


def search(store: Store, words: Iterable[str]) -> int:
    """Look through own posts for names that look like the council's; return how many were not known before."""
    now = store.now()
    with store.read() as tx:
        found = finder.find(candidates.own_posts(tx, now - LOOKED_AT), accounts.everything(tx), words)
    with store.write() as tx:
        candidates.forget_erased(tx)
        new = candidates.replace(tx, found, now)
        if new:
            ledger.append(tx, now, "system", "candidates.found", "register", {"new": new})
    return new


def listed(store: Store, actor: Person) -> Rows:
    """Return what waits for the administrator, without what has come onto the register since."""
    check(actor, Action.CHANGE_REGISTER)
    with store.read() as tx:
        there = finder.known(accounts.everything(tx))
        return [row for row in candidates.waiting(tx) if Profile(row.platform, row.handle) not in there]


def dismiss(store: Store, actor: Person, number: int, reason: str) -> None:
    """Set a name aside for good, with a reason. What is kept of the name is a digest, so that it stays aside."""
    check(actor, Action.CHANGE_REGISTER)
    if not reason.strip():
        raise IllegalStep("Say in a few words why this is not an account of the council.")
    now = store.now()
    with store.write() as tx:
        row = candidates.get(tx, number)
        if row.handle.lower() in reason.lower():
            raise IllegalStep("The reason names the account, and the name is not kept. Say it without the name.")
        candidates.dismiss(tx, row, ref(actor), reason.strip(), now)
        detail = {"platform": row.platform, "reason": reason.strip()}
        ledger.append(tx, now, ref(actor), "candidate.dismissed", f"candidate:{number}", detail)


def application(store: Store, actor: Person, number: int) -> dict[str, str]:
    """Return what is known for an application, as columns of the register; the rest is the applicant's."""
    check(actor, Action.APPLY)
    check(actor, Action.CHANGE_REGISTER)
    with store.read() as tx:
        row = candidates.get(tx, number)
    return {"platform": row.platform, "handle": row.handle, "url": address(row)}


def address(row: AnyRow) -> str:
    """Return the web address of a name, empty where it cannot be told."""
    return page(Profile(row.platform, row.handle))
