"""What people judged, as rows that a model may learn from; only an administrator may ask for them, and it is audited.

In force is a decision that was not taken back, not disputed or overturned by an appeal, and not followed by another one
on the same words. "Cannot tell" teaches nothing. What was erased is not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from data.model import Category, Characteristic, Judgement, Part, Person
from data.permissions import Action, check
from data.services.actors import ref
from data.store import ledger, models
from data.store.engine import Store
from data.store.rows import Rows
from data.words import judged_words


@dataclass(frozen=True, slots=True)
class Judged:
    """One decision in force: the words it was about (as `judged_words` gives them) and what was confirmed of them."""

    review_id: int
    at: datetime
    account_id: str
    version_id: int
    text: str
    upheld: bool
    categories: frozenset[Category]
    characteristics: frozenset[Characteristic]


@dataclass(frozen=True, slots=True)
class Judgements:
    """All decisions in force, and how many versions any model assessed, for the prevalence."""

    rows: tuple[Judged, ...]
    assessed: int

    @property
    def upheld_versions(self) -> int:
        """How many versions were upheld, in whichever of their parts."""
        return len({row.version_id for row in self.rows if row.upheld})


def judgements(store: Store, actor: Person, why: Mapping[str, Any]) -> Judgements:
    """Return what people judged. `why` (purpose, impact assessment, notice) goes into the audit log."""
    check(actor, Action.MANAGE_MODELS)
    with store.write() as tx:
        found = Judgements(
            tuple(readable(tx, in_force(models.reviews(tx), models.turns(tx)))), models.assessed_versions(tx)
        )
        detail = {**why, "reviews": len(found.rows)}
        ledger.append(tx, store.now(), ref(actor), "reviews.read_to_learn", "reviews", detail)
    return found


def in_force(reviews: Rows, turns: Rows) -> Rows:
    """Return the decisions in force that say whether the flag was right."""
    disputed = _disputed(turns)
    standing = [r for r in reviews if r.undone_at is None]
    newest = {(r.alert_id, r.version_id): r.id for r in standing}
    return [
        r
        for r in standing
        if newest[r.alert_id, r.version_id] == r.id and r.id not in disputed and r.judgement != Judgement.CANNOT_TELL
    ]


def readable(tx: Connection, reviews: Rows) -> list[Judged]:
    """Return decisions with the words they were about, leaving out those whose words were erased."""
    versions = models.reviewed_versions(tx)
    found = []
    for row in reviews:
        version = versions[row.version_id]
        text = judged_words(version, Part(row.cause))
        if row.erased_at is None and text.strip():
            found.append(_judged(row, version.account_id, text))
    return found


def _judged(row: Any, account_id: str, text: str) -> Judged:
    return Judged(
        review_id=row.id,
        at=row.at,
        account_id=account_id,
        version_id=row.version_id,
        text=text,
        upheld=row.judgement == Judgement.UPHELD,
        categories=frozenset(map(Category, row.categories)),
        characteristics=frozenset(map(Characteristic, row.characteristics)),
    )


def _disputed(turns: Rows) -> set[int]:
    """Return the decisions that an appeal was made against: the one that stood then, whatever came of it."""
    standing: dict[int, int] = {}
    disputed = set()
    for turn in turns:
        if turn.action == "decide":
            standing[turn.alert_id] = turn.detail["review"]
        elif turn.alert_id in standing:
            disputed.add(standing[turn.alert_id])
    return disputed


def lost(rows: Sequence[tuple[int, datetime]], there: Mapping[int, datetime]) -> int:
    """Return how many of these reviews (number and time) are gone, or no longer have their words."""
    return sum(there.get(number) != at for number, at in rows)
