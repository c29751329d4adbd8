"""Drawing a sample and answering it: off by default, never one's own accounts, never an alert by itself."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select

from classifier.scan import scan
from data.config import Settings
from data.errors import Conflict, IllegalStep, NotAllowed, NotFound, UseError
from data.model import AlertStatus, Category, Judgement, Part, Person, Role
from data.schema import account_person, alert, review, version
from data.schema_samples import sample_item
from data.services import access, answering, estimating, people, sampling
from data.services import review as reviewing
from data.services.actors import shell
from data.services.raising import Urgent
from data.services.sampling import Asked
from data.store import alerts, ledger, posts, samples
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import JUDGE, UPHELD, decide
from tests.support.posts import item, store_items
from tests.support.register import add, row
from tests.support.sampled import ON, answer_all

AddPerson = Callable[..., Person]
YES, NO, UNSURE = Judgement.UPHELD, Judgement.NOT_UPHELD, Judgement.CANNOT_TELL


@pytest.fixture
def rita(store: Store) -> Person:
    """A reviewer; 100 posts of two accounts were seen in September, six of them flagged. It is 22 November."""
    later = store.now()
    fill(store, later)
    return people.add(store, shell(), "rita@council.example", "Rita", [Role.REVIEWER], None)


def fill(store: Store, now: object) -> None:
    assert isinstance(store.now, FakeClock)
    clock = store.now
    clock.move(days=-70)
    for account in ("bins", "parks"):
        add(store, row(account))
        texts = ["what a clown" if n < 3 else f"Post {n} of {account}" for n in range(50)]
        store_items(store, account, *[item(n, text) for n, text in enumerate(texts)])
    list(scan(store, JUDGE))
    clock.move(days=70)
    assert clock() == now


def drawn(store: Store, settings: Settings = ON, **asked: object) -> int:
    usual = {"seed": "feed"} | asked
    return int(sampling.draw(store, shell(), settings, Asked(**usual)).id)  # type: ignore[arg-type]


@pytest.mark.parametrize("missing", ["sample_size", "sample_dpia", "sample_notice"])
def test_it_is_off_until_all_is_settled(store: Store, rita: Person, missing: str) -> None:
    settings = replace(ON, **{missing: 0 if missing == "sample_size" else ""})
    for act in (
        lambda: sampling.draw(store, shell(), settings, Asked()),
        lambda: answering.following(store, rita, settings),
        lambda: answering.uncover(store, rita, settings, 1),
    ):
        with pytest.raises(UseError, match=rf"The sample is off.*not set: {missing}"):
            act()


def test_owners_are_told_first(store: Store, rita: Person) -> None:
    settings = replace(ON, sample_notice="2026-11-23")
    with pytest.raises(UseError, match="off until 2026-11-23"):
        drawn(store, settings)
    with pytest.raises(IllegalStep, match="no post from before is drawn"):
        drawn(store, since=date(2026, 8, 31))
    with pytest.raises(IllegalStep, match="no day to draw from"):
        drawn(store, replace(ON, sample_notice="2026-11-22"))


def test_a_draw_is_on_record_with_all_that_it_takes_to_repeat_it(store: Store, rita: Person) -> None:
    number = drawn(store)
    with store.read() as tx:
        [one] = samples.draws(tx)
        entry = [e for e in ledger.entries(tx) if e.action == "sample.draw"]
        rows = tx.execute(select(*sample_item.c).order_by(sample_item.c.position)).all()
    assert (one.id, one.since, one.until, one.size, one.seed) == (
        number,
        date(2026, 9, 1),
        date(2026, 9, 30),
        40,
        "feed",
    )
    assert (one.dpia, one.models, one.unassessed, one.unscanned) == ("DPIA-12", [JUDGE.hash], 0, 0)
    assert {s["name"]: s["population"] for s in one.strata} == {
        "flagged": 6,
        "highest": 1,
        "next": 8,
        "middle": 38,
        "rest": 47,
    }
    assert json.loads(entry[0].detail or "")["seed"] == "feed"
    assert entry[0].subject == f"draw:{number}"
    assert [r.position for r in rows] == list(range(1, 41))
    assert sum(1 / r.probability for r in rows) == pytest.approx(100)
    assert sum(r.stratum == "flagged" for r in rows) == 6


def test_the_size_is_for_a_quarter_and_no_day_is_drawn_from_twice(store: Store, rita: Person, clock: FakeClock) -> None:
    drawn(store, size=25)
    with pytest.raises(IllegalStep, match="Draw 1 is of 2026-09-01 to 2026-09-30"):
        drawn(store, since=date(2026, 9, 30), until=date(2026, 10, 3))
    with pytest.raises(IllegalStep, match=r"fixes 40 posts a quarter .* 25 are drawn in this one, so 15 may be"):
        drawn(store, since=date(2026, 10, 1), until=date(2026, 10, 3), size=16)
    with pytest.raises(IllegalStep, match="no post was assessed"):
        drawn(store, since=date(2026, 10, 1), until=date(2026, 10, 3))
    with pytest.raises(IllegalStep, match="is not over yet"):
        drawn(store, until=date(2026, 11, 22))
    clock.move(days=60)
    with pytest.raises(IllegalStep, match="no post was assessed"):
        drawn(store)  # another quarter: the whole size again, of other days


def test_only_an_administrator_draws(store: Store, rita: Person) -> None:
    with pytest.raises(NotAllowed, match="takes the role administrator"):
        sampling.draw(store, rita, ON, Asked())


def test_what_was_not_judged_or_is_erased_is_not_drawn(store: Store, rita: Person, clock: FakeClock) -> None:
    clock.move(days=-65)
    store_items(store, "bins", item(900, "Nobody has scanned this"))
    clock.move(days=65)
    with store.write() as tx:
        tx.execute(posts.post.update().where(posts.post.c.id == 20).values(erased_at=store.now()))
    drawn(store)
    with store.read() as tx:
        [one] = samples.draws(tx)
        chosen = set(tx.scalars(select(version.c.post_id).join_from(sample_item, version)))
    assert (one.unscanned, sum(s["population"] for s in one.strata)) == (1, 99)
    assert 20 not in chosen


def test_a_reader_gets_no_score_and_no_post_of_their_own(store: Store, rita: Person) -> None:
    drawn(store)
    with store.write() as tx:
        held = {"account_id": "bins", "person_id": rita.id, "link": "deputy", "since": store.now()}
        tx.execute(insert(account_person).values(**held))
    one = answering.following(store, rita, ON)
    assert one is not None
    assert set(one.__dataclass_fields__) == {"id", "account", "version", "left"}
    seen = answer_all(store, rita, lambda _: NO)
    with store.read() as tx:
        left = tx.execute(select(sample_item.c.id).where(sample_item.c.answered_at.is_(None))).all()
    assert seen + len(left) == 40
    assert left
    with pytest.raises(NotAllowed, match="holds this account"):
        answering.uncover(store, rita, ON, left[0].id)


def test_two_readers_never_get_the_same_post(store: Store, rita: Person, person: AddPerson, clock: FakeClock) -> None:
    uma = person(store, "uma@council.example", Role.SECOND_REVIEWER)
    drawn(store)
    first = answering.following(store, rita, ON)
    assert first is not None
    answering.uncover(store, rita, ON, first.id)
    assert answering.following(store, rita, ON) == first
    other = answering.following(store, uma, ON)
    assert other is not None
    assert other.id != first.id
    with pytest.raises(Conflict, match="begun to read"):
        answering.uncover(store, uma, ON, first.id)
    with pytest.raises(Conflict, match="not shown to you yet"):
        answering.answer(store, uma, first.id, NO)
    clock.move(minutes=21)
    answering.uncover(store, uma, ON, first.id)
    answering.answer(store, uma, first.id, NO)
    with pytest.raises(Conflict, match="Someone else has answered"):
        answering.answer(store, rita, first.id, YES)


def test_an_answer_is_an_answer_and_nothing_else(store: Store, rita: Person) -> None:
    drawn(store)
    with store.read() as tx:
        before = tx.scalar(select(func.count()).select_from(alert)), tx.scalar(select(func.count()).select_from(review))
    assert answer_all(store, rita, lambda text: YES if "clown" in text else NO) == 40
    with store.read() as tx:
        after = tx.scalar(select(func.count()).select_from(alert)), tx.scalar(select(func.count()).select_from(review))
        actions = [e.action for e in ledger.entries(tx)]
        open_ = {one.alert.status for one in alerts.queue(tx)}
    assert before == after == (6, 0)
    assert open_ == {AlertStatus.OPEN}
    assert actions.count("sample.read") == actions.count("sample.answer") == 40


@pytest.mark.parametrize("role", [Role.PANEL, Role.OWNER, Role.ADMINISTRATOR, Role.ANALYST, Role.AUDITOR])
def test_only_reviewers_read_it(store: Store, person: AddPerson, role: Role) -> None:
    someone = person(store, "s@council.example", role)
    for act in (
        lambda: answering.following(store, someone, ON),
        lambda: answering.uncover(store, someone, ON, 1),
        lambda: answering.answer(store, someone, 1, NO),
    ):
        with pytest.raises(NotAllowed, match="role reviewer or second reviewer"):
            act()


def test_a_kind_of_harm_goes_with_harm_alone(store: Store, rita: Person) -> None:
    drawn(store)
    one = answering.following(store, rita, ON)
    assert one is not None
    answering.uncover(store, rita, ON, one.id)
    with pytest.raises(IllegalStep, match="named only of a post that is harmful"):
        answering.answer(store, rita, one.id, NO, [Category.THREAT])
    answering.answer(store, rita, one.id, YES, [Category.THREAT])
    with store.read() as tx:
        found = samples.get(tx, one.id)
    assert found is not None
    assert (found.judgement, found.categories, found.answered_by) == ("upheld", ["threat"], rita.id)


def test_what_cannot_wait_becomes_an_alert_by_name_and_with_a_reason(
    store: Store, rita: Person, person: AddPerson
) -> None:
    drawn(store)
    while (one := answering.following(store, rita, ON)) and "clown" in one.version.text:
        answering.uncover(store, rita, ON, one.id)
        answering.answer(store, rita, one.id, YES)
    assert one is not None
    answering.uncover(store, rita, ON, one.id)
    for judgement, urgent in ((NO, Urgent("T1", "Now!")), (YES, Urgent("T1", "  "))):
        with pytest.raises(IllegalStep, match="harmful post alone, and with a reason"):
            answering.answer(store, rita, one.id, judgement, urgent=urgent)
    with pytest.raises(NotFound, match="no clause 'Z9'"):
        answering.answer(store, rita, one.id, YES, urgent=Urgent("Z9", "Now!"))
    number = answering.answer(store, rita, one.id, YES, [Category.THREAT], Urgent("T1", "It names a street."))
    assert number is not None
    with store.read() as tx:
        made = alerts.get(tx, number)
        [event] = alerts.events(tx, number)
        [hit] = alerts.hits(tx, number)
        assert [e.action for e in ledger.recent(tx, f"alert:{number}")] == ["alert.open"]
    assert (made.status, made.severity, made.cause, made.version_id) == ("open", "urgent", Part.OWN, one.version.id)
    assert (event.actor, event.detail["reason"], hit.clause) == (rita.email, "It names a street.", "T1")
    decide(store, person(store, "uma@council.example", Role.REVIEWER), number, replace(UPHELD, clause="T1"))


def test_a_post_that_has_an_alert_keeps_it_as_it_is(store: Store, rita: Person) -> None:
    drawn(store)
    opened = None
    while opened is None and (one := answering.following(store, rita, ON)):
        answering.uncover(store, rita, ON, one.id)
        urgent = Urgent("H1", "Again.") if "clown" in one.version.text else None
        opened = answering.answer(store, rita, one.id, YES, urgent=urgent)
    with store.read() as tx:
        assert tx.scalar(select(func.count()).select_from(alert)) == 6
        assert opened is not None
        assert len(alerts.events(tx, opened)) == 1


def test_the_estimate_is_weighted_and_names_what_is_left_open(store: Store, rita: Person) -> None:
    with pytest.raises(NotFound, match="No sample was drawn yet"):
        estimating.estimate(store, shell())
    assert estimating.latest(store, shell()) is None
    drawn(store)
    with pytest.raises(NotFound, match="There is no draw 9"):
        estimating.estimate(store, shell(), 9)
    found = estimating.estimate(store, shell())
    assert (found.missed, found.recall, found.unanswered, found.population) == (None, None, 40, 94)
    assert "nothing can be said of all" in " ".join(estimating.sentences(found))
    harmful = {"Post 7 of bins", "Post 30 of parks"}
    answer_all(store, rita, lambda text: YES if "clown" in text or text in harmful else NO)
    found = estimating.estimate(store, shell())
    assert found.missed is not None
    assert found.missed.value == pytest.approx(
        sum(s.population * s.harmful / s.answered for s in found.strata if s.name != "flagged")
    )
    assert found.flagged is not None
    assert (found.flagged.value, found.flagged.low) == (6.0, 6.0)  # all six were read
    assert found.unanswered == 0


def test_none_found_still_allows_some(store: Store, rita: Person) -> None:
    drawn(store)
    answer_all(store, rita, lambda text: UNSURE if text.endswith("9 of bins") else YES if "clown" in text else NO)
    found = estimating.estimate(store, shell())
    assert found.missed is not None
    assert found.missed.value == 0.0
    assert found.possible is not None
    assert 3 < found.possible < 60
    words = " ".join(estimating.sentences(found))
    assert f"None was found, which is not none: with 95% confidence up to {found.possible:,.0f}" in words
    assert "The flags caught about 100%" in words
    assert sum(s.unsure for s in found.strata) == 0 or "there was no telling" in words


def test_what_lost_its_words_meanwhile_is_not_shown(store: Store, rita: Person) -> None:
    drawn(store)
    one = answering.following(store, rita, ON)
    assert one is not None
    answering.uncover(store, rita, ON, one.id)
    with store.write() as tx:
        tx.execute(posts.post.update().where(posts.post.c.id == one.version.post_id).values(erased_at=store.now()))
    with pytest.raises(Conflict, match="were erased meanwhile"):
        answering.answer(store, rita, one.id, NO)
    after = answering.following(store, rita, ON)
    assert after is not None
    assert (after.id != one.id, after.left) == (True, 39)


def test_an_unknown_post_of_a_sample_is_named(store: Store, rita: Person) -> None:
    with pytest.raises(NotFound, match="no post 99"):
        answering.answer(store, rita, 99, NO)
    with pytest.raises(NotAllowed, match="shell"):
        answering.answer(store, replace(rita, id=None, roles=frozenset({Role.OWNER}), email="shell:x"), 99, NO)


def test_what_a_reader_answered_is_in_what_is_held_about_them(store: Store, rita: Person) -> None:
    drawn(store)
    answer_all(store, rita, lambda _: NO)
    admin = people.add(store, shell(), "held@council.example", "Ada", [Role.ADMINISTRATOR], None)
    told = access.about(store, admin, rita.email).sections["posts of samples read"]
    assert told
    assert {row["judgement"] for row in told} == {NO}
    assert not access.about(store, admin, admin.email).sections.get("posts of samples read")


def test_a_later_reading_of_the_alerts_is_untouched(store: Store, rita: Person) -> None:
    """What is decided about flagged posts goes on as if there were no sample."""
    drawn(store)
    answer_all(store, rita, lambda _: NO)
    with store.read() as tx:
        seen = reviewing.seen(alerts.get(tx, 1))
    assert reviewing.claim(store, rita, seen).status == AlertStatus.CLAIMED
    assert timedelta(0) < answering.LEASE <= timedelta(hours=1)
