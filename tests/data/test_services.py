"""The services: permission, transaction, event and audit row in one; on SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from classifier.scan import scan
from data.errors import Conflict, IllegalStep, InputError, NotAllowed, PostreeveError
from data.model import AlertStatus, Category, Decision, Judgement, Outcome, PassportState, Person, Role
from data.permissions import PERMISSIONS, Action, check, may
from data.services import people, register, review
from data.services.actors import shell
from data.store import alerts, ledger
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

AddPerson = Callable[..., Person]
ADVICE = Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles a resident.", (Category.HARASSMENT,))
JUDGE = WordJudge({"clown": Category.HARASSMENT, "hurt you": Category.THREAT})


@pytest.fixture
def reviewer(store: Store, person: AddPerson) -> Person:
    return person(store, "rita@council.example", Role.REVIEWER)


@pytest.fixture
def seen(store: Store, reviewer: Person) -> review.Seen:
    add(store, row("bins"))
    store_items(store, "bins", item(1, "what a clown"), item(2, "bins are out"))
    list(scan(store, JUDGE))
    with store.read() as tx:
        return review.seen(alerts.get(tx, 1))


def actions(store: Store, subject: str) -> list[str]:
    with store.read() as tx:
        return [e.action for e in reversed(ledger.recent(tx, subject))]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_the_whole_table_of_roles_and_actions(role: Role, action: Action) -> None:
    someone = Person("x@council.example", "X", frozenset({role}))
    assert may(someone, action) is (action in PERMISSIONS[role])
    gone = Person("x@council.example", "X", frozenset({role}), active=False)
    assert not may(gone, action)
    if action not in PERMISSIONS[role]:
        with pytest.raises(NotAllowed, match=r"that takes the role"):
            check(someone, action)


def test_a_decision_has_its_event_its_review_and_its_audit_row(
    store: Store, reviewer: Person, seen: review.Seen
) -> None:
    after = review.decide(store, reviewer, seen, ADVICE)
    assert after.status is AlertStatus.DECIDED
    with store.read() as tx:
        assert [e.action for e in alerts.events(tx, 1)] == ["open", "decide"]
        [kept] = alerts.reviews(tx, 1)
        assert alerts.upheld_rate(tx, "H1") == (1, 1)
    assert (kept.judgement, kept.outcome, kept.version_id) == ("upheld", "advice", seen.version_id)
    assert actions(store, "alert:1") == ["alert.open", "alert.decide"]


def test_a_second_decision_from_the_same_page_is_refused(store: Store, reviewer: Person, seen: review.Seen) -> None:
    review.decide(store, reviewer, seen, ADVICE)
    with pytest.raises(Conflict, match="Nothing was recorded"):
        review.decide(store, reviewer, seen, ADVICE)


def test_two_people_at_once_make_one_decision(store: Store, person: AddPerson, seen: review.Seen) -> None:
    both = [person(store, f"{n}@council.example", Role.REVIEWER) for n in ("ann", "ben")]

    def attempt(who: Person) -> str:
        try:
            return str(review.decide(store, who, seen, ADVICE).status)
        except PostreeveError as error:
            return type(error).__name__

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, both)) == ["Conflict", "decided"]
    with store.read() as tx:
        assert len(alerts.reviews(tx, 1)) == 1


def test_an_edit_between_reading_and_deciding_is_a_conflict(store: Store, reviewer: Person, seen: review.Seen) -> None:
    store_items(store, "bins", item(1, "what a clown, and I will hurt you"))
    list(scan(store, JUDGE))
    with pytest.raises(Conflict):
        review.decide(store, reviewer, seen, ADVICE)


def test_a_claim_keeps_others_away_and_dwells(
    store: Store, reviewer: Person, person: AddPerson, seen: review.Seen, clock: FakeClock
) -> None:
    other = person(store, "otto@council.example", Role.REVIEWER)
    taken = review.claim(store, reviewer, seen)
    with pytest.raises(IllegalStep, match="with another reviewer"):
        review.claim(store, other, review.seen(taken))
    with pytest.raises(Conflict, match="only just now"):
        review.decide(store, reviewer, review.seen(taken), ADVICE)
    clock.move(seconds=2)
    assert review.decide(store, reviewer, review.seen(taken), ADVICE).status is AlertStatus.DECIDED


def test_a_claim_lapses_and_can_be_given_back(
    store: Store, reviewer: Person, person: AddPerson, seen: review.Seen, clock: FakeClock
) -> None:
    other = person(store, "otto@council.example", Role.REVIEWER)
    taken = review.claim(store, reviewer, seen)
    clock.move(hours=2)
    retaken = review.claim(store, other, review.seen(taken))
    assert review.release(store, other, review.seen(retaken)).status is AlertStatus.OPEN


def test_the_owner_is_heard_before_an_adverse_outcome(
    store: Store, reviewer: Person, seen: review.Seen, clock: FakeClock
) -> None:
    adverse = Decision(Judgement.UPHELD, Outcome.CORRECT_OR_REMOVE, "H1", "It names a resident.")
    with pytest.raises(IllegalStep, match="chance to reply"):
        review.decide(store, reviewer, seen, adverse)
    asked = review.ask_reply(store, reviewer, seen)
    owner = people.who(store, people_token(store, "owner@bins.example"))
    assert owner is not None
    replied = review.reply(store, owner, 1, "It was a joke among colleagues.")
    assert (asked.status, replied.status) == (AlertStatus.AWAITING_REPLY, AlertStatus.OPEN)
    assert review.decide(store, reviewer, review.seen(replied), adverse).status is AlertStatus.DECIDED


def people_token(store: Store, email: str) -> str:
    people.add(store, shell(), email, "Owner", [Role.OWNER], "correct horse battery")
    return people.sign_in(store, email, "correct horse battery")


def test_only_who_holds_the_account_replies(store: Store, reviewer: Person, seen: review.Seen) -> None:
    with pytest.raises(NotAllowed, match="does not hold"):
        review.reply(store, reviewer, 1, "words")


def test_nobody_reviews_their_own_account(store: Store, person: AddPerson, seen: review.Seen) -> None:
    owner = person(store, "owner@bins.example", Role.REVIEWER)
    for step in (review.claim, review.ask_reply):
        with pytest.raises(NotAllowed, match="someone else must review"):
            step(store, owner, seen)
    with pytest.raises(NotAllowed, match="someone else"):
        review.decide(store, owner, seen, ADVICE)


def test_the_shell_alone_is_nobody_to_review(store: Store, seen: review.Seen) -> None:
    with pytest.raises(NotAllowed):
        review.decide(store, shell(), seen, ADVICE)


def test_an_application_is_decided_by_the_panel(store: Store, person: AddPerson) -> None:
    add(store, row("swim", renewal_date="", dpia_ref=""))
    panel = person(store, "pat@council.example", Role.PANEL)
    person(store, "rita@council.example", Role.REVIEWER)
    yes = register.Verdict(True, "Useful to residents.", "Two deputies.", completed={"dpia_ref": "DPIA-9"})
    with pytest.raises(NotAllowed):
        register.decide(store, "Europe/London", "swim", "rita@council.example", yes)
    with pytest.raises(IllegalStep, match="lacks dpia_ref"):
        register.decide(store, "Europe/London", "swim", panel.email, register.Verdict(True, "Useful."))
    decided = register.decide(store, "Europe/London", "swim", panel.email, yes)
    assert (decided.state, decided.conditions) == (PassportState.LIVE, "Two deputies.")
    assert [r.live for r in register.listed(store, "Europe/London")] == [True]
    assert actions(store, "account:swim") == ["passport.apply", "passport.approve"]


def test_nobody_on_the_panel_decides_about_their_own(store: Store, person: AddPerson) -> None:
    add(store, row("swim", renewal_date=""))
    person(store, "owner@swim.example", Role.PANEL)
    with pytest.raises(NotAllowed, match="owns or deputises"):
        register.decide(store, "Europe/London", "swim", "owner@swim.example", register.Verdict(True, "Mine."))


def test_a_refusal_and_its_reason(store: Store, person: AddPerson) -> None:
    add(store, row("swim", renewal_date=""))
    person(store, "pat@council.example", Role.PANEL)
    with pytest.raises(IllegalStep, match="needs a reason"):
        register.decide(store, "Europe/London", "swim", "pat@council.example", register.Verdict(False, " "))
    refused = register.decide(
        store, "Europe/London", "swim", "pat@council.example", register.Verdict(False, "No audience.")
    )
    assert refused.state is PassportState.REFUSED
    with pytest.raises(IllegalStep):
        register.decide(store, "Europe/London", "swim", "pat@council.example", register.Verdict(True, "After all."))


def test_a_passport_lapses_by_itself(store: Store, clock: FakeClock) -> None:
    add(store, row("bins", renewal_date="2026-11-30"))
    assert [r.live for r in register.listed(store, "Europe/London")] == [True]
    clock.move(days=8)
    assert [r.live for r in register.listed(store, "Europe/London")] == [True]
    clock.move(days=1)
    assert [r.live for r in register.listed(store, "Europe/London")] == [False]


def test_a_lapsed_passport_is_renewed_by_the_panel(store: Store, person: AddPerson, clock: FakeClock) -> None:
    add(store, row("bins", renewal_date="2026-11-30"))
    person(store, "pat@council.example", Role.PANEL)
    person(store, "owner@bins.example", Role.PANEL)
    clock.move(days=30)
    again = register.Verdict(True, "Useful as ever.", url="https://bins.example/new.xml")
    with pytest.raises(NotAllowed, match="owns or deputises"):
        register.renew(store, "Europe/London", "bins", "owner@bins.example", again)
    with pytest.raises(IllegalStep, match="needs a reason"):
        register.renew(store, "Europe/London", "bins", "pat@council.example", register.Verdict(True, " "))
    renewed = register.renew(store, "Europe/London", "bins", "pat@council.example", again)
    assert (renewed.state, str(renewed.renewal_date)) == (PassportState.LIVE, "2027-12-22")
    [listed] = register.listed(store, "Europe/London")
    assert (listed.live, listed.account.url) == (True, "https://bins.example/new.xml")
    assert [e.action for e in register.history(store, "bins")] == ["import", "renew"]


def test_what_is_suspended_or_applied_cannot_be_renewed(store: Store, person: AddPerson) -> None:
    add(store, row("bins"), row("swim", renewal_date=""))
    person(store, "pat@council.example", Role.PANEL)
    register.change(store, "bins", "pat@council.example", "suspend", "Keys were lost.")
    for account in ("bins", "swim"):
        with pytest.raises(IllegalStep, match="cannot take the step renew"):
            register.renew(store, "Europe/London", account, "pat@council.example", register.Verdict(True, "Again."))


def test_suspended_means_not_live(store: Store, person: AddPerson) -> None:
    add(store, row("bins"))
    person(store, "pat@council.example", Role.PANEL)
    register.change(store, "bins", "pat@council.example", "suspend", "Keys were lost.")
    assert [r.live for r in register.listed(store, "Europe/London")] == [False]
    register.change(store, "bins", "pat@council.example", "reinstate", "Keys are new.")
    assert [r.live for r in register.listed(store, "Europe/London")] == [True]
    assert [e.action for e in register.history(store, "bins")] == ["import", "suspend", "reinstate"]


def test_an_import_is_all_or_nothing(store: Store) -> None:
    add(store, row("bins"))
    with pytest.raises(InputError, match="row 3, column id: bins is on the register already"):
        add(store, row("new"), row("bins"))
    assert [r.account.id for r in register.listed(store, "Europe/London")] == ["bins"]


def test_signing_in_and_out(store: Store, clock: FakeClock) -> None:
    token = people_token(store, "o@council.example")
    found = people.who(store, token)
    assert found is not None
    assert found.email == "o@council.example"
    people.sign_out(store, token)
    assert people.who(store, token) is None
    assert people.who(store, None) is None
    again = people.sign_in(store, "O@council.example", "correct horse battery")
    clock.move(hours=9)
    assert people.who(store, again) is None


def test_wrong_passwords_are_throttled_and_tell_nothing(store: Store, clock: FakeClock) -> None:
    people_token(store, "o@council.example")
    said = set()
    for email in ("o@council.example",) * 4 + ("nobody@council.example",):
        with pytest.raises(NotAllowed) as caught:
            people.sign_in(store, email, "wrong")
        said.add(str(caught.value))
    assert said == {people.REFUSED}
    with pytest.raises(NotAllowed):
        people.sign_in(store, "o@council.example", "wrong")
    with pytest.raises(NotAllowed, match="too many"):
        people.sign_in(store, "o@council.example", "correct horse battery")
    clock.move(minutes=1)
    assert people.sign_in(store, "o@council.example", "correct horse battery")


def test_who_is_disabled_is_out_at_once(store: Store) -> None:
    token = people_token(store, "o@council.example")
    people.set_active(store, shell(), "o@council.example", False)
    assert people.who(store, token) is None
    with pytest.raises(NotAllowed):
        people.sign_in(store, "o@council.example", "correct horse battery")


def test_a_short_password_is_refused(store: Store) -> None:
    with pytest.raises(IllegalStep, match="at least 12"):
        people.add(store, shell(), "o@council.example", "O", [Role.OWNER], "short")


def test_only_an_administrator_manages_people(store: Store, reviewer: Person) -> None:
    with pytest.raises(NotAllowed, match="administrator"):
        people.add(store, reviewer, "x@council.example", "X", [Role.PANEL], None)
    with pytest.raises(NotAllowed):
        people.set_roles(store, reviewer, reviewer.email, [Role.ADMINISTRATOR])
