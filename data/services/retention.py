"""Retention: what is old enough loses its words, in batches and under one certificate a run. A legal hold wins.

Each batch is a short transaction of its own, with a breath between them, so that screens are answered meanwhile. A run
that is killed has done what it did; the next one does the rest.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from data.model import Person
from data.permissions import Action, check
from data.retention import Periods, Sorted, sort
from data.schema import audit_log
from data.services import drafts, erasing
from data.services.erasing import IN_TIME, Erasure
from data.store import erasing as words
from data.store import holds, papers, retaining
from data.store.engine import Store
from data.store.papers import PAPERS
from data.store.retaining import BATCH
from data.store.rows import Rows

BREATH = 0.02  # seconds between batches: another writer gets its turn


@dataclass
class Retention:
    """One run: `due` says what there is to do, `steps` does it; `counts` and `certificate` tell what came of it.

    `held` counts the old posts that a legal hold kept.
    """

    store: Store
    actor: Person
    kept_for: Periods
    counts: Counter[str] = field(default_factory=Counter)
    certificate: int | None = None
    held: int = 0
    _run: Erasure | None = None

    def due(self) -> dict[str, int]:
        """Return how many rows of what are due; posts under a hold are counted by `held`, not by `posts`."""
        check(self.actor, Action.MANAGE_RIGHTS)
        with self.store.read() as tx:
            found, held, found_due = self._sorted(tx), holds.held(tx), Counter[str]()
            for rows in self._old_posts(tx):
                ready = [row for row in rows if row.id not in found.kept]
                kept = sum(held.over(row.account_id, row.id) is not None for row in ready)
                found_due.update(posts=len(ready) - kept, held=kept)
            for part in _parts(found.posts):
                found_due.update(posts=len(_free(retaining.these_posts(tx, part), holds.held(tx))))
            for part in _parts(found.alerts):
                found_due.update(alerts=len(retaining.with_words(tx, part)))
            if before := self._cutoff("papers"):
                old = {paper.table.name: len(papers.old(tx, paper, before, held)) for paper in PAPERS}
                found_due.update({name: number for name, number in old.items() if number})
        return dict(found_due)

    def steps(self) -> Iterator[int]:
        """Do what is due; yield how many posts each batch dealt with."""
        check(self.actor, Action.MANAGE_RIGHTS)
        with self.store.read() as tx:
            found = self._sorted(tx)
        self._sessions()
        for part in _parts(found.alerts):
            self._alerts(part)
        for part in _parts(found.posts):
            yield self._posts_of(part)
        yield from self._posts()
        self._snapshots()
        self._papers()
        self._details()
        self._end()

    def _sorted(self, tx: Connection, post_ids: Sequence[int] | None = None) -> Sorted:
        return sort(retaining.cases(tx, post_ids), self.kept_for, self.store.now())

    def _cutoff(self, what: str) -> datetime | None:
        return self.kept_for.cutoff(what, self.store.now())

    def _old_posts(self, tx: Connection) -> Iterator[Rows]:
        cutoff, last = self._cutoff("posts"), 0
        while cutoff is not None and (rows := retaining.old_posts(tx, cutoff, last, 10 * BATCH)):
            yield rows
            last = rows[-1].id

    def _erasure(self, tx: Connection) -> Erasure:
        """Open the run's certificate when there is something to erase."""
        if self._run is None:
            self._run = erasing.begin(tx, self.store, self.actor, IN_TIME)
            self.certificate = self._run.certificate
        return self._run

    def _posts(self) -> Iterator[int]:
        cutoff, last, rows = self._cutoff("posts"), 0, None
        while cutoff is not None and rows != []:
            with self.store.write() as tx:
                rows = retaining.old_posts(tx, cutoff, last)
                kept = self._sorted(tx, [row.id for row in rows]).kept
                due = [row for row in rows if row.id not in kept]
                ready = _free(due, holds.held(tx))
                self.held += len(due) - len(ready)
                if ready:
                    self._erasure(tx).posts(tx, ready)
            last = rows[-1].id if rows else last
            time.sleep(BREATH)
            yield len(rows)

    def _posts_of(self, ids: Sequence[int]) -> int:
        with self.store.write() as tx:
            still = self._sorted(tx, ids).posts
            rows = _free(retaining.these_posts(tx, still), holds.held(tx))
            if rows:
                self._erasure(tx).posts(tx, rows)
        return len(rows)

    def _alerts(self, ids: Sequence[int]) -> None:
        with self.store.write() as tx:
            held = holds.held(tx)
            ready = [r.id for r in retaining.with_words(tx, ids) if held.over(r.account_id, r.post_id) is None]
            if ready:
                self._erasure(tx).alerts(tx, ready)

    def _snapshots(self) -> None:
        cutoff = self._cutoff("snapshots")
        with self.store.write() as tx:
            ids = retaining.old_snapshots(tx, cutoff, holds.held(tx)) if cutoff else []
            for part in _parts(ids):
                retaining.forget_snapshots(tx, part)
                self._erasure(tx).attest(tx, snapshots=part)

    def _papers(self) -> None:
        cutoff = self._cutoff("papers")
        if cutoff is None:
            return
        for paper in PAPERS:
            with self.store.write() as tx:
                ids = papers.old(tx, paper, cutoff, holds.held(tx))
                for part in _parts(ids):
                    papers.blank(tx, paper, part)
                    self._erasure(tx).attest(tx, **{paper.table.name: part})

    def _details(self) -> None:
        cutoff, last, rows = self._cutoff("audit"), 0, None
        while cutoff is not None and rows != []:
            with self.store.write() as tx:
                kept = retaining.held_subjects(tx, holds.held(tx))
                rows = retaining.old_details(tx, cutoff, last)
                ready = [row.seq for row in rows if row.subject not in kept]
                if ready:
                    run = self._erasure(tx)
                    gone = words.blank_details(tx, audit_log.c.seq.in_(ready), run.certificate, run.at)
                    run.attest(tx, audit=gone)
            last = rows[-1].seq if rows else last

    def _sessions(self) -> None:
        self.counts["requests"] += drafts.forget_old(self.store)  # drafts have their own time, whatever the periods
        cutoff = self._cutoff("sessions")
        if cutoff is not None:
            with self.store.write() as tx:
                self.counts.update(retaining.forget_sessions(tx, cutoff))

    def _end(self) -> None:
        if self._run is not None:
            with self.store.write() as tx:
                self._run.end(tx)
            self.counts.update(self._run.counts)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _free(rows: Rows, held: holds.Held) -> Rows:
    return [row for row in rows if held.over(row.account_id, row.id) is None]
