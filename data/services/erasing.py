"""Carrying an erasure out under one certificate: erasure on request and retention both work through this.

Each call is given the transaction it belongs to, and what it erases is attested in the audit chain in the same one: a
run can be killed at any moment, and what it did until then verifies.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from data.model import AlertStatus, Person
from data.review import FINISHED
from data.services.actors import ref
from data.services.models import standing_in
from data.store import alerts, certificates, erasing, rights
from data.store.engine import Store
from data.store.rows import Rows

ON_REQUEST, IN_TIME = "erased on request", "period of retention over"


@dataclass
class Erasure:
    """One erasure under a certificate; `counts` adds up what was erased."""

    store: Store
    actor: str
    certificate: int
    at: datetime
    counts: Counter[str] = field(default_factory=Counter)

    def posts(self, tx: Connection, rows: Rows) -> None:
        """Erase the words of posts (id, account_id, platform_id) and everything said about their alerts."""
        about = rights.alerts_of_posts(tx, [row.id for row in rows])
        self._settle(tx, about)
        audit = self._about(tx, about) + self._details(tx, rights.audited_posts(tx, rows))
        evidence = erasing.posts(tx, rows, self.certificate, self.at)
        self.attest(tx, posts=[row.id for row in rows], evidence=evidence, audit=audit)

    def alerts(self, tx: Connection, ids: Sequence[int]) -> None:
        """Erase the words about alerts whose posts stay."""
        self.attest(tx, alerts=ids, audit=self._about(tx, ids))

    def attest(self, tx: Connection, **erased: Sequence[int]) -> None:
        """Put into the audit chain what was erased, and count it."""
        certificates.attest(tx, self.certificate, self.actor, self.store.now(), erased)
        self.counts.update({table: len(set(numbers)) for table, numbers in erased.items()})

    def end(self, tx: Connection) -> None:
        """Close the certificate."""
        certificates.end(tx, self.certificate, self.actor, self.store.now(), +self.counts)

    def _about(self, tx: Connection, ids: Sequence[int]) -> list[int]:
        return erasing.alerts(tx, ids, self.certificate, self.at) if ids else []

    def _details(self, tx: Connection, subjects: Sequence[str]) -> list[int]:
        return erasing.details(tx, subjects, self.certificate, self.at) if subjects else []

    def _settle(self, tx: Connection, ids: Sequence[int]) -> None:
        """Close the alerts that still wait for a person: there is nothing left to decide on."""
        for number in ids:
            old = alerts.get(tx, number)
            if old.status not in FINISHED:
                alerts.change(tx, old, status=AlertStatus.CLOSED, claimed_by=None, claim_until=None)
                steps = (str(old.status), str(AlertStatus.CLOSED))
                alerts.add_event(tx, number, self.at, self.actor, "erase", steps, certificate=self.certificate)


def begin(tx: Connection, store: Store, actor: Person, ground: str) -> Erasure:
    """Open a certificate in a transaction, and return the erasure under it."""
    now = store.now()
    store.expect_much(tx)
    return Erasure(store, ref(actor), certificates.begin(tx, ref(actor), ground, now), now)


def barred(tx: Connection) -> set[str]:
    """Return the models that may not be used, since reviews they learnt from are gone or have lost their words."""
    return {one.hash for one in standing_in(tx).kept if one.lost}
