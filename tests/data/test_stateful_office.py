"""The passport's services as a state machine: whatever the office, holders and time do, the rules hold."""

import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from data.clock import local_day
from data.errors import Conflict, IllegalStep, NotAllowed
from data.model import AccountKind, Passport, PassportState, Person
from data.panel import Vote
from data.passport import ENDED, PANEL, STEPS, is_live
from data.services import applying, belonging, panels, people, register
from data.services.register import CHANGES, Verdict
from data.services.verify import verify
from data.store import accounts, assurances, ledger
from data.store import panels as sittings
from data.store.engine import Store, create_or_upgrade, open_store
from tests.support.clock import FakeClock
from tests.support.office import DOMAIN, ZONE, application, applied, sitting, staff

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
REFUSALS = (Conflict, IllegalStep, NotAllowed)
KINDS = {"news": "corporate", "bins": "service", "ranger": "officer", "ward": "councillor"}
ACCOUNTS = st.sampled_from(sorted(KINDS))
WHO = st.sampled_from(["pat", "pat", "max", "ida", "owner", "deputy", "admin"])
VOTES = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(["for", "for", "against", "recused"]) for name in ("pat", "max", "ida")}
)
QUORUM = 2
ENDINGS = ("refuse", "close")  # more seldom: little follows them


@cache
def template() -> Path:
    """Return a store with four live accounts and the people, made once and copied for each example."""
    file = Path(tempfile.mkdtemp(prefix="stateful")) / "s.db"
    store, _ = create_or_upgrade(f"sqlite:///{file}", FakeClock(START))
    office = staff(store)
    for name, kind in KINDS.items():
        applied(store, office.owner, name, kind=kind)
    belonging.link(store, office.admin, "bins", office.max.email, "line_manager")
    belonging.link(store, office.admin, "news", office.deputy.email, "deputy")
    applying.join(store, office.owner, "ward")
    for name in KINDS:
        two = Verdict(True, "Useful.", sitting=sitting(pat="for", ida="for"))
        register.decide(store, ZONE, name, office.pat.email, two, QUORUM)
    store.close()
    return file


class Office(RuleBasedStateMachine):
    """Four accounts of one owner, one of each kind; a panel of three with a quorum of two, one of them in conflict."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="stateful"))
        shutil.copy(template(), self.folder / "s.db")
        self.clock = FakeClock(START)
        self.store: Store = open_store(f"sqlite:///{self.folder}/s.db", self.clock)
        self.people: dict[str, Person] = {p.name.lower(): p for p in people.everyone(self.store)}
        self.chain = 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    def passport(self, name: str) -> Passport:
        with self.store.read() as tx:
            return accounts.passport_of(tx, name)

    def unchanged(self, name: str, before: Passport) -> None:
        assert self.passport(name) == before

    @rule(name=ACCOUNTS, step=st.sampled_from(PANEL), wish=st.integers(0, 5))
    def panel(self, name: str, step: str, wish: int) -> None:
        """The panel, in its quorum, mostly does what is possible, whatever the kind of the account."""
        possible = [action for action in PANEL if (self.passport(name).state, action) in STEPS]
        going_on = [action for action in possible if action not in ENDINGS] if wish < 4 else possible
        wanted = going_on[wish % len(going_on)] if going_on and wish < 5 else step
        self.decide(name, "pat", {"pat": "for", "ida": "for"}, wanted)

    @rule(name=ACCOUNTS, who=WHO, votes=VOTES, step=st.sampled_from(PANEL))
    def anyone(self, name: str, who: str, votes: dict[str, str], step: str) -> None:
        """Someone records a decision in the panel's name, whether or not there was one."""
        self.decide(name, who, votes, step)

    @rule(name=ACCOUNTS, who=st.sampled_from(["pat", "max", "ida"]), votes=VOTES)
    def disputed(self, name: str, who: str, votes: dict[str, str]) -> None:
        """The panel decides on what waits, with a vote of any kind."""
        if self.passport(name).state in (PassportState.APPLIED, PassportState.LIVE):
            step = "approve" if self.passport(name).state is PassportState.APPLIED else "renew"
            self.decide(name, who, votes, step)

    def decide(self, name: str, who: str, votes: dict[str, str], step: str) -> None:
        """Record a decision; what the services refuse changes nothing, and what they take keeps to the rules."""
        before, by = self.passport(name), self.people[who].email
        came = sitting(**(votes or {"pat": "for", "ida": "for"}))
        verdict = Verdict(step != "refuse", "Because.", sitting=came)
        try:
            if step in CHANGES:
                after = register.change(self.store, name, by, step, "Because.", came, QUORUM)
            elif step == "renew":
                after = register.renew(self.store, ZONE, name, by, verdict, QUORUM)
            else:
                after = register.decide(self.store, ZONE, name, by, verdict, QUORUM)
        except REFUSALS:
            self.unchanged(name, before)
        else:
            assert STEPS[(before.state, step)] is after.state
            assert who in ("pat", "max", "ida")
            assert not (name == "bins" and who == "max")
            assert not (step in ("suspend", "close") and KINDS[name] in ("officer", "councillor"))

    @rule(name=ACCOUNTS, who=st.sampled_from(["owner", "owner", "deputy", "admin", "pat"]))
    def apply(self, name: str, who: str) -> None:
        """Someone applies, again or anew."""
        before = self.passport(name)
        entry = applying.understood(application(name, kind=KINDS[name]))
        try:
            after = applying.apply(self.store, self.people[who], entry)
        except REFUSALS:
            self.unchanged(name, before)
        else:
            assert after.state is PassportState.APPLIED
            assert before.state in (*ENDED, PassportState.RETURNED)
            assert who in ("owner", "admin")

    @rule(name=ACCOUNTS, who=st.sampled_from(["owner", "owner", "deputy", "admin", "pat"]))
    def withdraw(self, name: str, who: str) -> None:
        before = self.passport(name)
        try:
            applying.withdraw(self.store, self.people[who], name, "")
        except REFUSALS:
            self.unchanged(name, before)
        else:
            assert KINDS[name] == "councillor"  # who alone need not say why
            assert self.passport(name).state is PassportState.CLOSED

    @rule(name=st.sampled_from(["ward", "ward", "bins"]), who=st.sampled_from(["owner", "owner", "admin"]))
    def join(self, name: str, who: str) -> None:
        before = self.passport(name)
        try:
            applying.join(self.store, self.people[who], name)
        except REFUSALS:
            self.unchanged(name, before)
        else:
            assert (KINDS[name], who) == ("councillor", "owner")

    @rule(what=st.sampled_from(["link", "unlink"]))
    def deputy(self, what: str) -> None:
        """The corporate account gets a deputy, or loses one."""
        with_reason = ("Moved.",) if what == "unlink" else ()
        try:
            step = belonging.link if what == "link" else belonging.unlink
            step(self.store, self.people["admin"], "news", f"deputy@{DOMAIN}", "deputy", *with_reason)  # type: ignore[operator]
        except IllegalStep:
            pass

    @rule(days=st.sampled_from([1, 40, 400]))
    def wait(self, days: int) -> None:
        self.clock.move(days=days)

    @invariant()
    def the_rules_hold(self) -> None:
        if not hasattr(self, "store"):
            return
        today = local_day(self.clock.now, ZONE)
        live = {line.account.id for line in register.listed(self.store, ZONE) if line.live}
        with self.store.read() as tx:
            for name, kind in KINDS.items():
                passport, steps = accounts.passport_of(tx, name), accounts.passport_events(tx, name)
                mine = [s for s in steps if s.passport_id == passport.id]
                assert all(a.to_state == b.from_state for a, b in pairwise(mine))
                assert all(STEPS[(PassportState(s.from_state), s.action)] == s.to_state for s in mine[1:])
                assert mine[-1].to_state == passport.state
                assert all(s.actor and s.reason for s in steps)
                assert (name in live) == is_live(passport, today)
                if kind == AccountKind.COUNCILLOR and passport.state is PassportState.LIVE:
                    assert assurances.choice(tx, name) is not None
                decisions = {s.id for s in steps if s.action in PANEL}
                sat = sittings.of_account(tx, name)
                assert {s.event_id for s in sat} == decisions
                members = sittings.members(tx, name)
                for one in sat:
                    votes = [m.vote for m in members if m.event_id == one.event_id]
                    free = [v for v in votes if v != Vote.RECUSED]
                    assert one.counted == len(free) >= QUORUM
                    assert free.count(Vote.FOR) > free.count(Vote.AGAINST)
                if name == "bins":
                    assert all(m.vote == Vote.RECUSED for m in members if m.email == f"max@{DOMAIN}")
            head = ledger.head(tx)[0]
        assert head >= self.chain
        self.chain = head
        assert verify(self.store, self.folder / "no anchor").problems == ()

    @invariant()
    def a_corporate_account_is_approved_with_two_people(self) -> None:
        if not hasattr(self, "store"):
            return
        found = panels.dossier(self.store, self.people["pat"], ZONE, "news")
        if found.history[-1].action in ("approve", "renew") and found.history[-1].at == self.clock.now:
            with self.store.read() as tx:
                unlinked = [e for e in ledger.recent(tx, "account:news") if e.action == "account.unlink"]
            assert not found.hindrances or (unlinked and unlinked[0].at == self.clock.now)


TestOffice = Office.TestCase
TestOffice.settings = settings(
    max_examples=20,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
