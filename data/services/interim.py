"""An interim step: "please hide or correct this now". Not a finding, not in the dossier; it ends with the decision."""

from data.errors import IllegalStep
from data.model import Alert, Person
from data.permissions import Action
from data.services.review import Seen, checked, take_step
from data.store.engine import Store


def ask(store: Store, actor: Person, what: Seen, reason: str) -> Alert:
    """Ask the account's holders to hide or correct the post until it is decided; they see it, with the reason."""
    if not reason.strip():
        raise IllegalStep("Say in a few words why the post should be hidden or corrected now.")
    now = store.now()
    with store.write() as tx:
        old = checked(tx, actor, Action.ASK_REPLY, what, now)
        if old.interim_at is not None:
            raise IllegalStep(f"The holders of {old.account_id} were asked already; it ends with the decision.")
        return take_step(tx, store, actor, old, "interim", {"interim_at": now}, reason=reason.strip())


def lift(store: Store, actor: Person, what: Seen, reason: str) -> Alert:
    """Take the request back before the decision."""
    if not reason.strip():
        raise IllegalStep("Say in a few words why the post need not be hidden any longer.")
    with store.write() as tx:
        old = checked(tx, actor, Action.ASK_REPLY, what, store.now())
        if old.interim_at is None:
            raise IllegalStep(f"Nobody was asked to hide or correct the post of alert {old.id}.")
        return take_step(tx, store, actor, old, "lift", {"interim_at": None}, reason=reason.strip())
