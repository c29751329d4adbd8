"""The office's papers lose their words in time: votes, dates and decisions stay, a hold wins."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Column, select

from data.columns import UtcTime
from data.config import Settings
from data.panel import Seat, Sitting, Vote
from data.retention import Periods, periods
from data.schema import application, panel_member, passport_event
from data.schema_register import member_choice, panel_sitting
from data.schema_rights import rights_case
from data.services import applying, cases, holds, register
from data.services.cases import Kind
from data.services.register import Verdict
from data.services.retention import Retention
from data.services.verify import verify
from data.store.engine import Store
from data.store.papers import PAPERS, Paper
from tests.support.clock import FakeClock
from tests.support.office import ZONE, Office, staff
from tests.support.office import application as wanted

KEPT_FOR = periods(Settings())
SEVEN_YEARS = timedelta(days=7 * 366)
CANARY = "Bronwen Pike"


@pytest.fixture
def office(store: Store) -> Office:
    """A panel that decided on account bins with a minute that names someone, and a closed complaint by them."""
    found = staff(store)
    entry = applying.understood(wanted("bins", owner_email=found.owner.email))
    applying.apply(store, found.owner, entry, f"As {CANARY} asked.")
    came = Sitting(
        (Seat(found.pat.email, Vote.FOR, f"Works with {CANARY}."), Seat(found.max.email)), f"{CANARY} spoke."
    )
    register.decide(store, ZONE, "bins", found.pat.email, Verdict(True, "Useful.", sitting=came), 2)
    return found


def said(store: Store, column: Column[str]) -> list[str]:
    with store.read() as tx:
        return [word for word in tx.scalars(select(column)) if word]


def run(store: Store, office: Office, kept_for: Periods = KEPT_FOR) -> Retention:
    done = Retention(store, office.admin, kept_for)
    list(done.steps())
    return done


def test_minutes_interests_and_notes_go_in_time_and_votes_stay(store: Store, office: Office, clock: FakeClock) -> None:
    clock.move(days=2191)
    assert run(store, office).certificate is None
    assert said(store, panel_sitting.c.minute) == [f"{CANARY} spoke."]
    clock.move(days=2)
    assert Retention(store, office.admin, KEPT_FOR).due() == {"panel_sitting": 1, "panel_member": 1, "application": 1}
    done = run(store, office)
    assert {name: done.counts[name] for name in ("panel_sitting", "panel_member", "application")} == {
        "panel_sitting": 1,
        "panel_member": 1,
        "application": 1,
    }
    for column in (panel_sitting.c.minute, panel_member.c.interest, application.c.note):
        assert said(store, column) == []
    assert said(store, panel_member.c.vote) == ["for", "for"]
    assert "approve" in said(store, passport_event.c.action)
    assert verify(store, Path("no anchor")).problems == ()
    assert run(store, office).certificate is None


def test_a_hold_on_the_account_keeps_them(store: Store, office: Office, clock: FakeClock) -> None:
    holds.place(store, office.admin, "account:bins", "Before the tribunal.")
    clock.now += SEVEN_YEARS
    run(store, office)
    assert said(store, panel_sitting.c.minute) == [f"{CANARY} spoke."]
    assert said(store, panel_member.c.interest) == [f"Works with {CANARY}."]
    holds.lift(store, office.admin, "account:bins", "Settled.")
    run(store, office)
    assert said(store, panel_sitting.c.minute) == []


def test_a_request_goes_once_it_was_answered_and_not_before(store: Store, office: Office, clock: FakeClock) -> None:
    answered = cases.open_case(store, ZONE, office.admin, Kind.COMPLAINT, CANARY, "The minute.")
    cases.open_case(store, ZONE, office.admin, Kind.ACCESS, "Oswin Tarrant", "Everything.")
    cases.close(store, office.admin, answered, "Explained.")
    clock.now += SEVEN_YEARS
    assert run(store, office).counts["rights_case"] == 1
    assert said(store, rights_case.c.person) == ["Oswin Tarrant"]
    assert said(store, rights_case.c.outcome) == []
    assert sorted(said(store, rights_case.c.kind)) == ["access", "complaint"]


def test_why_a_councillor_left_goes_too(store: Store, office: Office, clock: FakeClock) -> None:
    cells = {"kind": "councillor", "handle": "Cllr Marsh", "department": "Members"}
    applying.apply(store, office.owner, applying.understood(wanted("marsh", **cells, owner_email=office.owner.email)))
    applying.join(store, office.owner, "marsh")
    applying.withdraw(store, office.owner, "marsh", f"{CANARY} will not stop writing.")
    clock.now += SEVEN_YEARS
    run(store, office)
    assert said(store, member_choice.c.reason) == []
    with store.read() as tx:
        assert tx.scalar(select(member_choice.c.withdrawn_at)) is not None


def test_nothing_goes_where_no_period_is_set(store: Store, office: Office, clock: FakeClock) -> None:
    clock.now += SEVEN_YEARS
    run(store, office, periods(Settings(retention_papers=0)))
    assert said(store, application.c.note) == [f"As {CANARY} asked."]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.table.name)
def test_each_paper_has_words_a_time_and_a_number(paper: Paper) -> None:
    assert all(word.table is paper.table for word in paper.words)
    assert "id" in paper.table.c
    assert isinstance(paper.since.type, UtcTime)
    assert (paper.account is None) == (paper.table is rights_case)
