"""What the dossier says of weeks and the back-cast of months equals a recount of the rows, whatever happens to them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from classifier.scan import scan
from data import policy as policies
from data.clock import local_day
from data.model import Assessed, Category, Finding, Part, Person, Role
from data.reports.periods import Unit, start
from data.reports.trends import Ask
from data.schema import finding, post
from data.services import backcast, people, renewal
from data.services.actors import shell
from data.services.erasure import Asked, erase_post
from data.store.engine import Store, create_or_upgrade
from tests.support.clock import FakeClock
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

ZONE = "Europe/London"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRST = date(2026, 8, 3)
JUDGE = WordJudge({"clown": Category.HARASSMENT})
STEPS = st.lists(
    st.tuples(st.sampled_from(["post", "edit", "move", "erase"]), st.integers(0, 20), st.integers(0, 2600)),
    min_size=1,
    max_size=12,
)


def take(store: Store, admin: Person, step: tuple[str, int, int]) -> None:
    """Post, edit, back-date or erase one post of the account, `hours` before noon."""
    kind, number, hours = step
    with store.read() as tx:
        known = {r.platform_id: r.id for r in tx.execute(select(post.c.id, post.c.platform_id, post.c.erased_at))}
    at = NOON - timedelta(hours=hours)
    if kind == "erase":
        if f"p{number}" in known:
            erase_post(store, Asked(admin, "They asked."), known[f"p{number}"])
        return
    words = f"clown {number}" if kind == "edit" else f"bins {number}"
    store_items(store, "bins", item(number, words, published_at=at))
    list(scan(store, JUDGE))


def opened(folder: str) -> tuple[Store, Person]:
    store, _ = create_or_upgrade(f"sqlite:///{Path(folder) / 'store.db'}", FakeClock(NOON))
    add(store, row("bins"))
    return store, people.add(store, shell(), "ada@council.example", "Ada Moss", [Role.ADMINISTRATOR], None)


def days(store: Store) -> list[date]:
    """Return the day of every post, counted from the rows."""
    with store.read() as tx:
        rows = tx.execute(select(post.c.published_at, post.c.first_seen_at)).all()
    return [local_day(r.published_at or r.first_seen_at, ZONE) for r in rows]


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_weeks_equal_a_recount(steps: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        store, admin = opened(folder)
        for step in steps:
            take(store, admin, step)
        found = renewal.dossier(store, shell(), ZONE, "bins", FIRST).kept
        wanted = Counter(start(day, Unit.WEEK) for day in days(store))
        assert {week.first: week.posts for week in found.weeks} == {w.first: wanted[w.first] for w in found.weeks}
        assert len(found.weeks) == 15
        assert found.gaps == 15  # nothing was collected completely, so nothing is said of any of them
        assert found.usual is None
        store.close()


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_the_back_cast_equals_a_recount(steps: list[tuple[str, int, int]]) -> None:
    ask = Ask(FIRST, date(2026, 11, 30), Unit.MONTH, threshold=0)
    with TemporaryDirectory() as folder:
        store, admin = opened(folder)
        for step in steps:
            take(store, admin, step)
        found = backcast.back_cast(store, shell(), ZONE, ask)
        texts, raised = recounted(store)
        told = {line.period: (line.texts, line.raised.number) for line in found.lines if line.period != "all"}
        assert told == {month: (texts[month], raised[month]) for month in told}
        if found.lines:
            assert found.lines[-1].texts == sum(texts.values())
            assert found.read == len(days(store)) == found.posts
        store.close()


def recounted(store: Store) -> tuple[Counter[str], Counter[str]]:
    """Return by month the texts that were read as they stand now, and those that the policy would raise."""
    policy, texts, raised = policies.default(), Counter[str](), Counter[str]()
    with store.read() as tx:
        rows = tx.execute(
            select(finding, post.c.published_at, post.c.first_seen_at).join_from(
                finding, post, post.c.version_id == finding.c.version_id
            )
        ).all()
    for one in rows:
        if one.assessed == Assessed.NONE:
            continue
        month = f"{local_day(one.published_at or one.first_seen_at, ZONE):%Y-%m}"
        said = Finding(one.model_hash, one.score, one.categories, one.characteristics, part=Part(one.part))
        texts[month] += 1
        raised[month] += policies.raises_alert(policies.hits(policy, said))
    return texts, raised
