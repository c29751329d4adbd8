"""Keeps the daily rollups right: counts again what was touched, a little at a time, or everything."""

from collections.abc import Iterator

from data.model import Person
from data.permissions import Action, check
from data.services.actors import ref
from data.store import ledger, rollups
from data.store.engine import Store

BATCH = 40  # stretches counted in one transaction, so that nobody waits long


def refresh(store: Store, zone: str, most: int | None = None) -> int:
    """Count again what was touched, `most` batches at most; return how many account-hours are left to count."""
    for number, left in enumerate(_batches(store, zone), 1):
        if not left or number == most:
            return left
    return 0


def rebuild(store: Store, actor: Person, zone: str) -> Iterator[int]:
    """Throw the rollups away and count everything; yield after each step how many account-hours are left."""
    check(actor, Action.CHANGE_REGISTER)
    with store.write() as tx:
        rollups.forget(tx)
        ledger.append(tx, store.now(), ref(actor), "rollup.rebuild", "rollup")
    yield from _batches(store, zone)


def _batches(store: Store, zone: str) -> Iterator[int]:
    with store.read() as tx:
        left = rollups.waiting(tx)
        ready = rollups.zone_of(tx) == zone
    while left or not ready:
        with store.write() as tx:
            rollups.mark_zone(tx, zone)
            for stretch in rollups.touched_days(tx, zone, BATCH):
                rollups.count_again(tx, stretch, zone)
            left, ready = rollups.waiting(tx), True
        yield left
