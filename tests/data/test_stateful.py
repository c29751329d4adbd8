"""The review services as a state machine: whatever people, publishers and time do, the ground rules hold."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection, select

from classifier.scan import scan
from data.errors import Conflict, IllegalStep, NotAllowed
from data.model import Alert, AlertStatus, Category, Decision, Judgement, Outcome, Person, Role
from data.policy import default
from data.review import ADVERSE, STEPS
from data.schema import opinion
from data.services import appeals, interim, people, review
from data.services.actors import shell
from data.services.policy import put_in_force
from data.services.verify import verify
from data.store import alerts, ledger
from data.store.engine import Store, create_or_upgrade, open_store
from data.store.rows import AnyRow, Rows
from tests.support.clock import FakeClock
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row
from tests.support.rights import ended

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
JUDGE = WordJudge({"clown": Category.HARASSMENT, "hurt you": Category.THREAT})
NOBODY, CLOWN, WORSE = "bins are out", "what a clown", "what a clown, I will hurt you"
REFUSALS = (Conflict, IllegalStep, NotAllowed)
WINDOW = timedelta(days=default().reply_window_days)
NUMBERS = st.sampled_from([1, 1, 1, 2])
WHO = st.sampled_from(["rita", "otto", "uma"] * 2 + ["owner", "admin"])  # mostly those whose steps lead somewhere
FRESH = st.sampled_from([True, True, True, False])
JUDGEMENTS = st.sampled_from([Judgement.UPHELD, *Judgement])
OUTCOMES = st.sampled_from([*sorted(ADVERSE), *Outcome])
MOVING = sorted({action for _, action in STEPS} - {"join"})  # what a person does, or a reopening, counts in revision


@cache
def template() -> Path:
    """Return a store with one account, two alerts and four people, made once and copied for each example."""
    file = Path(tempfile.mkdtemp(prefix="stateful")) / "s.db"
    store, _ = create_or_upgrade(f"sqlite:///{file}", FakeClock(START))
    add(store, row("bins"))
    put_in_force(store, shell(), default().content.replace("second_look = []", 'second_look = ["refer"]'), "p")
    roles = {"rita": Role.REVIEWER, "otto": Role.SECOND_REVIEWER, "admin": Role.ADMINISTRATOR}
    for name, role in roles.items():
        people.add(store, shell(), f"{name}@council.example", name, [role], None)
    people.add(store, shell(), "uma@council.example", "uma", [Role.REVIEWER], None)
    people.add(store, shell(), "owner@bins.example", "owner", [Role.OWNER, Role.REVIEWER], None)
    store_items(store, "bins", item(3, NOBODY), item(2, CLOWN), item(1, CLOWN))  # newest first
    ended(store)
    list(scan(store, JUDGE))
    store.close()
    return file


class Reviewing(RuleBasedStateMachine):
    """Two alerts on posts of one account; a reviewer, a second one, the owner (who reviews too), an administrator."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="stateful"))
        shutil.copy(template(), self.folder / "s.db")
        self.clock = FakeClock(START)
        self.store: Store = open_store(f"sqlite:///{self.folder}/s.db", self.clock)
        self.people: dict[str, Person] = {p.name: p for p in people.everyone(self.store)}
        self.pages = {n: review.seen(self.alert(n)) for n in (1, 2)}  # what someone has open, perhaps for long
        self.joined = dict.fromkeys((1, 2), 0)  # how often new text joined an alert that was not decided
        self.chain = 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    def alert(self, number: int) -> Alert:
        with self.store.read() as tx:
            return alerts.get(tx, number)

    def page(self, number: int, fresh: bool) -> review.Seen:
        if fresh:
            self.pages[number] = review.seen(self.alert(number))
        return self.pages[number]

    def allowed(self, number: int, name: str, page: review.Seen) -> bool:
        """Say whether this person may take a reviewer's step on this page: the rule, told once more in other words."""
        return self.allowed_before(self.alert(number), name, page)

    def allowed_before(self, now: Alert, name: str, page: review.Seen) -> bool:
        busy = now.status is AlertStatus.CLAIMED and now.claim_until is not None and now.claim_until > self.clock.now
        free = not busy or now.claimed_by == self.people[name].id
        return name in ("rita", "otto", "uma") and free and page == review.seen(now)

    @rule(number=NUMBERS, name=WHO, fresh=FRESH, action=st.sampled_from(["claim", "claim", "release", "ask_reply"]))
    def step(self, number: int, name: str, fresh: bool, action: str) -> None:
        page, before = self.page(number, fresh), self.alert(number)
        may = self.allowed(number, name, page) and (before.status, action) in STEPS
        try:
            after = getattr(review, action)(self.store, self.people[name], page)
        except REFUSALS:
            assert not may
            assert self.alert(number) == before
        else:
            assert may
            assert after.status is STEPS[(before.status, action)]

    @rule(number=NUMBERS, name=st.sampled_from(["owner", "owner", "rita"]))
    def reply(self, number: int, name: str) -> None:
        before = self.alert(number)
        may = name == "owner" and (before.status, "reply") in STEPS
        try:
            review.reply(self.store, self.people[name], number, "It was a joke among colleagues.")
        except REFUSALS:
            assert not may
            assert self.alert(number) == before
        else:
            assert may
            assert self.alert(number).replied_at == self.clock.now

    @rule(
        number=NUMBERS,
        name=WHO,
        fresh=FRESH,
        judgement=JUDGEMENTS,
        outcome=OUTCOMES,
    )
    def decide(self, number: int, name: str, fresh: bool, judgement: Judgement, outcome: Outcome) -> None:
        page, before = self.page(number, fresh), self.alert(number)
        may = self.allowed(number, name, page) and (before.status, "decide") in STEPS
        may &= outcome not in ADVERSE or judgement is Judgement.UPHELD
        try:
            review.decide(self.store, self.people[name], page, Decision(judgement, outcome, "H1", "Because."))
        except REFUSALS:
            assert self.alert(number) == before
        else:
            assert may

    @rule(number=NUMBERS, name=WHO, fresh=FRESH, what=st.sampled_from(["undo", "close", "interim", "lift"]))
    def afterwards(self, number: int, name: str, fresh: bool, what: str) -> None:
        page, before = self.page(number, fresh), self.alert(number)
        try:
            if what == "close":
                appeals.close(self.store, self.people[name], page)
            else:
                step = {"undo": appeals.undo, "interim": interim.ask, "lift": interim.lift}[what]
                step(self.store, self.people[name], page, "Because.")
        except REFUSALS:
            assert self.alert(number) == before
        else:
            assert self.allowed_before(before, name, page)
            assert (self.alert(number).interim_at == self.clock.now) == (what == "interim")

    @rule(number=NUMBERS, name=st.sampled_from(["owner", "owner", "rita"]), fresh=FRESH)
    def appeal(self, number: int, name: str, fresh: bool) -> None:
        page, before = self.page(number, fresh), self.alert(number)
        try:
            appeals.appeal(self.store, self.people[name], page, "Please look again.")
        except REFUSALS:
            assert self.alert(number) == before
        else:
            assert name == "owner"
            assert (before.status, self.alert(number).status) == (AlertStatus.DECIDED, AlertStatus.APPEALED)

    @rule(post=st.sampled_from([1, 1, 2, 3]), text=st.sampled_from([NOBODY, CLOWN, WORSE]), again=st.integers(0, 10**6))
    def publish(self, post: int, text: str, again: int) -> None:
        """The account's post is edited, and scanned."""
        with self.store.read() as tx:
            before = {n: alerts.get(tx, n) for n in (1, 2)}
        store_items(self.store, "bins", item(post, f"{text} ({again})"))
        ended(self.store)
        list(scan(self.store, JUDGE))
        hit = text != NOBODY and post in before and self.alert(post).version_id != before[post].version_id
        if post in before:
            assert hit == (text != NOBODY) or self.alert(post) == before[post]
        if hit and before[post].status not in (AlertStatus.DECIDED, AlertStatus.CLOSED):
            self.joined[post] += 1

    @rule(minutes=st.sampled_from([0.05, 1, 25, 60 * 24, 60 * 24 * 5]))
    def wait(self, minutes: float) -> None:
        self.clock.move(minutes=minutes)

    @invariant()
    def the_rules_hold(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.read() as tx:
            for number in (1, 2):
                found, events = alerts.get(tx, number), alerts.events(tx, number)
                status_is_the_projection(found, events)
                moving = [e for e in events if e.action in MOVING]
                assert found.revision == len(moving) + self.joined[number]
                assert found.interim_at is None or found.status not in (AlertStatus.DECIDED, AlertStatus.CLOSED)
                reviews_match(events, alerts.reviews(tx, number), self.people)
                fresh_eyes(events, alerts.reviews(tx, number), every_opinion(tx, number))
            head = ledger.head(tx)[0]
        assert head >= self.chain
        self.chain = head
        assert verify(self.store, self.folder / "no anchor").problems == ()


def status_is_the_projection(found: Alert, events: Rows) -> None:
    """The events follow the table of steps, each from where the last one led, and the last one led here."""
    assert (events[0].action, events[0].to_status) == ("open", "open")
    assert all(earlier.to_status == later.from_status for earlier, later in pairwise(events))
    assert all(STEPS[(AlertStatus(e.from_status), e.action)] == e.to_status for e in events[1:])
    assert found.status == events[-1].to_status
    assert (found.claimed_by is not None) == (found.status is AlertStatus.CLAIMED)


def reviews_match(events: Rows, reviews: Rows, known: dict[str, Person]) -> None:
    """Each decision has one review, not by who holds the account; adverse ones only after a chance to reply."""
    decisions = [e for e in events if e.action == "decide"]
    assert [e.detail["review"] for e in decisions] == [r.id for r in reviews]
    assert [e.detail["version"] for e in decisions] == [r.version_id for r in reviews]
    assert known["owner"].id not in {r.reviewer_id for r in reviews}
    for decision, kept in zip(decisions, reviews, strict=True):
        if kept.outcome in ADVERSE:
            assert kept.judgement == "upheld"
            assert had_a_chance(decision, events)


def every_opinion(tx: Connection, number: int) -> Rows:
    """Return all opinions on one alert, oldest first."""
    return tx.execute(select(*opinion.c).where(opinion.c.alert_id == number).order_by(opinion.c.id)).all()


def fresh_eyes(events: Rows, reviews: Rows, given: Rows) -> None:
    """Two who look are two people, a decision after a second look is both's, and an appeal is heard by a third."""
    by_id = {one.id: one for one in given}
    for one in given:
        first = by_id.get(one.answers)
        assert first is None or (first.person_id != one.person_id and first.version_id == one.version_id)
    decisions = {e.detail["review"]: e for e in events if e.action == "decide"}
    for n, kept in enumerate(reviews):
        if decisions[kept.id].from_status == AlertStatus.APPEALED:
            assert kept.reviewer_id not in {r.reviewer_id for r in reviews[:n]}
        if decisions[kept.id].from_status == AlertStatus.SECOND_LOOK:
            pair = next(o for o in reversed(given) if o.at == kept.at and o.person_id == kept.reviewer_id)
            assert (by_id[pair.answers].judgement, by_id[pair.answers].outcome) == (kept.judgement, kept.outcome)
        elif kept.outcome == Outcome.REFER and decisions[kept.id].from_status != AlertStatus.APPEALED:
            assert sum(o.version_id == kept.version_id for o in given) >= 2


def had_a_chance(decision: AnyRow, events: Rows) -> bool:
    """Say whether, since the alert was (re-)opened, the owner replied or was asked five days before the decision."""
    until = [e for e in events if e.id < decision.id]
    since = max(e.id for e in until if e.action in ("open", "reopen"))
    life = [e for e in until if e.id > since]
    asked = any(e.action == "ask_reply" and decision.at - e.at >= WINDOW for e in life)
    return asked or any(e.action in ("reply", "appeal") for e in life)


TestReviewing = Reviewing.TestCase
TestReviewing.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
