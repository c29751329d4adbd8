"""Views of the trends that someone keeps: a name, and what follows the page's address. Shared by their link."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Person
from data.nameless import tidied
from data.permissions import Action, check
from data.services.actors import ref
from data.store import ledger, views
from data.store.engine import Store
from data.store.rows import Rows

KNOWN = ("cut", "by", "time", "only-department", "only-platform", "only-kind", "departments", "back-cast")
MOST, LONGEST, LONGEST_QUERY = 50, 80, 1000


def mine(store: Store, actor: Person) -> Rows:
    """Return one's own views by name: id, name, query."""
    check(actor, Action.SEE_ACCOUNTS)
    with store.read() as tx:
        return views.of(tx, _number(actor))


def keep(store: Store, actor: Person, name: str, asked: Mapping[str, str]) -> None:
    """Keep a view under a name, in place of one of the same name; what no view of the trends knows is left out."""
    check(actor, Action.SEE_ACCOUNTS)
    called, query = tidied(name), written(asked)
    if not called or len(called) > LONGEST or len(query) > LONGEST_QUERY:
        raise IllegalStep(f"Give the view a name of {LONGEST} characters at most.")
    now, number = store.now(), _number(actor)
    with store.write() as tx:
        others = [row for row in views.of(tx, number) if row.name != called]
        if len(others) >= MOST:
            raise IllegalStep(f"You keep {MOST} views already. Forget one first.")
        views.put(tx, number, called, query, now)
        ledger.append(tx, now, ref(actor), "view.kept", f"person:{number}", {"name": called, "query": query})


def forget(store: Store, actor: Person, name: str) -> None:
    """Forget a view of one's own; raise `NotFound` when there is none of that name."""
    check(actor, Action.SEE_ACCOUNTS)
    number = _number(actor)
    with store.write() as tx:
        if not views.drop(tx, number, name):
            raise NotFound("There is no view of yours by that name.")
        ledger.append(tx, store.now(), ref(actor), "view.forgotten", f"person:{number}", {"name": name})


def written(asked: Mapping[str, str]) -> str:
    """Return what follows the address: only what the page knows, in one order."""
    return urlencode([(key, asked[key]) for key in KNOWN if asked.get(key)])


def read(query: str) -> dict[str, str]:
    """Return what a kept query asks for; what is not known any more is left out."""
    return {key: value for key, value in parse_qsl(query) if key in KNOWN}


def _number(actor: Person) -> int:
    if actor.id is None:
        raise NotAllowed("Views are kept by a person of the register, for themselves; sign in first.")
    return actor.id
