"""Alerts that everyone is kept from: by the account they hold, or by their part in what is to be looked at anew."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from data.model import AlertStatus
from data.permissions import Action, may
from data.store import opinions, people, waiting
from data.store.rows import AnyRow

NOBODY = "nobody here reviews."
HOLDERS = "everyone who reviews holds or line-manages the account."
SECOND = "everyone else who reviews gave the first opinion, or has the account in their hands."
APPEAL = "everyone who reviews had a part in the decision, or has the account in their hands."


@dataclass(frozen=True, slots=True)
class Stranded:
    """An alert that waits for a person and that nobody may decide, and why."""

    alert_id: int
    handle: str
    why: str


def found(tx: Connection) -> tuple[Stranded, ...]:
    """Return the alerts that nobody may decide, in the order of their numbers."""
    reviewers = {int(p.id or 0) for p in people.everyone(tx) if p.active and may(p, Action.DECIDE)}
    linked = waiting.linked(tx)
    sorted_out = []
    for row in waiting.undecided(tx):
        free = {person for person in reviewers if (person, row.account_id) not in linked}
        if not free - _had_a_part(tx, row):
            sorted_out.append(Stranded(row.id, row.handle, _why(row, reviewers, free)))
    return tuple(sorted_out)


def _had_a_part(tx: Connection, row: AnyRow) -> set[int]:
    if row.status == AlertStatus.APPEALED:
        return opinions.had_a_part(tx, row.id)
    if row.status == AlertStatus.SECOND_LOOK:
        return {opinions.on_version(tx, row.id, row.version_id)[-1].person_id}
    return set()


def _why(row: AnyRow, reviewers: Collection[int], free: Collection[int]) -> str:
    if not reviewers:
        return NOBODY
    if not free:
        return HOLDERS
    return APPEAL if row.status == AlertStatus.APPEALED else SECOND
