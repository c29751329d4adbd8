"""How the service itself fares, for those who look after it: workers, silence, failures, what waits, the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata

from sqlalchemy import Connection, func, select

from data.config import Settings
from data.model import Person
from data.permissions import Action, check
from data.services import silence, stranded
from data.services.silence import WORKER_IS_GONE, Health
from data.services.stranded import Stranded
from data.store import accounts, engine, requests, runs, workers
from data.store.engine import Store
from data.store.rows import AnyRow, Rows

PARTS = ("postreeve", "SQLAlchemy", "streamlit", "onnxruntime", "scikit-learn", "cryptography", "httpx", "alembic")


@dataclass(frozen=True, slots=True)
class Condition:
    """Everything of the page: `waiting` counts requests by kind, `size` is the store's in bytes, `parts` versions.

    `failing` are the last collections of accounts that failed, with the accounts' names in `handles`; `newest` is the
    collection that ended last; `stranded` are alerts that nobody here may decide.
    """

    health: Health
    workers: Rows
    failing: tuple[AnyRow, ...]
    handles: Mapping[str, str]
    newest: AnyRow | None
    waiting: Mapping[str, int]
    stranded: tuple[Stranded, ...]
    store: str
    version: str
    size: int
    parts: Mapping[str, str]
    private: tuple[str, ...]


def condition(store: Store, actor: Person, settings: Settings) -> Condition:
    """Return how the service fares now."""
    check(actor, Action.SEE_AUDIT)
    health = silence.health(store, settings.zone, settings.silence_hours)
    with store.read() as tx:
        latest = runs.latest(tx)
        ended = [run for run in latest.values() if run.finished_at is not None]
        return Condition(
            health=health,
            workers=workers.at_work(tx, store.now() - WORKER_IS_GONE),
            failing=tuple(run for run in latest.values() if run.outcome == "failed"),
            handles={one.id: one.handle for one in accounts.everything(tx)},
            newest=max(ended, key=lambda run: run.finished_at, default=None),
            waiting=requests.waiting_kinds(tx),
            stranded=stranded.found(tx),
            store=store.url.render_as_string(hide_password=True),
            version=engine.version(store),
            size=_size(store, tx),
            parts={name: found for name in PARTS if (found := _version(name))},
            private=tuple(map(str, settings.allow_private)),
        )


def _size(store: Store, tx: Connection) -> int:
    if store.path is None:
        return int(tx.scalar(select(func.pg_database_size(func.current_database()))) or 0)
    beside = [store.path, store.path.with_name(f"{store.path.name}-wal")]
    return sum(file.stat().st_size for file in beside if file.exists())


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
