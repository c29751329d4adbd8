"""The daily rollups: counted again wherever something was touched, and read by the trends.

What stands in `rollup_day` is always what the other tables give when counted anew, apart from the account-hours that
`rollup_touched` names; see `data.store.touched`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, String, and_, cast, delete, func, insert, or_, select, update

from data.clock import local_day
from data.reports.counting import NAMES, AlertRow, PostRow, TextRow, by_day
from data.reports.periods import span
from data.schema import alert, finding, post, review
from data.schema_reports import rollup_day, rollup_touched, rollup_zone
from data.store import touched
from data.store.rows import Rows

LONGEST = 31  # days counted at a time
HOUR = timedelta(hours=1) - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of an account that are to be counted again."""

    account_id: str
    first: date
    last: date


def mark_zone(tx: Connection, zone: str) -> None:
    """Note for which zone the days are counted; when it is another than before, everything is to be counted again."""
    known = tx.scalar(select(rollup_zone.c.zone))
    if known is None:
        tx.execute(insert(rollup_zone).values(zone=zone))
    elif known != zone:
        tx.execute(update(rollup_zone).values(zone=zone))
        forget(tx)


def zone_of(tx: Connection) -> str | None:
    """Return the zone that the rollups were counted for, None before the first time."""
    found: str | None = tx.scalar(select(rollup_zone.c.zone))
    return found


def forget(tx: Connection) -> None:
    """Throw all rollups away and note that every post is to be counted again."""
    tx.execute(delete(rollup_day))
    tx.exec_driver_sql(touched.note_everything(tx.dialect.name))


def waiting(tx: Connection) -> int:
    """Return how many account-hours are to be counted again."""
    return int(tx.scalar(select(func.count()).select_from(rollup_touched)) or 0)


def touched_days(tx: Connection, zone: str, most: int) -> list[Stretch]:
    """Return up to `most` stretches of days to count again, none of them longer than a month."""
    c = rollup_touched.c
    found: dict[str, set[date]] = defaultdict(set)
    for row in tx.execute(select(c.account_id, c.hour).order_by(c.account_id, c.hour).limit(most * LONGEST)):
        begin = _moment(row.hour)
        found[row.account_id] |= {local_day(begin, zone), local_day(begin + HOUR, zone)}
    return [stretch for account_id, days in found.items() for stretch in _stretches(account_id, sorted(days))][:most]


def count_again(tx: Connection, stretch: Stretch, zone: str) -> None:
    """Replace the rollups of some days by what the posts, findings, alerts and reviews give now."""
    begin, end = span(stretch.first, stretch.last, zone)
    inside = _inside(stretch.account_id, begin, end)
    counted = by_day(_posts(tx, inside), _texts(tx, inside), _alerts(tx, inside), zone)
    c, t = rollup_day.c, rollup_touched.c
    tx.execute(delete(rollup_day).where(c.account_id == stretch.account_id, c.day.between(stretch.first, stretch.last)))
    rows = [{"account_id": stretch.account_id, "day": day} | asdict(counts) for day, counts in counted.items()]
    if rows:
        tx.execute(insert(rollup_day), rows)
    hours = t.hour.between(_hour(begin + HOUR), _hour(end - HOUR))  # those that lie wholly inside
    tx.execute(delete(rollup_touched).where(t.account_id == stretch.account_id, hours))


def sums(tx: Connection, since: date, until: date, letters: int, only: Sequence[str] | None = None) -> Rows:
    """Return the figures of all accounts, or of those in `only`, by the first `letters` of the day ("2026-11": 7), as
    `at`, in no order."""
    c = rollup_day.c
    at = func.substr(cast(c.day, String), 1, letters)
    figures = [func.sum(c[name]).label(name) for name in NAMES]
    query = select(at.label("at"), *figures).where(c.day.between(since, until))
    if only is not None:
        query = query.where(c.account_id.in_(only))
    return tx.execute(query.group_by(at)).all()


def assessment(tx: Connection, account_id: str | None = None) -> dict[str, int]:
    """Return how many posts, of one account or of all, had their own words assessed fully, partly or not at all; those
    that no model has looked at yet are counted under ""."""
    c = rollup_day.c
    query = select(*(func.sum(c[name]) for name in ("posts", "own_full", "own_partial", "own_none")))
    row = tx.execute(query if account_id is None else query.where(c.account_id == account_id)).one()
    posts, full, partial, none = (int(n or 0) for n in row)
    found = {"full": full, "partial": partial, "none": none, "": posts - full - partial - none}
    return {level: n for level, n in found.items() if n}


def bounds(tx: Connection) -> tuple[date, date] | None:
    """Return the first and last day that has a post, None when there is none."""
    row = tx.execute(select(func.min(rollup_day.c.day), func.max(rollup_day.c.day))).one()
    return (row[0], row[1]) if row[0] is not None else None


def _posts(tx: Connection, inside: ColumnElement[bool]) -> Iterable[PostRow]:
    counted = func.coalesce(post.c.published_at, post.c.first_seen_at)
    return [PostRow(row.id, row.at) for row in tx.execute(select(post.c.id, counted.label("at")).where(inside))]


def _texts(tx: Connection, inside: ColumnElement[bool]) -> Iterable[TextRow]:
    f = finding.c
    query = select(post.c.id, f.part, f.assessed, f.not_assessed).join_from(
        post, finding, f.version_id == post.c.version_id
    )
    return [TextRow(*row) for row in tx.execute(query.where(inside).order_by(f.id))]


def _alerts(tx: Connection, inside: ColumnElement[bool]) -> Iterable[AlertRow]:
    query = select(post.c.id, alert.c.cause, review.c.judgement).join_from(post, alert, alert.c.post_id == post.c.id)
    query = query.join(review, (review.c.alert_id == alert.c.id) & review.c.undone_at.is_(None), isouter=True)
    return [AlertRow(*row) for row in tx.execute(query.where(inside).order_by(review.c.id))]


def _inside(account_id: str, begin: datetime, end: datetime) -> ColumnElement[bool]:
    p = post.c
    dated = and_(p.published_at >= begin, p.published_at < end)
    undated = and_(p.published_at.is_(None), p.first_seen_at >= begin, p.first_seen_at < end)
    return and_(p.account_id == account_id, or_(dated, undated))


def _stretches(account_id: str, days: list[date]) -> Iterable[Stretch]:
    """Return stretches that hold these days; neighbouring ones share the day at which they were cut.

    In a zone that is half an hour off, an hour of UTC lies in two days; so both of them are in one stretch at least.
    """
    first = last = days[0]
    for day in days[1:]:
        if (day - first).days >= LONGEST:
            yield Stretch(account_id, first, last)
            first = last if (day - last).days == 1 else day
        last = day
    yield Stretch(account_id, first, last)


def _hour(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H}"


def _moment(hour: str) -> datetime:
    return datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC)
