"""Legal hold as a service: it wins over retention and over erasure, and says so by name."""

from sqlalchemy import Connection

from data.errors import IllegalStep, NotFound
from data.model import Person
from data.permissions import Action, check
from data.services.actors import ref
from data.store import accounts, alerts, holds, ledger, posts
from data.store.engine import Store
from data.store.rows import AnyRow, Rows

KINDS = ("account", "post", "alert")
UNDERSTOOD = "A hold is on an account, a post or an alert: account:ID, post:NUMBER or alert:NUMBER, not {!r}."


def place(store: Store, actor: Person, subject: str, reason: str) -> int:
    """Place a hold on `account:ID`, `post:NUMBER` or `alert:NUMBER`; return its number."""
    check(actor, Action.MANAGE_RIGHTS)
    _need(reason, "Placing")
    with store.write() as tx:
        known(tx, subject)
        number = holds.place(tx, subject, reason, ref(actor), store.now())
        ledger.append(tx, store.now(), ref(actor), "hold.place", subject, {"hold": number, "reason": reason})
    return number


def lift(store: Store, actor: Person, subject: str, reason: str) -> list[int]:
    """Lift the holds on a subject; return their numbers, raise `NotFound` when there is none."""
    check(actor, Action.MANAGE_RIGHTS)
    _need(reason, "Lifting")
    with store.write() as tx:
        lifted = holds.lift(tx, subject, store.now())
        if not lifted:
            raise NotFound(f"No legal hold stands on {subject}. See: postreeve hold list")
        ledger.append(tx, store.now(), ref(actor), "hold.lift", subject, {"holds": lifted, "reason": reason})
    return lifted


def listed(store: Store, actor: Person) -> Rows:
    """Return every hold, the standing ones first."""
    check(actor, Action.MANAGE_RIGHTS)
    with store.read() as tx:
        return holds.everything(tx)


def refuse(hold: AnyRow | None, what: str) -> None:
    """Raise `IllegalStep` where a hold stands, naming it."""
    if hold is not None:
        raise IllegalStep(
            f"{what} may not be erased: legal hold {hold.id} stands on {hold.subject} since "
            f"{hold.placed_at:%Y-%m-%d} ({hold.reason}). Once its ground is gone: postreeve hold lift {hold.subject}"
        )


def known(tx: Connection, subject: str) -> None:
    """Raise `NotFound` for a subject that the store does not hold, `IllegalStep` for one that is none."""
    kind, _, name = subject.partition(":")
    if kind not in KINDS or not name or (kind != "account" and not (name.isascii() and name.isdigit())):
        raise IllegalStep(UNDERSTOOD.format(subject))
    if kind == "account":
        accounts.get(tx, name)
    elif kind == "alert":
        alerts.get(tx, int(name))
    elif posts.get(tx, int(name)) is None:
        raise NotFound(f"There is no post {name}.")


def _need(reason: str, what: str) -> None:
    if not reason.strip():
        raise IllegalStep(f"{what} a legal hold needs a reason in words.")
