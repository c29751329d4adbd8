"""The dossier of one account as a service: numbers from the log, words only of what was upheld and counts."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from data.clock import local_day
from data.errors import UseError
from data.model import Judgement, Part, Person
from data.permissions import Action, check
from data.reports.collected import days, stretches
from data.reports.dossier import LISTED, Dossier, Hole, Month, Stand, Step, Upheld, stand
from data.reports.periods import Unit, periods, span
from data.schema import account_snapshot
from data.services import portrait, rollups
from data.store import accounts, alerts, posts, runs, trending
from data.store import rollups as table
from data.store.engine import Store
from data.store.rows import Rows
from data.words import judged_words

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
SHORTEST = timedelta(days=28)  # a passport younger than this gives no picture: the year before is taken
APPROVED = ("approve", "renew")


def dossier(
    store: Store, actor: Person, zone: str, account_id: str, since: date | None = None, until: date | None = None
) -> Dossier:
    """Return the renewal report of an account from `since` to `until`: since the last approval when left out."""
    check(actor, Action.SEE_ACCOUNTS)
    rollups.refresh(store, zone)
    with store.read() as tx:
        found = accounts.get(tx, account_id)
        steps = accounts.passport_events(tx, account_id)
        today = local_day(store.now(), zone)
        last = min(until or today, today)
        first = since or _since(steps, last, zone)
        if first > last:
            raise UseError(f"The dossier would begin on {first} and end on {last}: choose an earlier beginning.")
        before = first - (last - first) - DAY, first - DAY
        passport = accounts.newest_passports(tx).get(account_id)
        promise = passport.id if passport else None
        return Dossier(
            account=found,
            passport=passport,
            holders=tuple((link, name) for link, name, _ in accounts.holder_names(tx, account_id)),
            made_at=store.now(),
            now=_stand(tx, store, zone, account_id, first, last),
            before=_stand(tx, store, zone, account_id, *before),
            months=tuple(_months(tx, store, zone, account_id, first, last)),
            holes=tuple(_holes(tx, zone, account_id, first, last)),
            upheld=tuple(_upheld(tx, zone, account_id, first, last)),
            steps=tuple(Step(s.at, s.action, s.reason, s.conditions) for s in steps),
            followers=_followers(tx, account_id, zone, first, last),
            kept=portrait.kept(tx, zone, store.now(), account_id, promise, (first, last)),
            topics=portrait.about(tx, zone, account_id, first, last),
            commended=portrait.well(tx, zone, account_id, first, last),
        )


def _since(steps: Rows, last: date, zone: str) -> date:
    approved = [local_day(step.at, zone) for step in steps if step.action in APPROVED]
    good = [day for day in approved if last - day >= SHORTEST]
    return max(good[-1], last - YEAR + DAY) if good else last - YEAR + DAY


def _stand(tx: Connection, store: Store, zone: str, account_id: str, first: date, last: date) -> Stand:
    rows = table.sums(tx, first, last, 10, only=[account_id])
    found = trending.flagged(tx, *span(first, last, zone), account_id)
    return stand(first, last, rows, found, _collected(tx, store, zone, account_id, first, last))


def _collected(
    tx: Connection, store: Store, zone: str, account_id: str, first: date, last: date
) -> tuple[float, float]:
    """Return (collected, all) days of the time up to now; a day the account was not yet registered counts too."""
    begin, end = span(first, last, zone)
    end = max(min(end, store.now()), begin)
    rows = runs.coverage_of(tx, account_id)
    complete = [(r.from_at, r.to_at) for r in rows if r.complete]
    gaps = [(r.from_at, r.to_at) for r in rows if not r.complete]
    whole = [(first.timestamp(), last.timestamp()) for first, last in stretches(complete, gaps)]
    return days(whole, begin.timestamp(), end.timestamp()), (end - begin) / DAY


def _months(tx: Connection, store: Store, zone: str, account_id: str, first: date, last: date) -> list[Month]:
    found = []
    for begin, end in periods(first, last, Unit.MONTH):
        rows = table.sums(tx, begin, end, 7, only=[account_id])
        collected, every = _collected(tx, store, zone, account_id, begin, end)
        figures = {name: sum(getattr(row, name) for row in rows) for name in ("posts", "raised", "upheld")}
        found.append(Month(begin, end, **figures, collected=round(collected, 1), days=round(every, 1)))
    return found


def _holes(tx: Connection, zone: str, account_id: str, first: date, last: date) -> list[Hole]:
    begin, end = span(first, last, zone)
    rows = [row for row in runs.coverage_of(tx, account_id) if not row.complete]
    return [Hole(row.from_at, row.to_at, row.cause) for row in rows if row.from_at < end and row.to_at > begin]


def _upheld(tx: Connection, zone: str, account_id: str, first: date, last: date) -> list[Upheld]:
    rows = trending.flagged(tx, *span(first, last, zone), account_id)
    return [_one(tx, row) for row in rows if row.judgement == Judgement.UPHELD and row.outcome in LISTED]


def _one(tx: Connection, row: Any) -> Upheld:
    alert = alerts.get(tx, row.id)
    decided = alerts.standing(alerts.reviews(tx, row.id))
    assert decided is not None, "only alerts with a judgement are asked for"
    versions = {version.id: version for version in posts.versions(tx, alert.post_id)}
    titles = {hit.clause: hit.title for hit in alerts.hits(tx, row.id)}
    version = versions[decided.version_id]
    return Upheld(
        alert_id=row.id,
        published_at=version.published_at,
        decided_at=decided.at,
        clause=decided.clause,
        title=titles.get(decided.clause, ""),
        outcome=decided.outcome,
        reason=decided.reason,
        words=judged_words(version, Part(alert.cause)),
        replies=tuple(reply.text for reply in alerts.replies(tx, row.id)),
        status=row.status,
    )


def _followers(tx: Connection, account_id: str, zone: str, first: date, last: date) -> tuple[int | None, int | None]:
    c = account_snapshot.c
    begin, end = span(first, last, zone)
    query = select(c.at, c.followers).where(c.account_id == account_id, c.followers.is_not(None), c.at < end)
    rows = tx.execute(query.order_by(c.at)).all()
    earlier = [row.followers for row in rows if row.at < begin]
    within = [row.followers for row in rows if row.at >= begin]
    start: int | None = (earlier[-1:] or within[:1] or [None])[0]
    return start, (within[-1:] or earlier[-1:] or [None])[0]
