"""The store's own files of the passport office: dates, orders and edges, on both databases."""

from datetime import date, timedelta

import pytest

from classifier.scan import scan
from data.business_case import BARE, BusinessCase
from data.errors import NotAllowed
from data.model import Category
from data.panel import Seat, Vote
from data.passport import is_live, standing
from data.services import appeals, owning, register, review, supporting
from data.services.register import Verdict
from data.store import accounts, alerts, assurances, business, links, panels, people, staff
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.office import ZONE, Office, applied, approved
from tests.support.office import staff as add_staff
from tests.support.posts import WordJudge, item, store_items

DAY = timedelta(days=1)
TODAY = date(2026, 11, 22)


@pytest.fixture
def who(store: Store) -> Office:
    return add_staff(store)


def number(store: Store, account_id: str = "bins") -> int:
    with store.read() as tx:
        return int(accounts.passport_of(tx, account_id).id or 0)


def test_a_business_case_is_replaced_whole(store: Store, who: Office) -> None:
    applied(store, who.owner)
    case = BusinessCase("Bins", "Opinions", 0, None, ("employment", "legal_claims"))
    with store.write() as tx:
        assert business.get(tx, number(store)) == BARE
        business.put(tx, number(store), case)
        assert business.get(tx, number(store)) == case
        business.put(tx, number(store), BusinessCase(posts_to=3))
        assert business.everything(tx) == {number(store): BusinessCase(posts_to=3)}
        assert business.get(tx, 999) == BARE


def test_an_imported_passport_has_no_application(store: Store, who: Office) -> None:
    from tests.support.register import add, row

    add(store, row("parks"))
    applied(store, who.owner)
    with store.read() as tx:
        assert business.application_of(tx, number(store, "parks")) is None
        made = business.application_of(tx, number(store))
    assert made is not None
    assert (made.submitted_by, made.submitted_at) == (who.owner.id, store.now())


def test_links_come_owners_first_and_count_each_person_once(store: Store, who: Office) -> None:
    applied(
        store,
        who.owner,
        deputy_emails=f"{who.deputy.email};{who.owner.email}",
        may_post_emails=who.admin.email,
        line_manager_emails=who.max.email,
    )
    with store.read() as tx:
        rows = links.of_account(tx, "bins")
        assert [row.link for row in rows] == ["owner", "deputy", "deputy", "may_post", "line_manager"]
        assert links.deputies(rows) == 2
        held = {p.id: links.answers_for(tx, int(p.id or 0)) for p in (who.owner, who.deputy, who.admin, who.max)}
        assert held == {who.owner.id: {"bins"}, who.deputy.id: {"bins"}, who.admin.id: {"bins"}, who.max.id: set()}
        assert people.holds(tx, int(who.max.id or 0), "bins")  # recused all the same


def test_a_link_stood_on_the_days_it_touches(store: Store, who: Office, clock: FakeClock) -> None:
    applied(store, who.owner)
    begun = clock.now
    clock.move(days=2)
    with store.write() as tx:
        links.end(tx, [links.of_account(tx, "bins")[0].id], clock.now)
    for first, last, there in (
        (begun - DAY, begun, 0),
        (begun - DAY, begun + DAY, 1),
        (clock.now - DAY, clock.now, 1),
        (clock.now, clock.now + DAY, 0),
    ):
        with store.read() as tx:
            assert len(links.stood(tx, "bins", first, last)) == there
    with store.read() as tx:
        assert links.of_account(tx, "bins") == []
        assert links.ownerless(tx) == ["bins"]


def test_what_has_ended_is_no_ownerless_account(store: Store, who: Office) -> None:
    applied(store, who.owner)
    register.decide(store, ZONE, "bins", who.pat.email, Verdict(False, "No."))
    with store.write() as tx:
        links.end(tx, [row.id for row in links.of_account(tx, "bins")], store.now())
        assert links.ownerless(tx) == []


def test_a_member_may_choose_again(store: Store, who: Office, clock: FakeClock) -> None:
    applied(store, who.owner, "ward", kind="councillor")
    with store.write() as tx:
        assert assurances.choice(tx, "ward") is None
        assurances.join(tx, "ward", int(who.owner.id or 0), clock.now)
        assurances.take_back(tx, "ward", "No more.", clock.now + DAY)
        assert assurances.choice(tx, "ward") is None
        assurances.join(tx, "ward", int(who.owner.id or 0), clock.now + 2 * DAY)
        found = assurances.choice(tx, "ward")
    assert found is not None
    assert found.joined_at == clock.now + 2 * DAY


def test_where_people_work_keeps_its_dates(store: Store, who: Office, clock: FakeClock, rows: object) -> None:
    person = int(who.owner.id or 0)
    with store.write() as tx:
        assert staff.works(tx, person) is None
        assert staff.set_work(tx, person, "Parks", None, None, clock.now)
        assert not staff.set_work(tx, person, "Parks", None, None, clock.now + DAY)
        assert staff.set_work(tx, person, "Parks", who.max.id, TODAY, clock.now + DAY)
        now = staff.works(tx, person)
        assert [row.person_id for row in staff.gone_by(tx, TODAY + DAY)] == [person]
        assert staff.gone_by(tx, TODAY) == []
        staff.end_work(tx, person, clock.now + 2 * DAY)
        assert staff.gone_by(tx, TODAY + DAY) == []
    assert now is not None
    assert (now.line_manager_id, now.since) == (who.max.id, clock.now + DAY)


def test_a_sitting_is_read_back_as_it_was(store: Store, who: Office) -> None:
    approved(store, who)
    with store.write() as tx:
        event = accounts.add_passport_event(tx, number(store), store.now(), who.pat.email, "renew", reason="Yes.")
        seats = [(int(who.pat.id or 0), Seat(who.pat.email)), (int(who.max.id or 0), Seat("", Vote.RECUSED, "Mine."))]
        panels.record(tx, event, seats, 1, 1, "We met.")
        assert [(s.action, s.counted, s.minute) for s in panels.of_account(tx, "bins")] == [
            ("approve", 1, ""),
            ("renew", 1, "We met."),
        ]
        there = [(m.email, m.vote, m.interest) for m in panels.members(tx, "bins") if m.event_id == event]
        assert there == [(who.pat.email, "for", ""), (who.max.email, "recused", "Mine.")]
        assert accounts.last_step(tx, number(store)) == event
        assert accounts.last_steps(tx)[number(store)].action == "renew"
        assert panels.of_account(tx, "parks") == []


def test_live_is_the_same_wherever_it_is_asked(store: Store, who: Office, clock: FakeClock) -> None:
    found = approved(store, who)
    for days in (0, 304, 305, 365, 366):
        today = TODAY + timedelta(days=days)
        assert accounts.is_live(found, today) is is_live(found, today) is (days < 366)
        assert (standing(found, today) == "lapsed") is (days == 366)


def test_a_line_manager_neither_replies_nor_appeals_nor_sees_support(store: Store, who: Office) -> None:
    approved(store, who, line_manager_emails=who.deputy.email)
    store_items(store, "bins", item(1, "what a clown"))
    list(scan(store, WordJudge({"clown": Category.HARASSMENT})))
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, 1))
    with pytest.raises(NotAllowed, match="does not hold"):
        review.reply(store, who.deputy, 1, "I manage them.")
    with pytest.raises(NotAllowed):
        appeals.appeal(store, who.deputy, seen, "I manage them.")
    with pytest.raises(NotAllowed):
        owning.my_alert(store, who.deputy, 1)
    assert owning.mine(store, who.deputy) == ()
    assert supporting.offered(store, who.deputy) == []
    assert review.reply(store, who.owner, 1, "It was a joke.").replied_at == store.now()
