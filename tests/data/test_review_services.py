"""Rules that hold for everyone: own accounts, one account an address, claims, sign-ins, what the log may hold."""

from collections.abc import Callable

import pytest

from classifier.scan import scan
from data import register as files
from data.errors import Conflict, IllegalStep, InputError, NotAllowed
from data.model import AlertStatus, Category, Decision, Judgement, Outcome, Person, Role
from data.services import people, reading, register, review
from data.services.actors import shell
from data.services.policy import put_in_force
from data.store import alerts, ledger
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

AddPerson = Callable[..., Person]
PASSWORD = "correct horse battery"
ADVICE = Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles a resident.")
JUDGE = WordJudge({"clown": Category.HARASSMENT})


@pytest.mark.parametrize("action", ["suspend", "reinstate", "close"])
def test_nobody_changes_the_passport_of_their_own_account(store: Store, person: AddPerson, action: str) -> None:
    add(store, row("bins"))
    owner = person(store, "owner@bins.example", Role.PANEL)
    with pytest.raises(NotAllowed, match="owns or deputises"):
        register.change(store, "bins", owner.email, action, "Because.")


def test_reinstating_does_not_make_two_of_one_address_live(store: Store, person: AddPerson) -> None:
    panel = person(store, "pat@council.example", Role.PANEL)
    add(store, row("bins"))
    register.change(store, "bins", panel.email, "suspend", "Keys were lost.")
    add(store, row("new", url=row("bins")["url"]))
    with pytest.raises(IllegalStep, match="Account new has the same address"):
        register.change(store, "bins", panel.email, "reinstate", "Found them.")


def test_an_import_does_not_make_two_of_one_address_live(store: Store) -> None:
    add(store, row("bins"))
    with pytest.raises(InputError, match="row 2, column url: account bins has the same address"):
        add(store, row("again", url=row("bins")["url"]))
    add(store, row("again", url=row("bins")["url"], renewal_date=""))


@pytest.mark.parametrize("action", ["suspend", "close"])
def test_what_is_not_live_does_not_come_back_live_from_an_export(store: Store, person: AddPerson, action: str) -> None:
    add(store, row("bins"), row("parks"))
    register.change(store, "bins", person(store, "pat@council.example", Role.PANEL).email, action, "Because.")
    exported = files.read(files.write_csv(register.export_entries(store)).encode(), "r.csv")
    assert {e.account.id: str(e.passport.state) for e in exported} == {"bins": "applied", "parks": "live"}


def test_the_address_that_the_panel_gives_is_in_the_log(store: Store, person: AddPerson) -> None:
    add(store, row("swim", renewal_date=""))
    panel = person(store, "pat@council.example", Role.PANEL)
    verdict = register.Verdict(True, "Useful.", url="https://swim.example/new.xml")
    register.decide(store, "Europe/London", "swim", panel.email, verdict)
    with store.read() as tx:
        newest = list(ledger.entries(tx))[-1]
    assert "https://swim.example/new.xml" in (newest.detail or "")


def test_the_log_names_people_by_number_alone(store: Store, person: AddPerson) -> None:
    add(store, row("bins"))
    store_items(store, "bins", item(1, "what a clown"))
    list(scan(store, JUDGE))
    rita = person(store, "rita@council.example", Role.REVIEWER, Role.PANEL, password=PASSWORD)
    people.sign_in(store, " Rita@council.example", PASSWORD)
    review.note_read(store, rita, 1)
    review.decide(store, rita, seen(store), ADVICE)
    register.change(store, "bins", rita.email, "suspend", "Keys were lost.")
    with store.read() as tx:
        entries = list(ledger.entries(tx))
    assert {e.actor for e in entries} == {shell().email, "classifier", "postreeve", f"person:{rita.id}"}
    assert not any("@" in e.actor + e.subject for e in entries)


def seen(store: Store) -> review.Seen:
    with store.read() as tx:
        return review.seen(alerts.get(tx, 1))


@pytest.mark.parametrize("minutes", [1, 600])
def test_a_new_length_of_claims_neither_blocks_a_decision_nor_hurries_it(
    store: Store, person: AddPerson, clock: FakeClock, minutes: int
) -> None:
    add(store, row("bins"))
    store_items(store, "bins", item(1, "what a clown"))
    list(scan(store, JUDGE))
    rita = person(store, "rita@council.example", Role.REVIEWER)
    content = reading.alert_case(store, rita, 1).policy.content
    put_in_force(store, shell(), content.replace("claim_minutes = 20", f"claim_minutes = {minutes}"), "p")
    taken = review.claim(store, rita, seen(store))
    with pytest.raises(Conflict, match="only just now"):
        review.decide(store, rita, review.seen(taken), ADVICE)
    clock.move(seconds=2)
    assert review.decide(store, rita, review.seen(taken), ADVICE).status is AlertStatus.DECIDED


def test_a_new_password_ends_the_sign_ins_of_the_old_one(store: Store, person: AddPerson) -> None:
    rita = person(store, "rita@council.example", Role.REVIEWER, password=PASSWORD)
    token = people.sign_in(store, rita.email, PASSWORD)
    people.add(store, shell(), rita.email, "", [Role.REVIEWER], "another good password")
    assert people.who(store, token) is None


def test_who_is_let_in_again_signs_in_anew(store: Store, person: AddPerson) -> None:
    rita = person(store, "rita@council.example", Role.REVIEWER, password=PASSWORD)
    token = people.sign_in(store, rita.email, PASSWORD)
    people.set_active(store, shell(), rita.email, False)
    people.set_active(store, shell(), rita.email, True)
    assert people.who(store, token) is None


def test_adding_again_changes_the_name_and_wants_an_address(store: Store, person: AddPerson) -> None:
    person(store, "rita@council.example", Role.REVIEWER)
    assert people.add(store, shell(), "rita@council.example", "Rita Rowe", [Role.PANEL], None).name == "Rita Rowe"
    assert people.add(store, shell(), "rita@council.example", "", [Role.PANEL], None).name == "Rita Rowe"
    with pytest.raises(IllegalStep, match="'rita' is not an e-mail address"):
        people.add(store, shell(), "rita", "", [Role.PANEL], None)


def test_a_password_is_looked_at_while_others_write(
    store: Store, person: AddPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    rita = person(store, "rita@council.example", Role.REVIEWER, password=PASSWORD)
    matches = people._matches

    def slow(known: str | None, password: str) -> bool:
        with store.write() as tx:  # waits for ever, or until it times out, behind a transaction that hashes
            ledger.append(tx, store.now(), "x", "y", "z")
        return matches(known, password)

    monkeypatch.setattr(people, "_matches", slow)
    assert people.sign_in(store, rita.email, PASSWORD)


def test_what_was_tried_before_a_lock_does_not_count_after_it(
    store: Store, person: AddPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    rita = person(store, "rita@council.example", Role.REVIEWER, password=PASSWORD)
    matches, wrong = people._matches, iter(range(people.FREE_TRIES))

    def meanwhile(known: str | None, password: str) -> bool:
        for _ in wrong:  # others guess while this password is being looked at
            with pytest.raises(NotAllowed):
                people.sign_in(store, rita.email, "a wrong password")
        return matches(known, password)

    monkeypatch.setattr(people, "_matches", meanwhile)
    with pytest.raises(NotAllowed):
        people.sign_in(store, rita.email, PASSWORD)


def test_an_alert_is_explained_by_the_finding_on_its_own_version(
    store: Store, person: AddPerson, clock: FakeClock
) -> None:
    add(store, row("bins"))
    store_items(store, "bins", item(1, "what a clown he is"))
    clock.move(hours=1)
    store_items(store, "bins", item(1, "he is such a clown"))
    list(scan(store, JUDGE))
    newer = WordJudge(JUDGE.words, hash="b" * 64)
    rita = person(store, "rita@council.example", Role.REVIEWER)
    list(scan(store, newer, everything=True))
    case = reading.alert_case(store, rita, 1)
    assert case.version.number == 2
    assert {hit.version_id for hit in case.hits} == {case.alert.version_id}
    assert case.explanation is not None
    assert [c.text for c in case.explanation.for_] == ["clown"]
