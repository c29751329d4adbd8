"""The tables as pandas frames, for notebooks: typed columns, ids as text, each read on record like an export.

`open_store(url)` of `data.store.engine` gives the store; `person(store, email)` says who reads, someone with the role
analyst. Small figures of `trends` are missing values.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from data.model import Person
from data.reports import trend_table
from data.reports.columns import Col, Kind
from data.reports.tables import TABLES
from data.reports.trends import Ask
from data.services import actors, exports
from data.services import trends as service
from data.store.engine import Store

DTYPES: Mapping[Kind, Any] = {
    Kind.ID: "string",
    Kind.TEXT: "string",
    Kind.COUNT: "Int64",
    Kind.NUMBER: "Float64",
    Kind.YES: "boolean",
    Kind.LIST: "object",
}


def person(store: Store, email: str) -> Person:
    """Return who reads; raise `NotFound` when nobody is known by this address."""
    with store.read() as tx:
        return actors.named(tx, email)


def accounts(store: Store, reader: Person, since: datetime | None = None) -> pd.DataFrame:
    """Return the register with the newest passport of each account."""
    return frame(store, reader, "accounts", since)


def posts(store: Store, reader: Person, since: datetime | None = None) -> pd.DataFrame:
    """Return the posts with their present words."""
    return frame(store, reader, "posts", since)


def findings(store: Store, reader: Person, since: datetime | None = None) -> pd.DataFrame:
    """Return what models said of each part of each version."""
    return frame(store, reader, "findings", since)


def alerts(store: Store, reader: Person, since: datetime | None = None) -> pd.DataFrame:
    """Return the alerts: prompts, not findings of fact."""
    return frame(store, reader, "alerts", since)


def reviews(store: Store, reader: Person, since: datetime | None = None) -> pd.DataFrame:
    """Return the decisions, those that were taken back too."""
    return frame(store, reader, "reviews", since)


def runs(store: Store, reader: Person, since: datetime | None = None) -> pd.DataFrame:
    """Return the collections."""
    return frame(store, reader, "runs", since)


def coverage(store: Store, reader: Person, since: datetime | None = None) -> pd.DataFrame:
    """Return which stretches of time were collected, and which were missed."""
    return frame(store, reader, "coverage", since)


def trends(store: Store, reader: Person, zone: str, ask: Ask) -> pd.DataFrame:
    """Return what `postreeve trends` writes."""
    found = service.trends(store, reader, zone, ask)
    return _typed(trend_table.rows(found.lines, found.marks, zone), trend_table.COLUMNS)


def frame(store: Store, reader: Person, name: str, since: datetime | None = None) -> pd.DataFrame:
    """Return a table by its name; raise `NotAllowed` for someone who may not export rows."""
    return _typed(exports.rows(store, reader, name, since), TABLES[name].columns)


def _typed(rows: list[list[object]], columns: tuple[Col, ...]) -> pd.DataFrame:
    found = pd.DataFrame(rows, columns=[column.name for column in columns], dtype="object")
    for column in columns:
        if column.kind is Kind.TIME:
            found[column.name] = pd.to_datetime(found[column.name], utc=True)
        elif column.kind is Kind.DAY:
            found[column.name] = pd.to_datetime(found[column.name])
        else:
            found[column.name] = found[column.name].astype(DTYPES[column.kind])
    return found
