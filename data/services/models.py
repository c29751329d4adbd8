"""The models that learnt from reviews: accept one, list them, roll back, and which one a scan may use.

A model may be used only while every review it learnt from is there with its words: what a person has erased must not
live on in a model.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from data.errors import IllegalStep, NotFound
from data.model import Person
from data.permissions import Action, check
from data.services.actors import ref
from data.services.judged import lost, readable
from data.store import findings, ledger, models
from data.store.engine import Store

SHORTEST = 6  # characters of a hash that may stand for it
SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Kept:
    """A model that learnt from `learnt` reviews, of which `lost` are gone or have lost their words."""

    hash: str
    name: str
    manifest: Mapping[str, Any]
    created_at: datetime
    learnt: int
    lost: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Every kept model, oldest first, and the hash of the one put in use last (None: the shipped one)."""

    kept: tuple[Kept, ...]
    chosen: str | None

    @property
    def usable(self) -> str | None:
        """The chosen model while it is whole, else the newest whole one before it; None for the shipped one.

        A newer one than the chosen one was rolled back by a person, so it is not what a scan falls back to.
        """
        if self.chosen is None:
            return None
        at = next(n for n, one in enumerate(self.kept) if one.hash == self.chosen)
        return next((one.hash for one in reversed(self.kept[: at + 1]) if not one.lost), None)

    @property
    def barred(self) -> Kept | None:
        """The chosen model when it may not be used."""
        return next((one for one in self.kept if one.hash == self.chosen and one.lost), None)


def standing(store: Store) -> Standing:
    """Return the kept models and which of them scans use."""
    with store.read() as tx:
        return standing_in(tx)


def accept(
    store: Store, actor: Person, model_hash: str, manifest: Mapping[str, Any], rows: Iterable[tuple[int, datetime]]
) -> None:
    """Register a model with the reviews it learnt from (number and time), and put it in use."""
    check(actor, Action.MANAGE_MODELS)
    noted, now = list(rows), store.now()
    with store.write() as tx:
        findings.register_model(tx, model_hash, str(manifest.get("name", "")), manifest, now)
        models.add_rows(tx, model_hash, noted)
        detail = {"reviews": len(noted)}
        ledger.append(tx, now, ref(actor), "model.accept", f"model:{model_hash}", detail)
        _use(tx, actor, model_hash, "It learnt from reviews and was measured to be better.", now)


def use(store: Store, actor: Person, named: str, reason: str) -> str | None:
    """Put a kept model in use, by its hash or the beginning of it, or the shipped one; return its hash or None."""
    check(actor, Action.MANAGE_MODELS)
    if not reason.strip():
        raise IllegalStep("Putting another model in use needs a reason in words.")
    with store.write() as tx:
        found = None if named == SHIPPED else named_in(standing_in(tx).kept, named)
        if found is not None and found.lost:
            raise IllegalStep(
                f"Model {found.hash[:12]} may not be used: {found.lost} of the {found.learnt} reviews it learnt from "
                "are gone or erased. Train anew with: postreeve train --from-reviews"
            )
        chosen = found.hash if found is not None else None
        _use(tx, actor, chosen, reason, store.now())
    return chosen


def named_in(kept: Sequence[Kept], named: str) -> Kept:
    """Return the one kept model whose hash begins with `named`; raise `NotFound`."""
    met = [one for one in kept if len(named) >= SHORTEST and one.hash.startswith(named.lower())]
    if len(met) != 1:
        how = "is not the beginning of one model's hash" if len(named) >= SHORTEST else "is too short to name a model"
        raise NotFound(f"{named!r} {how}. See: postreeve model list")
    return met[0]


def _use(tx: Connection, actor: Person, model_hash: str | None, reason: str, now: datetime) -> None:
    models.put_in_use(tx, model_hash, ref(actor), reason, now)
    if model_hash is not None:
        findings.activate(tx, model_hash, now)
    ledger.append(tx, now, ref(actor), "model.use", f"model:{model_hash or SHIPPED}", {"reason": reason})


def standing_in(tx: Connection) -> Standing:
    """Return the kept models and which of them scans use, inside a transaction."""
    found = models.learnt(tx)
    if not found:
        return Standing((), None)
    learnt: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for row in models.rows(tx):
        learnt[row.model_hash].append((row.review_id, row.reviewed_at))
    there = {one.review_id: one.at for one in readable(tx, models.reviews(tx))}
    kept = tuple(
        Kept(m.hash, m.name, m.manifest, m.created_at, len(learnt[m.hash]), lost(learnt[m.hash], there)) for m in found
    )
    return Standing(kept, models.in_use(tx))
