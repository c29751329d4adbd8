"""The synthetic council in a store: its register as of a day, its people, its score."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from classifier.scan import scan
from data import register
from data.errors import StoreError
from data.model import Category, Finding, PassportState, Role
from data.samples import council
from data.samples.council import SamplePost
from data.samples.prepare import REVIEWER, prepare, source_port
from data.samples.score import Score, score
from data.services import people
from data.services import register as service
from data.store import posts
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

TODAY = date(2026, 11, 22)
ZONE = str(council.ZONE)
BASE = "http://127.0.0.1:4711"


@pytest.fixture
def prepared(sqlite_store: Store) -> Store:
    prepare(sqlite_store, 4711)
    return sqlite_store


def planted(expect: str) -> list[SamplePost]:
    return [post for post in council.all_posts() if post.expect == expect]


def put(store: Store, *chosen: SamplePost) -> None:
    """Store posts of the council under the ids that its feeds give them."""
    for n, post in enumerate(chosen):
        store_items(store, post.account, item(n, post.text, platform_id=post.id))


class Flags:
    """A model that flags exactly the posts it is given."""

    hash = "c" * 64
    manifest = {"name": "flags"}  # noqa: RUF012 - never changed

    def __init__(self, *flagged: SamplePost) -> None:
        self.judge = WordJudge({post.text: Category.HARASSMENT for post in flagged}, self.hash, self.manifest)

    def findings(self, versions: list[object], *, explain: bool = False) -> list[tuple[Finding, ...]]:
        return self.judge.findings(versions, explain=explain)  # type: ignore[arg-type]


def flag(store: Store, *flagged: SamplePost) -> None:
    list(scan(store, Flags(*flagged)))  # type: ignore[arg-type]


@pytest.mark.parametrize("today", [TODAY, date(2027, 12, 31), date(2028, 2, 29)])
def test_the_register_is_complete_on_any_day(today: date) -> None:
    entries = register.read(council.register_csv(BASE, today), "register.csv")
    states = Counter(row["passport"] for row in council.accounts())
    found = Counter(
        "applied"
        if e.passport.state is PassportState.APPLIED
        else "live"
        if e.passport.renewal_date and e.passport.renewal_date >= today
        else "lapsed"
        for e in entries
    )
    assert found == states
    assert {e.account.url for e in entries} == {f"{BASE}/{row['id']}" for row in council.accounts()}


def test_the_dates_of_the_register_stand_in_their_order() -> None:
    entries = register.read(council.register_csv(BASE, TODAY), "register.csv")
    approved = [e.passport for e in entries if e.passport.state is PassportState.LIVE]
    assert all(p.notice_date and p.notice_date < TODAY for p in approved)
    assert all(p.review_date and p.review_date > TODAY for p in approved)
    renewals = [p.renewal_date for p in approved if p.renewal_date and p.renewal_date >= TODAY]
    assert len(set(renewals)) == len(renewals)  # they do not all fall due on one day
    applied = [e.passport for e in entries if e.passport.state is PassportState.APPLIED]
    assert all((p.notice_date, p.review_date, p.renewal_date) == (None, None, None) for p in applied)


def test_a_fresh_store_is_filled(prepared: Store) -> None:
    listed = service.listed(prepared, ZONE)
    assert [r.account.id for r in listed] == sorted(row["id"] for row in council.accounts())
    assert sum(r.live for r in listed) == sum(row["passport"] == "live" for row in council.accounts())
    assert source_port(prepared) == 4711


def test_the_one_to_sign_in_as_can_and_has_the_roles_of_the_tour(sqlite_store: Store) -> None:
    told = prepare(sqlite_store, 4711)
    found = people.who(sqlite_store, people.sign_in(sqlite_store, told.email, told.password))
    assert found is not None
    assert (found.email, found.roles) == (REVIEWER, {Role.REVIEWER, Role.PANEL, Role.ADMINISTRATOR})


def test_preparing_again_keeps_the_store_and_its_port_and_gives_a_new_password(
    prepared: Store, clock: FakeClock
) -> None:
    before = service.export_entries(prepared)
    put(prepared, planted("")[0])
    clock.move(days=40)
    again = prepare(prepared, 4712)
    third = prepare(prepared, 4712)
    assert again.password != third.password
    assert service.export_entries(prepared) == before
    assert source_port(prepared) == 4711
    assert [p.email for p in people.everyone(prepared)].count(REVIEWER) == 1
    with prepared.read() as tx:
        assert posts.count(tx) == 1


def test_an_empty_store_has_no_port_and_a_foreign_one_is_refused(sqlite_store: Store) -> None:
    assert source_port(sqlite_store) == 0
    add(sqlite_store, row("bins"))
    with pytest.raises(StoreError, match=r"postreeve\.db holds another register .* --dir"):
        prepare(sqlite_store, 4711)
    assert [r.account.id for r in service.listed(sqlite_store, ZONE)] == ["bins"]
    assert REVIEWER not in {p.email for p in people.everyone(sqlite_store)}


def test_a_store_with_one_account_more_is_foreign_too(prepared: Store) -> None:
    add(prepared, row("bins"))
    with pytest.raises(StoreError, match="another register"):
        prepare(prepared, 4711)


def test_the_score_counts_what_was_flagged_of_each_kind(prepared: Store) -> None:
    alerts, lookalikes, ordinary = planted("alert")[:4], planted("lookalike")[:3], planted("")[:5]
    put(prepared, *alerts, *lookalikes, *ordinary)
    assert score(prepared) == Score(4, 0, 3, 0, 5, 0)
    flag(prepared, *alerts[:3], lookalikes[0], *ordinary[:2])
    found = score(prepared)
    assert found == Score(4, 3, 3, 1, 5, 2)
    assert list(found.document().values()) == [4, 3, 3, 1, 5, 2]
    assert found.sentences() == (
        "Of 4 posts planted as deserving an alert, 3 were found. Of 3 that only look as if they did, 1 were flagged by "
        "mistake; of 5 ordinary ones, 2."
    )


def test_posts_that_were_not_collected_do_not_count(prepared: Store) -> None:
    assert score(prepared) == Score(0, 0, 0, 0, 0, 0)
    store_items(prepared, council.accounts()[0]["id"], item(1, "not of the demonstration"))
    assert score(prepared) == Score(0, 0, 0, 0, 0, 0)


def test_a_post_goes_out_once_a_year_and_never_today() -> None:
    post = SamplePost("bins", 1, "11-22", "text")
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert post.published(noon).date() == date(2025, 11, 22)
    assert post.published(noon.replace(day=23)).date() == date(2026, 11, 22)
