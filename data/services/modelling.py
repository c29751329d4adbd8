"""What the council knows of its model: which one is in use since when, how its flags fared, how reviewers agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.agreement import Agreement, agreement
from data.model import Person
from data.permissions import Action, check
from data.services import asking
from data.services.actors import number_of
from data.services.asking import CARD
from data.services.models import Standing, standing_in
from data.services.policy import current
from data.store import alerts, models, opinions, people, support
from data.store.engine import Store
from data.store.rows import AnyRow

FRESH = timedelta(hours=1)  # a card older than this is asked for anew when somebody looks


@dataclass(frozen=True, slots=True)
class Fared:
    """How flags under one clause fared: of `judged` decisions, `upheld` said that the flag was right."""

    clause: str
    title: str
    upheld: int
    judged: int


@dataclass(frozen=True, slots=True)
class Use:
    """A model put in use: None is the shipped one."""

    at: datetime
    hash: str | None
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class About:
    """Everything of the model's page but the card. `rated` is (reviews rated, fair, clear, useful) by owners."""

    standing: Standing
    uses: tuple[Use, ...]
    fared: tuple[Fared, ...]
    agreement: Agreement
    rated: tuple[int, int, int, int]


def about(store: Store, actor: Person) -> About:
    """Return what is known of the models here."""
    check(actor, Action.SEE_ACCOUNTS)
    with store.write() as tx:
        policy = current(tx, store.now()).policy
    with store.read() as tx:
        rows = models.uses(tx)
        names = people.names(tx, [n for row in rows if (n := number_of(row.actor)) is not None])
        return About(
            standing=standing_in(tx),
            uses=tuple(_use(row, names) for row in rows),
            fared=tuple(Fared(c.id, c.title, *alerts.upheld_rate(tx, c.id)) for c in policy.clauses),
            agreement=agreement(opinions.pairs(tx)),
            rated=support.rated(tx),
        )


def card(store: Store, actor: Person) -> AnyRow | None:
    """Return the card the worker gave last (`result`), None before the first; one that is old is asked for anew."""
    found, last = asking.answered(store, actor, CARD), asking.newest(store, actor, CARD)
    if last is None or (last.done_at is not None and last.done_at < store.now() - FRESH):
        asking.ask(store, actor, CARD)
    return found


def _use(row: AnyRow, names: Mapping[int, str]) -> Use:
    return Use(row.at, row.model_hash, names.get(number_of(row.actor) or 0, row.actor), row.reason)
