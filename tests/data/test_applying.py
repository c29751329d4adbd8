"""Applications, members' choices and the panel's sittings through the services, on both databases."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from data import passport
from data.errors import IllegalStep, InputError, NotAllowed, PostreeveError
from data.model import PassportState, Person, Role
from data.panel import ALONE, Seat, Sitting, Vote
from data.permissions import PERMISSIONS, Action
from data.services import access, applying, assuring, belonging, panels, people, register, trainings
from data.services.actors import shell
from data.services.register import Verdict
from data.store import accounts, assurances, business, ledger, links
from data.store.engine import Store
from data.store.unnaming import unname
from tests.support.clock import FakeClock
from tests.support.office import DOMAIN, ZONE, Office, application, applied, approved, sitting, staff

COUNCILLOR = {"kind": "councillor", "handle": "Cllr Marsh", "department": "Members"}
YES = Verdict(True, "Useful.")


@pytest.fixture
def office(store: Store) -> Office:
    return staff(store)


def actions(store: Store, account_id: str = "bins") -> list[str]:
    return [step.action for step in register.history(store, account_id)]


def audited(store: Store, account_id: str = "bins") -> list[str]:
    with store.read() as tx:
        return [entry.action for entry in reversed(ledger.recent(tx, f"account:{account_id}"))]


def test_an_application_goes_back_comes_again_and_is_approved_with_conditions(store: Store, office: Office) -> None:
    applied(store, office.owner, will_post="Bin days", posts_from="2", posts_to="5", special="employment")
    returned = register.change(store, "bins", office.pat.email, "return", "How often?")
    assert returned.state is PassportState.RETURNED
    again = applying.present(store, office.owner, "bins") | {"cadence": "daily", "posts_to": "7"}
    assert applying.apply(store, office.owner, applying.understood(again)).cadence == "daily"
    live = register.decide(store, ZONE, "bins", office.pat.email, Verdict(True, "Good.", "Two people."))
    assert (live.state, live.conditions) == (PassportState.LIVE, "Two people.")
    assert actions(store) == ["apply", "return", "apply", "approve"]
    assert audited(store) == ["passport.apply", "passport.return", "passport.apply", "passport.approve"]
    with store.read() as tx:
        case = business.get(tx, int(live.id or 0))
        made = business.application_of(tx, int(live.id or 0))
    assert (case.will_post, case.posts_from, case.posts_to, case.special) == ("Bin days", 2, 7, ("employment",))
    assert made is not None
    assert made.submitted_by == office.owner.id


@pytest.mark.parametrize(("kind", "told"), [("personal", "their own time"), ("union", "union activity is protected")])
def test_personal_and_union_accounts_are_refused_with_the_reason(kind: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        applying.understood(application(kind=kind))


def test_an_application_cannot_approve_itself(store: Store, office: Office) -> None:
    found = applied(store, office.owner, renewal_date="2099-01-01", conditions="None.")
    assert (found.state, found.renewal_date, found.conditions) == (PassportState.APPLIED, None, "")


def test_one_applies_for_what_is_one_s_own(store: Store, office: Office) -> None:
    with pytest.raises(NotAllowed, match="name yourself as the owner or a deputy"):
        applied(store, office.deputy)
    applied(store, office.deputy, deputy_emails=office.deputy.email)
    applied(store, office.admin, "parks")
    with pytest.raises(NotAllowed, match="may not apply"):
        applied(store, office.pat, "trees")


def test_who_does_not_hold_an_account_cannot_apply_for_it_again(store: Store, office: Office) -> None:
    applied(store, office.owner)
    register.change(store, "bins", office.pat.email, "return", "More.")
    with pytest.raises(NotAllowed, match="does not hold account bins"):
        applied(store, office.deputy, owner_email=office.deputy.email)
    with pytest.raises(NotAllowed, match="does not hold account bins"):
        applying.present(store, office.deputy, "bins")


def test_what_waits_or_is_live_is_not_applied_for_twice(store: Store, office: Office) -> None:
    applied(store, office.owner)
    with pytest.raises(IllegalStep, match="its passport is applied"):
        applied(store, office.owner)
    register.decide(store, ZONE, "bins", office.pat.email, YES)
    with pytest.raises(IllegalStep, match="its passport is live"):
        applied(store, office.owner)


def test_after_an_end_an_account_gets_a_new_passport(store: Store, office: Office) -> None:
    approved(store, office)
    register.change(store, "bins", office.pat.email, "close", "Not needed.")
    again = applied(store, office.owner, purpose="Needed after all")
    assert (again.state, again.purpose) == (PassportState.APPLIED, "Needed after all")
    assert actions(store) == ["apply", "approve", "close", "apply"]


def test_a_corporate_account_needs_two_people_to_be_approved_or_renewed(store: Store, office: Office) -> None:
    applied(store, office.owner, kind="corporate", deputy_emails=f"owner@{DOMAIN}")
    with pytest.raises(IllegalStep, match="two people at least"):
        register.decide(store, ZONE, "bins", office.pat.email, YES)
    belonging.link(store, office.admin, "bins", office.deputy.email, "deputy")
    register.decide(store, ZONE, "bins", office.pat.email, YES)
    belonging.unlink(store, office.admin, "bins", office.deputy.email, "deputy", "Moved on.")
    with pytest.raises(IllegalStep, match="two people at least"):
        register.renew(store, ZONE, "bins", office.pat.email, YES)


def test_a_lawful_basis_is_one_of_the_list(store: Store, office: Office) -> None:
    with pytest.raises(InputError, match="'because' is not a lawful basis"):
        applying.understood(application(lawful_basis="because"))
    applied(store, office.owner, lawful_basis="consent")
    found = panels.dossier(store, office.pat, ZONE, "bins")
    assert [line.split()[0] for line in found.warnings] == ["Consent", "No"]
    assert (found.hindrances, found.missing) == ((), ())


def test_a_councillor_s_account_is_off_until_the_member_joins(store: Store, office: Office) -> None:
    applied(store, office.owner, "ward", **COUNCILLOR)
    with pytest.raises(IllegalStep, match="member’s own choice"):
        register.decide(store, ZONE, "ward", office.pat.email, YES)
    for other in (office.admin, office.deputy, shell()):
        with pytest.raises(NotAllowed, match="Only the member"):
            applying.join(store, other, "ward")
    applying.join(store, office.owner, "ward")
    live = register.decide(store, ZONE, "ward", office.pat.email, YES)
    assert live.lawful_basis == "the member's own choice; public task"
    with store.read() as tx:
        chosen = assurances.choice(tx, "ward")
    assert chosen is not None
    assert (chosen.person_id, chosen.joined_at) == (office.owner.id, store.now())


def test_a_member_withdraws_at_any_time_without_a_reason(store: Store, office: Office) -> None:
    applied(store, office.owner, "ward", **COUNCILLOR)
    applying.join(store, office.owner, "ward")
    register.decide(store, ZONE, "ward", office.pat.email, YES)
    for other in (office.admin, office.deputy, office.pat):
        with pytest.raises(NotAllowed, match="cannot withdraw"):
            applying.withdraw(store, other, "ward", "They asked me to.")
    assert applying.withdraw(store, office.owner, "ward", "").state is PassportState.CLOSED
    assert [line.live for line in register.listed(store, ZONE)] == [False]
    with store.read() as tx:
        assert assurances.choice(tx, "ward") is None
    assert audited(store, "ward")[-1] == "passport.withdraw"


def test_a_councillor_s_row_comes_in_live_only_with_their_choice(store: Store, office: Office) -> None:
    rows = [
        application("off", renewal_date="2099-01-01", **COUNCILLOR),
        application(
            "on", renewal_date="2099-01-01", **(COUNCILLOR | {"lawful_basis": "the member's own choice; public task"})
        ),
    ]
    from data.register import understand

    assert register.import_entries(store, shell(), understand(rows, "r"), "r") == (2, 1)
    assert {line.account.id: line.live for line in register.listed(store, ZONE)} == {"off": False, "on": True}
    with store.read() as tx:
        chosen = assurances.choice(tx, "on")
    assert chosen is not None
    assert str(chosen.joined_at.date()) == "2026-01-05"


def test_the_panel_neither_suspends_nor_closes_what_is_in_a_person_s_name(store: Store, office: Office) -> None:
    approved(store, office, "ranger", kind="officer")
    for action in ("suspend", "close"):
        with pytest.raises(IllegalStep, match="corporate and service accounts only"):
            register.change(store, "ranger", office.pat.email, action, "Because.")
    assert applying.withdraw(store, office.owner, "ranger", "I stop posting.").state is PassportState.CLOSED
    approved(store, office, "bins")
    with pytest.raises(NotAllowed, match="any other is closed by the panel"):
        applying.withdraw(store, office.owner, "bins", "I stop posting.")


def test_an_application_is_withdrawn_with_a_reason(store: Store, office: Office) -> None:
    applied(store, office.owner)
    with pytest.raises(IllegalStep, match="reason in words"):
        applying.withdraw(store, office.owner, "bins", " ")
    assert applying.withdraw(store, office.owner, "bins", "Too early.").state is PassportState.CLOSED


def test_a_sitting_is_on_record_with_votes_interests_and_minute(store: Store, office: Office) -> None:
    applied(store, office.owner)
    verdict = Verdict(True, "Useful.", sitting=sitting(pat="for", max="abstained", ida="for"))
    register.decide(store, ZONE, "bins", office.pat.email, verdict, quorum=3)
    found = panels.dossier(store, office.max, ZONE, "bins")
    assert [(s.action, s.quorum, s.counted, s.minute) for s in found.sittings] == [
        ("approve", 3, 3, "We talked it over.")
    ]
    assert [(m.email.split("@")[0], m.vote) for m in found.members] == [
        ("pat", "for"),
        ("max", "abstained"),
        ("ida", "for"),
    ]
    with store.read() as tx:
        [entry] = ledger.recent(tx, "account:bins", 1)
        assert DOMAIN not in (entry.detail or "")
        [told] = [json.loads(e.detail or "{}") for e in ledger.entries(tx) if e.action == "passport.approve"]
    assert told["panel"]["votes"][f"person:{office.max.id}"] == "abstained"


def test_holders_and_line_managers_are_recused_by_rule(store: Store, office: Office) -> None:
    applied(store, office.owner, line_manager_emails=office.max.email)
    voted = sitting(pat="for", max="for")
    with pytest.raises(IllegalStep, match=r"quorum is 2, and 1 of those named count \(1 recused\)"):
        register.decide(store, ZONE, "bins", office.pat.email, Verdict(True, "Yes.", sitting=voted), quorum=2)
    with pytest.raises(NotAllowed, match="line-manages it"):
        register.decide(store, ZONE, "bins", office.max.email, Verdict(True, "Yes."))
    register.decide(store, ZONE, "bins", office.pat.email, Verdict(True, "Yes.", sitting=voted), quorum=1)
    [recused] = [m for m in panels.dossier(store, office.pat, ZONE, "bins").members if m.vote == "recused"]
    assert (recused.email, recused.interest) == (office.max.email, "holds or line-manages the account")


def test_an_application_that_names_the_whole_panel_is_sent_back_by_it(store: Store, office: Office) -> None:
    applied(store, office.owner, line_manager_emails=f"{office.pat.email};{office.max.email}")
    shut = panels.dossier(store, office.pat, ZONE, "bins").closed_to_me
    assert "approve" in shut
    assert not shut & {"refuse", "return"}
    with pytest.raises(NotAllowed, match="line-manages it"):
        register.decide(store, ZONE, "bins", office.pat.email, YES)
    voted = sitting(pat="for", max="for")
    register.change(store, "bins", office.pat.email, "return", "Who manages whom?", voted, 2)
    applying.apply(store, office.owner, applying.understood(applying.present(store, office.owner, "bins")))
    refused = register.decide(store, ZONE, "bins", office.max.email, Verdict(False, "No.", sitting=voted), 2)
    assert refused.state is PassportState.REFUSED


def test_who_applied_or_held_the_account_before_does_not_send_it_back(
    store: Store, office: Office, clock: FakeClock
) -> None:
    both = people.set_roles(store, shell(), office.max.email, [Role.PANEL, Role.OWNER])
    applied(store, both, owner_email=both.email)
    with pytest.raises(NotAllowed, match="someone else on the panel"):
        register.change(store, "bins", both.email, "return", "More.")
    register.decide(store, ZONE, "bins", office.pat.email, YES)
    register.change(store, "bins", office.pat.email, "close", "Over.")
    clock.move(days=1)
    applying.apply(store, office.admin, applying.understood(applying.present(store, office.admin, "bins")))
    assert panels.dossier(store, both, ZONE, "bins").closed_to_me == frozenset(passport.PANEL)
    with pytest.raises(NotAllowed, match="someone else on the panel"):
        register.decide(store, ZONE, "bins", both.email, Verdict(False, "No."))


def test_only_the_panel_votes_and_nothing_is_recorded_without_it(store: Store, office: Office) -> None:
    applied(store, office.owner)
    for given in (sitting(pat="for", admin="for"), sitting(pat="for", owner="for")):
        with pytest.raises(NotAllowed, match="is not on the panel"):
            register.decide(store, ZONE, "bins", office.pat.email, Verdict(True, "Yes.", sitting=given))
    assert actions(store) == ["apply"]


def test_every_step_of_the_panel_has_its_quorum(store: Store, office: Office) -> None:
    approved(store, office)
    by = office.pat.email
    steps = (
        lambda: register.change(store, "bins", by, "suspend", "Why.", ALONE, 2),
        lambda: register.renew(store, ZONE, "bins", by, YES, 2),
        lambda: register.change(store, "bins", by, "close", "Why.", ALONE, 2),
    )
    for step in steps:
        with pytest.raises(IllegalStep, match="quorum is 2"):
            step()
    assert actions(store) == ["apply", "approve"]


def test_two_members_at_once_make_one_decision(store: Store, office: Office) -> None:
    applied(store, office.owner)

    def attempt(who: Person) -> str:
        try:
            return str(register.decide(store, ZONE, "bins", who.email, YES).state)
        except PostreeveError as error:
            return type(error).__name__

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, (office.pat, office.max))) == ["IllegalStep", "live"]
    assert len(panels.dossier(store, office.ida, ZONE, "bins").sittings) == 1


def test_what_an_office_knows_of_people_is_given_to_them_and_erased(store: Store, office: Office) -> None:
    applied(store, office.owner)
    declared = Sitting((Seat(office.pat.email, Vote.FOR, "Jo Owner is my neighbour."),))
    register.decide(store, ZONE, "bins", office.pat.email, Verdict(True, "Yes.", sitting=declared))
    trainings.add(store, office.admin, office.owner.email, "Posting well", date(2026, 11, 1))
    assuring.not_right(store, office.owner, "bins", "I am ill.")
    mine, pats = (access.about(store, office.admin, who.email).sections for who in (office.owner, office.pat))
    assert mine["training"][0]["course"] == "Posting well"
    assert mine["said of accounts"][0]["reason"] == "I am ill."
    assert pats["votes on the panel"][0]["vote"] == "for"
    with store.write() as tx:
        counts = unname(tx, int(office.owner.id or 0), office.owner.email, [office.owner.email])
        assert (counts["training_record"], counts["assurance"]) == (1, 1)
    assert trainings.listed(store, office.admin) == []
    assert (
        access.about(store, office.admin, f"person-{office.owner.id}@erased.invalid").sections["said of accounts"][0][
            "reason"
        ]
        == ""
    )


@pytest.mark.parametrize("role", list(Role))
def test_who_may_do_what_in_the_office(sqlite_store: Store, role: Role) -> None:
    office = staff(sqlite_store)
    applied(sqlite_store, office.owner)
    someone = people.add(sqlite_store, shell(), f"x@{DOMAIN}", "X", [role], None)
    can = PERMISSIONS[role]

    def tried(step: object) -> bool:
        try:
            step()  # type: ignore[operator]
        except NotAllowed:
            return False
        except PostreeveError:
            return True
        return True

    own = {"owner_email": someone.email}
    assert tried(lambda: applied(sqlite_store, someone, "own", **own)) is (Action.APPLY in can)
    assert tried(lambda: panels.dossier(sqlite_store, someone, ZONE, "bins")) is (Action.SEE_ACCOUNTS in can)
    assert tried(lambda: belonging.link(sqlite_store, someone, "bins", someone.email, "may_post")) is (
        Action.CHANGE_REGISTER in can
    )
    over = lambda: belonging.hand_over(sqlite_store, someone, "bins", office.deputy.email, "Moved.")  # noqa: E731
    assert tried(over) is bool({Action.CHANGE_REGISTER, Action.DECIDE_PASSPORT} & can)
    with sqlite_store.read() as tx:
        assert accounts.passport_of(tx, "bins").state is PassportState.APPLIED
        assert len(links.of_account(tx, "bins")) >= 1


@pytest.mark.parametrize(
    ("role", "told"), [(Role.PANEL, 1), (Role.ADMINISTRATOR, 1), (Role.ANALYST, 0), (Role.REVIEWER, 0)]
)
def test_votes_and_minutes_are_the_panel_s(store: Store, office: Office, role: Role, told: int) -> None:
    approved(store, office)
    asking = people.add(store, shell(), f"ann@{DOMAIN}", "Ann", [role], None)
    found = panels.dossier(store, asking, ZONE, "bins")
    assert (len(found.sittings), bool(found.members)) == (told, bool(told))
    assert found.case is not None
