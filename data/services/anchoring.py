"""Writes the audit head to its file outside the store, when a command has changed it."""

from data import anchor
from data.config import Settings
from data.store import ledger
from data.store.engine import Store


def anchor_head(store: Store, settings: Settings) -> None:
    """Sign the present head of the audit log and append it to the anchor file."""
    with store.read() as tx:
        head = ledger.head(tx)
    anchor.append(anchor.place(store, settings.anchor), head, store.now())
