"""Time to approve and posting after advice, as a service: comparison, not cause; of the whole council."""

from datetime import date, timedelta

from sqlalchemy import Connection

from data.clock import local_day
from data.model import Person
from data.permissions import Action, check
from data.reports.collected import days, stretches
from data.reports.elapsed import WINDOW, AfterAdvice, Rates, Waits, after_advice, waits
from data.reports.periods import DAY, span
from data.services import rollups
from data.store import elapsed, runs
from data.store import rollups as table
from data.store.engine import Store
from data.store.rows import AnyRow

SECONDS = 86_400.0  # of a day
BATCHES = 25


def to_approve(store: Store, actor: Person, zone: str, since: date, until: date) -> Waits:
    """Return how long applications that were approved from `since` to `until` had waited."""
    check(actor, Action.SEE_ACCOUNTS)
    with store.read() as tx:
        found = elapsed.approvals(tx, *span(since, until, zone))
        return waits([(end - begin).total_seconds() / SECONDS for begin, end in found], elapsed.waiting(tx))


def advised(store: Store, actor: Person, zone: str, since: date, until: date) -> AfterAdvice:
    """Return how accounts posted in the four weeks after their first advice of a time, beside the four before."""
    check(actor, Action.SEE_ACCOUNTS)
    rollups.refresh(store, zone, BATCHES)
    with store.read() as tx:
        today = local_day(store.now(), zone)
        return after_advice(_rates(tx, zone, row, today) for row in elapsed.first_advice(tx, *span(since, until, zone)))


def _rates(tx: Connection, zone: str, row: AnyRow, today: date) -> Rates:
    """Return the posts of both windows; the day of the advice belongs to neither."""
    given = local_day(row.at, zone)
    before = given - timedelta(days=WINDOW), given - DAY
    after = given + DAY, min(given + timedelta(days=WINDOW), today - DAY)
    found = runs.coverage_of(tx, row.account_id)
    whole = stretches(
        [(r.from_at, r.to_at) for r in found if r.complete], [(r.from_at, r.to_at) for r in found if not r.complete]
    )
    seen = [(begin.timestamp(), end.timestamp()) for begin, end in whole]
    sides = []
    for first, last in (before, after):
        posts = sum(r.posts for r in table.sums(tx, first, last, 4, [row.account_id]))
        begin, end = (moment.timestamp() for moment in span(first, last, zone))
        sides += [posts, days(seen, begin, end) if first <= last else 0.0]
    return Rates(int(sides[0]), sides[1], int(sides[2]), sides[3])
