"""How far one run reads a repository: no more bytes and no longer than a council's machine can spare for one account.

A list of records goes from the newest back. Where a run ends early, the place and the newest record of each list are
kept in the cursor; the next run reads what is new down to there, and goes on. Until a walk has come to its end over
several runs, nothing is claimed to be complete, and what vanished meanwhile is found by the next walk in one piece.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from collectors.base import Fetched
from collectors.evidence import clean

MOST_BYTES = 256 * 2**20  # some 250,000 records
LONGEST = timedelta(minutes=15)
MORE = "There is more than one collection reads, so the next goes on from here; until then nothing counts as complete."
LIST, PLACE, TOP = "list", "place", "top:"


@dataclass(slots=True)
class Budget:
    """What one run may still read. The clock is that of the answers: when each was received."""

    most_bytes: int = MOST_BYTES
    longest: timedelta = LONGEST
    read: int = 0
    began: datetime | None = None

    def is_spent(self, answer: Fetched) -> bool:
        """Put an answer down; say whether it was the last one for this run."""
        self.began = self.began or answer.received_at
        self.read += len(answer.body)
        return self.read >= self.most_bytes or answer.received_at - self.began >= self.longest


@dataclass(slots=True)
class Walk:
    """Where a run stands: the list and place at which an earlier one broke off (empty: nowhere), and the newest record
    of each list that has been begun. `ended_early` says that this run broke off, too."""

    at: str = ""
    place: str = ""
    tops: dict[str, str] = field(default_factory=dict)
    resumed: bool = False
    ended_early: bool = False

    @classmethod
    def of(cls, state: Mapping[str, str]) -> "Walk":
        """Return where the cursor's state says that an earlier run broke off."""
        tops = {name.removeprefix(TOP): top for name, top in state.items() if name.startswith(TOP)}
        at = state.get(LIST, "")
        return cls(at, state.get(PLACE, ""), tops if at else {}, resumed=bool(at))

    def state(self) -> dict[str, str]:
        """Return what the next run must know, nothing where this one came to the end."""
        if not self.ended_early:
            return {}
        return {LIST: self.at, PLACE: self.place} | {TOP + name: top for name, top in self.tops.items()}

    def known(self, collection: str) -> str:
        """Return the newest record of a list that an earlier run read from, empty where the list is not begun."""
        return self.tops.get(collection, "") if self.resumed else ""

    def break_off(self, collection: str, place: str) -> None:
        """End the run here; the next one goes on at `place`."""
        self.at, self.place, self.ended_early = collection, place, True


def key_of(record: object) -> str:
    """Return the key of a record, which grows in time, empty for what is none."""
    return clean(record.get("uri")).rpartition("/")[2] if isinstance(record, dict) else ""


def reaches(records: list[Any], known: str) -> bool:
    """Tell whether a page goes back to the record `known`, or past its place where that has been deleted."""
    keys = [key_of(one) for one in records]
    return bool(known) and (known in keys or min(keys, default=known) <= known)
