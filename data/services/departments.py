"""Accounts change departments: dated, so that figures can be told by the department then as well as by the present."""

from data.errors import IllegalStep
from data.model import Account
from data.permissions import Action, check
from data.services import actors
from data.services.actors import ref
from data.store import accounts, ledger, trending
from data.store.engine import Store


def move(store: Store, account_id: str, department: str, by: str | None, reason: str) -> Account:
    """Put an account into another department from now on; return it. The department before keeps its dates."""
    name = " ".join(department.split())
    if not name or not reason.strip():
        raise IllegalStep("To move an account takes the name of a department and a reason in words.")
    with store.write() as tx:
        actor = actors.named(tx, by)
        check(actor, Action.CHANGE_REGISTER)
        old = accounts.get(tx, account_id)
        if old.department == name:
            raise IllegalStep(f"Account {account_id} belongs to {name} already.")
        trending.join_department(tx, account_id, name, store.now())
        detail = {"from": old.department, "to": name, "reason": reason}
        ledger.append(tx, store.now(), ref(actor), "account.move", f"account:{account_id}", detail)
        return accounts.get(tx, account_id)
