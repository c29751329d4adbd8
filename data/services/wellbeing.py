"""Reviewer safety: how much of what a reviewer read was harmful, when to pause, and the council's limit."""

from dataclasses import dataclass

from sqlalchemy import Connection

from data.clock import local_day
from data.config import Settings
from data.errors import IllegalStep
from data.model import Judgement, Person
from data.permissions import Action, check
from data.reports.periods import Unit, midnight, start
from data.store import samples
from data.store.engine import Store

ENOUGH = (
    "You have judged {} harmful posts today, and the council's limit is {} a day (review_limit). "
    "Leave the rest to colleagues, and take time for something else."
)


@dataclass(frozen=True, slots=True)
class Load:
    """What a reviewer judged today and this week, from Monday, and how much of it was harmful.

    `pause` says that today's harmful posts reached the number for a reminder, `full` that they reached the limit.
    """

    today: int
    harmful_today: int
    week: int
    harmful_week: int
    pause: bool
    full: bool


def load(store: Store, actor: Person, settings: Settings) -> Load:
    """Return what a reviewer has judged lately. Only they see it: it is there for them, not about them."""
    check(actor, Action.SEE_QUEUE)
    with store.read() as tx:
        return load_in(tx, store, actor, settings)


def load_in(tx: Connection, store: Store, actor: Person, settings: Settings) -> Load:
    """Return the same inside a transaction."""
    day = local_day(store.now(), settings.zone)
    monday, midnight_ = midnight(start(day, Unit.WEEK), settings.zone), midnight(day, settings.zone)
    week = samples.judged(tx, int(actor.id or 0), monday)
    today = [judgement for at, judgement in week if at >= midnight_]
    harmful = today.count(Judgement.UPHELD)
    return Load(
        today=len(today),
        harmful_today=harmful,
        week=len(week),
        harmful_week=sum(judgement == Judgement.UPHELD for _, judgement in week),
        pause=0 < settings.review_pause <= harmful,
        full=0 < settings.review_limit <= harmful,
    )


def check_limit(tx: Connection, store: Store, actor: Person, settings: Settings) -> None:
    """Raise `IllegalStep` once a reviewer has reached the council's limit for the day."""
    found = load_in(tx, store, actor, settings)
    if found.full:
        raise IllegalStep(ENOUGH.format(found.harmful_today, settings.review_limit))
