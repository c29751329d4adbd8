"""The rollups are what counting anew gives, whatever is edited, judged, erased, deleted or back-dated."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from classifier.scan import scan
from data.model import Category
from data.schema import alert, alert_event, alert_hit, explanation, finding, post, reply, review, version
from data.schema_reports import rollup_day, rollup_touched
from data.services import rollups
from data.services.actors import shell
from data.store import rollups as table
from data.store import touched
from data.store.engine import Store
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

LONDON = "Europe/London"
JUDGE = WordJudge({"clown": Category.HARASSMENT})
NAMES = ("posts", "waiting", "texts", "unassessed", "raised", "upheld", "not_upheld")
Rows = Callable[[Store, str], list[tuple[object, ...]]]
Figures = dict[tuple[str, date], tuple[int, ...]]


def kept(store: Store) -> Figures:
    with store.read() as tx:
        rows = tx.execute(select(*rollup_day.c)).all()
    return {(r.account_id, r.day): tuple(getattr(r, n) for n in NAMES) for r in rows}


def counted(store: Store, zone: str) -> Figures:
    """Count everything in the plainest way there is."""
    found: dict[tuple[str, date], Counter[str]] = {}
    with store.read() as tx:
        for p in tx.execute(select(*post.c)).all():
            at = p.published_at or p.first_seen_at
            figures = found.setdefault((p.account_id, at.astimezone(ZoneInfo(zone)).date()), Counter())
            figures["posts"] += 1
            findings = tx.execute(
                select(*finding.c).where(finding.c.version_id == p.version_id).order_by(finding.c.id)
            ).all()
            level = {f.part: f for f in findings}
            alerts = {a.cause: a for a in tx.execute(select(*alert.c).where(alert.c.post_id == p.id)).all()}
            figures["waiting"] += not level and not alerts
            for part in {*level, *alerts}:
                good = part in alerts or level[part].assessed in ("full", "partial")
                figures["texts"] += good
                figures["unassessed"] += not good and level[part].not_assessed != ["empty"]
            for a in alerts.values():
                figures["raised"] += 1
                judged = tx.execute(select(*review.c).where(review.c.alert_id == a.id).order_by(review.c.id)).all()
                standing = [r.judgement for r in judged if r.undone_at is None]
                figures["upheld"] += standing[-1:] == ["upheld"]
                figures["not_upheld"] += standing[-1:] == ["not_upheld"]
    return {key: tuple(figures[n] for n in NAMES) for key, figures in found.items()}


def judge(store: Store, alert_id: int, judgement: str, undone: bool = False) -> None:
    """Put a judgement on record as a row, whatever the rules of the review say."""
    now = store.now()
    with store.write() as tx:
        who = tx.scalar(select(text("id")).select_from(text("person")).limit(1))
        on = tx.execute(select(alert.c.version_id).where(alert.c.id == alert_id)).one()
        policy = tx.scalar(text("SELECT id FROM policy_version LIMIT 1"))
        values = {"alert_id": alert_id, "version_id": on.version_id, "policy_version_id": policy, "at": now}
        values |= {"reviewer_id": who, "judgement": judgement, "outcome": "advice", "clause": "H1", "reason": "x"}
        tx.execute(
            review.insert().values(**values, categories=[], characteristics=[], undone_at=now if undone else None)
        )


def every(store: Store, column: object) -> list[int]:
    with store.read() as tx:
        return list(tx.scalars(select(column)))  # type: ignore[call-overload]


def edit(store: Store, n: int, hours: int) -> None:
    known = every(store, post.c.id)
    words = "what a clown" if n % 2 else "bins are out"
    store_items(store, "bins", item(n % (len(known) + 1) + 1, f"{words}, edited {hours}"))


def publish(store: Store, n: int, hours: int) -> None:
    at = datetime(2026, 3, 29, 0, 30, tzinfo=UTC) + timedelta(hours=hours)  # around the clock change
    words = "what a clown" if n % 2 else "bins are out"
    shared = {"shared_text": "they are clowns"} if n % 3 == 0 else {}
    store_items(store, "parks" if n % 5 == 0 else "bins", item(n + 100, words, published_at=at, **shared))


def undated(store: Store, n: int, hours: int) -> None:
    store_items(store, "bins", item(n + 500, "no date", published_at=None))


def scan_all(store: Store, n: int, hours: int) -> None:
    list(scan(store, JUDGE))


def judge_one(store: Store, n: int, hours: int) -> None:
    known = every(store, alert.c.id)
    if known:
        judge(store, known[n % len(known)], ("upheld", "not_upheld", "cannot_tell")[hours % 3], undone=n % 4 == 0)


def undo(store: Store, n: int, hours: int) -> None:
    known = every(store, review.c.id)
    if known:
        with store.write() as tx:
            tx.execute(update(review).where(review.c.id == known[n % len(known)]).values(undone_at=store.now()))


def back_date(store: Store, n: int, hours: int) -> None:
    known = every(store, post.c.id)
    if known:
        at = datetime(2025, 10, 26, tzinfo=UTC) + timedelta(hours=hours)
        with store.write() as tx:
            tx.execute(update(post).where(post.c.id == known[n % len(known)]).values(published_at=at))


def erase(store: Store, n: int, hours: int) -> None:
    """Delete the findings of a post and null its words."""
    known = every(store, post.c.id)
    if known:
        mine = select(version.c.id).where(version.c.post_id == known[n % len(known)])
        with store.write() as tx:
            tx.execute(update(version).where(version.c.id.in_(mine)).values(text="", shared_text=""))
            found = select(finding.c.id).where(finding.c.version_id.in_(mine))
            tx.execute(delete(explanation).where(explanation.c.finding_id.in_(found)))
            tx.execute(delete(alert_hit).where(alert_hit.c.finding_id.in_(found)))
            tx.execute(delete(finding).where(finding.c.version_id.in_(mine)))


def expire(store: Store, n: int, hours: int) -> None:
    """Delete a post with everything about it."""
    known = every(store, post.c.id)
    if known:
        erase(store, n, hours)
        gone = known[n % len(known)]
        mine = select(alert.c.id).where(alert.c.post_id == gone)
        with store.write() as tx:
            for child in (review, reply, alert_event, alert_hit):
                tx.execute(delete(child).where(child.c.alert_id.in_(mine)))
            tx.execute(delete(alert).where(alert.c.post_id == gone))
            tx.execute(delete(version).where(version.c.post_id == gone))
            tx.execute(delete(post).where(post.c.id == gone))


def refresh(store: Store, n: int, hours: int) -> None:
    rollups.refresh(store, LONDON)


DEEDS: list[Callable[[Store, int, int], None]] = [
    publish, publish, undated, edit, scan_all, scan_all, judge_one, judge_one, undo, back_date, erase, expire, refresh,
]  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 30), st.integers(0, 60)), min_size=3, max_size=14))
def test_rollups_are_what_counting_anew_gives(
    store: Store, deeds: list[tuple[Callable[[Store, int, int], None], int, int]]
) -> None:
    if not kept(store) and not every(store, post.c.id):
        with store.read() as tx:
            empty = tx.execute(text("SELECT count(*) FROM account")).scalar() == 0
        if empty:
            add(store, row("bins"), row("parks"))
    for deed, n, hours in deeds:
        deed(store, n, hours)
    rollups.refresh(store, LONDON)
    assert kept(store) == counted(store, LONDON)
    assert every(store, rollup_touched.c.hour) == []


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Kolkata", "Pacific/Auckland", "Asia/Kathmandu"])
def test_days_are_those_of_the_zone_and_another_zone_counts_anew(sqlite_store: Store, zone: str) -> None:
    add(sqlite_store, row("bins"))
    start = datetime(2026, 3, 20, tzinfo=UTC)
    store_items(sqlite_store, "bins", *[item(n, published_at=start + timedelta(minutes=47 * n)) for n in range(300)])
    rollups.refresh(sqlite_store, LONDON)
    rollups.refresh(sqlite_store, zone)
    assert kept(sqlite_store) == counted(sqlite_store, zone)
    assert sum(f[0] for f in kept(sqlite_store).values()) == 300


def test_a_long_run_of_days_is_counted_in_stretches(sqlite_store: Store) -> None:
    add(sqlite_store, row("bins"))
    start = datetime(2024, 1, 1, 12, tzinfo=UTC)
    store_items(sqlite_store, "bins", *[item(n, published_at=start + timedelta(days=n)) for n in range(100)])
    with sqlite_store.read() as tx:
        found = table.touched_days(tx, LONDON, 99)
    assert [(s.last - s.first).days for s in found] == [30, 30, 30, 9]
    assert all(a.last == b.first for a, b in pairwise(found))
    assert rollups.refresh(sqlite_store, LONDON, most=1) == 0
    assert kept(sqlite_store) == counted(sqlite_store, LONDON)


def test_nothing_touched_writes_nothing(sqlite_store: Store) -> None:
    add(sqlite_store, row("bins"))
    store_items(sqlite_store, "bins", item(1))
    rollups.refresh(sqlite_store, LONDON)
    before = kept(sqlite_store)
    with sqlite_store.write() as tx:  # seen again, gone: nothing of it is counted
        tx.execute(update(post).values(last_seen_at=sqlite_store.now(), gone_at=sqlite_store.now()))
    assert every(sqlite_store, rollup_touched.c.hour) == []
    assert rollups.refresh(sqlite_store, LONDON) == 0
    assert kept(sqlite_store) == before


def test_a_rebuild_gives_the_same_and_is_audited(sqlite_store: Store, rows: Rows) -> None:
    add(sqlite_store, row("bins"))
    store_items(sqlite_store, "bins", item(1), item(2, "what a clown"))
    list(scan(sqlite_store, JUDGE))
    rollups.refresh(sqlite_store, LONDON)
    before = kept(sqlite_store)
    with sqlite_store.write() as tx:
        tx.execute(update(rollup_day).values(posts=99))
    assert list(rollups.rebuild(sqlite_store, shell(), LONDON))[-1] == 0
    assert kept(sqlite_store) == before
    assert rows(sqlite_store, "SELECT count(*) FROM audit_log WHERE action = 'rollup.rebuild'") == [(1,)]


def test_every_trigger_is_there(sqlite_store: Store, rows: Rows) -> None:
    """A migration that makes a table anew would lose them without a word."""
    found = {name for (name,) in rows(sqlite_store, "SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    wanted = {f"rollup_{name}_{event}" for name in touched.WATCHED for event in ("insert", "update", "delete")}
    assert wanted <= found
