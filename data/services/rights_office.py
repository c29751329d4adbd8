"""What the page of rights and retention shows, each with its permission: holds, requests, what is due, certificates."""

from collections.abc import Mapping
from dataclasses import dataclass

from data.config import Settings
from data.model import Person
from data.permissions import Action, check
from data.retention import described, periods
from data.services import cases, exporting, holds
from data.services.retention import Retention
from data.store import certificates
from data.store.engine import Store
from data.store.rows import Rows

MOST = 50  # certificates and exports that the page lists


@dataclass(frozen=True, slots=True)
class Office:
    """Everything of the page but what retention would do now. `kept_for` is each period in words."""

    holds: Rows
    requests: Rows
    certificates: Rows
    exports: Rows
    kept_for: Mapping[str, str]


def office(store: Store, actor: Person, settings: Settings) -> Office:
    """Return what is kept about rights: holds and requests with the open ones first, the rest newest first."""
    check(actor, Action.MANAGE_RIGHTS)
    with store.read() as tx:
        given = certificates.everything(tx)
    return Office(
        holds=holds.listed(store, actor),
        requests=cases.listed(store, actor),
        certificates=given[::-1][:MOST],
        exports=exporting.listed(store, actor)[::-1][:MOST],
        kept_for=described(periods(settings)),
    )


def due(store: Store, actor: Person, settings: Settings) -> Mapping[str, int]:
    """Return how many rows of what retention would erase now; nothing is erased."""
    return Retention(store, actor, periods(settings)).due()
