"""Accounts in the store: who holds them, where they live, and what goes out in an export."""

import pytest

from data.errors import IllegalStep, NotFound
from data.model import Person, Role
from data.services import people as people_service
from data.services import register
from data.services.actors import named, shell
from data.store import accounts, people
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.register import add, row

LONDON = "Europe/London"


def panel(store: Store) -> Person:
    return people_service.add(store, shell(), "pat@council.example", "Pat", [Role.PANEL], None)


def test_holders_are_people_and_the_owner_comes_first(store: Store) -> None:
    add(store, row("bins", deputy_emails="d@bins.example;e@bins.example"))
    with store.read() as tx:
        assert accounts.holders(tx, "bins") == [
            ("owner", "owner@bins.example"),
            ("deputy", "d@bins.example"),
            ("deputy", "e@bins.example"),
        ]
        owner, deputy = people.get(tx, "owner@bins.example"), people.get(tx, "d@bins.example")
        assert people.holds(tx, int(owner.id or 0), "bins")
        assert people.holds(tx, int(deputy.id or 0), "bins")


def test_one_person_may_hold_several_accounts(store: Store) -> None:
    add(store, row("bins", owner_email="o@council.example"), row("parks", owner_email="O@council.example"))
    with store.read() as tx:
        owner = people.get(tx, "o@council.example")
        assert [people.holds(tx, int(owner.id or 0), a) for a in ("bins", "parks")] == [True, True]
        assert len(people.everyone(tx)) == 1


def test_who_holds_it_is_in_the_export(store: Store) -> None:
    add(store, row("bins", deputy_emails="d@bins.example"))
    [entry] = register.export_entries(store)
    assert (entry.owner_email, entry.deputy_emails) == ("owner@bins.example", ("d@bins.example",))


def test_a_lasting_id_is_learnt(store: Store) -> None:
    add(store, row("bins"))
    with store.write() as tx:
        accounts.learn_platform_id(tx, "bins", "did:plc:x")
        assert accounts.get(tx, "bins").platform_id == "did:plc:x"


def test_two_live_accounts_at_one_address_are_refused(store: Store) -> None:
    add(store, row("bins"), row("other", url="https://bins.example/feed.xml", renewal_date=""))
    by = panel(store).email
    with pytest.raises(IllegalStep, match="Account bins has the same address"):
        register.decide(store, LONDON, "other", by, register.Verdict(True, "Useful."))
    register.change(store, "bins", by, "close", "Replaced.")
    assert register.decide(store, LONDON, "other", by, register.Verdict(True, "Useful.")).state == "live"


def test_a_feed_without_an_address_gets_one_with_the_decision(store: Store) -> None:
    add(store, row("bins", url="", handle="Bins", renewal_date=""))
    by = panel(store).email
    with pytest.raises(IllegalStep, match="a feed without an address"):
        register.decide(store, LONDON, "bins", by, register.Verdict(True, "Useful."))
    with pytest.raises(IllegalStep, match="not a web address"):
        register.decide(store, LONDON, "bins", by, register.Verdict(True, "Useful.", url="ftp://x.example"))
    register.decide(store, LONDON, "bins", by, register.Verdict(True, "Useful.", url="https://bins.example/f"))
    [listed] = register.listed(store, LONDON)
    assert (listed.live, listed.account.url) == (True, "https://bins.example/f")


@pytest.mark.parametrize("action", ["suspend", "reinstate", "close"])
def test_a_change_needs_its_reason(store: Store, action: str) -> None:
    add(store, row("bins"))
    with pytest.raises(IllegalStep, match="reason in words"):
        register.change(store, "bins", panel(store).email, action, "  ")


def test_a_closed_passport_stays_closed(store: Store) -> None:
    add(store, row("bins"))
    by = panel(store).email
    register.change(store, "bins", by, "close", "No longer used.")
    for action in ("suspend", "reinstate", "close"):
        with pytest.raises(IllegalStep):
            register.change(store, "bins", by, action, "After all.")


def test_an_approval_ends_a_year_from_today_unless_said(store: Store, clock: FakeClock) -> None:
    add(store, row("bins", renewal_date=""))
    decided = register.decide(store, LONDON, "bins", panel(store).email, register.Verdict(True, "Useful."))
    assert (decided.renewal_date, (decided.renewal_date or clock.now.date()) - clock.now.date()) == (
        clock.now.date() + register.YEAR,
        register.YEAR,
    )


def test_an_approval_that_has_ended_already_is_refused(store: Store, clock: FakeClock) -> None:
    add(store, row("bins", renewal_date=""))
    by, verdict = panel(store).email, register.Verdict(True, "Useful.", until=clock.now.date())
    with pytest.raises(IllegalStep, match="not after today"):
        register.decide(store, LONDON, "bins", by, verdict)


def test_the_shell_is_named_by_its_login(store: Store) -> None:
    with store.read() as tx:
        assert named(tx, None).email.startswith("shell:")
        with pytest.raises(NotFound, match="postreeve user add"):
            named(tx, "nobody@council.example")
