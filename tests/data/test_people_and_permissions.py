"""Who may do what, told a second time as a table of its own; people, passwords and sign-ins."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Person, Role
from data.permissions import PERMISSIONS, Action, check, may
from data.services import actors, people
from data.services.actors import shell
from data.services.people import FIRST_LOCK, FREE_TRIES, LONGEST_LOCK, SESSION, SHORTEST_PASSWORD
from data.store import ledger
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.register import add, row

Rows = Callable[[Store, str], list[tuple[object, ...]]]
EMAIL, PASSWORD = "rita@council.example", "correct horse battery"
WHO: dict[Action, set[Role]] = {
    Action.SEE_QUEUE: {Role.REVIEWER, Role.SECOND_REVIEWER},
    Action.CLAIM: {Role.REVIEWER, Role.SECOND_REVIEWER},
    Action.DECIDE: {Role.REVIEWER, Role.SECOND_REVIEWER},
    Action.ASK_REPLY: {Role.REVIEWER, Role.SECOND_REVIEWER},
    Action.SEE_ACCOUNTS: set(Role) - {Role.OWNER},
    Action.REPLY: {Role.OWNER},
    Action.CHANGE_REGISTER: {Role.ADMINISTRATOR},
    Action.DECIDE_PASSPORT: {Role.PANEL},
    Action.MANAGE_PEOPLE: {Role.ADMINISTRATOR},
    Action.MANAGE_POLICY: {Role.ADMINISTRATOR},
    Action.MANAGE_MODELS: {Role.ADMINISTRATOR},
    Action.SEE_AUDIT: {Role.ADMINISTRATOR, Role.AUDITOR},
    Action.EXPORT_ROWS: {Role.ANALYST, Role.ADMINISTRATOR},
    Action.MANAGE_RIGHTS: {Role.ADMINISTRATOR},
    Action.MAKE_BUNDLE: {Role.REVIEWER, Role.SECOND_REVIEWER},
    Action.ASK_FIRST: {Role.OWNER},
    Action.GIVE_ADVICE: {Role.REVIEWER, Role.SECOND_REVIEWER},
    Action.APPLY: {Role.OWNER, Role.ADMINISTRATOR},
    Action.ANSWER_SAMPLE: {Role.REVIEWER, Role.SECOND_REVIEWER},
    Action.DRAW_SAMPLE: {Role.ADMINISTRATOR},
    Action.COMMEND: {Role.REVIEWER, Role.SECOND_REVIEWER, Role.PANEL},
    Action.SHARE_LESSON: {Role.REVIEWER, Role.SECOND_REVIEWER},
    Action.ASSESS_DEPARTMENT: {Role.OWNER},
}


@pytest.fixture
def rita(sqlite_store: Store) -> Person:
    return people.add(sqlite_store, shell(), EMAIL, "Rita", [Role.REVIEWER], PASSWORD)


def with_roles(*roles: Role, active: bool = True) -> Person:
    return Person("x@council.example", "X", frozenset(roles), active)


def fail(store: Store, times: int) -> str:
    """Sign in with a wrong password some times; return what was said the last time."""
    said = ""
    for _ in range(times):
        with pytest.raises(NotAllowed) as caught:
            people.sign_in(store, EMAIL, "wrong")
        said = str(caught.value)
    return said


@pytest.mark.parametrize("action", list(Action))
def test_exactly_these_roles_may(action: Action) -> None:
    assert {role for role in Role if may(with_roles(role), action)} == WHO[action]


def test_every_role_has_rights_and_nobody_has_none() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert all(PERMISSIONS.values())
    assert not any(may(with_roles(), action) for action in Action)


def test_who_decides_does_not_administer_and_the_other_way_round() -> None:
    for role in (Role.REVIEWER, Role.SECOND_REVIEWER, Role.PANEL):
        assert not PERMISSIONS[role] & PERMISSIONS[Role.ADMINISTRATOR] - {Action.SEE_ACCOUNTS}
    assert Action.SEE_QUEUE not in PERMISSIONS[Role.AUDITOR]


def test_roles_add_up_and_someone_who_left_has_none() -> None:
    both = with_roles(Role.OWNER, Role.PANEL)
    assert may(both, Action.REPLY)
    assert may(both, Action.DECIDE_PASSPORT)
    assert not any(may(with_roles(*Role, active=False), action) for action in Action)


def test_a_refusal_names_the_person_the_deed_and_the_roles() -> None:
    with pytest.raises(NotAllowed, match=r"x@council\.example may not see audit; .* administrator or auditor\."):
        check(with_roles(Role.OWNER), Action.SEE_AUDIT)


def test_the_shell_administers_and_does_not_review() -> None:
    assert shell().email.startswith("shell:")
    assert may(shell(), Action.MANAGE_PEOPLE)
    assert not may(shell(), Action.DECIDE)
    assert not may(shell(), Action.DECIDE_PASSPORT)


def test_who_is_named_must_be_known_and_still_here(sqlite_store: Store, rita: Person) -> None:
    with sqlite_store.read() as tx:
        assert actors.named(tx, " RITA@council.example ") == rita
        assert actors.named(tx, None).email == shell().email
        assert actors.named(tx, "").email == shell().email
        with pytest.raises(NotFound, match=r"postreeve user add nobody@council\.example"):
            actors.named(tx, "nobody@council.example")
    people.set_active(sqlite_store, shell(), EMAIL, False)
    with sqlite_store.read() as tx, pytest.raises(NotAllowed, match="no longer active"):
        actors.named(tx, EMAIL)


def test_neither_password_nor_token_is_stored(sqlite_store: Store, rita: Person, rows: Rows) -> None:
    token = people.sign_in(sqlite_store, EMAIL, PASSWORD)
    [(kept,)] = rows(sqlite_store, "SELECT password_hash FROM person")
    assert str(kept).startswith("$argon2id$")
    sqlite_store.close()
    assert sqlite_store.path is not None
    raw = b"".join(file.read_bytes() for file in sqlite_store.path.parent.glob("postreeve.db*"))
    assert PASSWORD.encode() not in raw
    assert token.encode() not in raw
    assert EMAIL.encode() in raw  # else nothing was looked through


def test_equal_passwords_have_different_hashes(sqlite_store: Store, rita: Person, rows: Rows) -> None:
    people.add(sqlite_store, shell(), "otto@council.example", "Otto", [Role.REVIEWER], PASSWORD)
    assert len({h for (h,) in rows(sqlite_store, "SELECT password_hash FROM person")}) == 2


def test_roles_are_dated_not_deleted(sqlite_store: Store, rita: Person, clock: FakeClock, rows: Rows) -> None:
    clock.move(days=1)
    assert people.set_roles(sqlite_store, shell(), EMAIL, [Role.PANEL]).roles == {Role.PANEL}
    clock.move(days=1)
    assert people.set_roles(sqlite_store, shell(), EMAIL, [Role.REVIEWER, Role.PANEL]).roles == {
        Role.REVIEWER,
        Role.PANEL,
    }
    kept = rows(sqlite_store, 'SELECT role, "until" IS NULL FROM person_role ORDER BY id')
    assert kept == [("reviewer", 0), ("panel", 1), ("reviewer", 1)]


def test_adding_someone_again_changes_their_roles_and_password(sqlite_store: Store, rita: Person) -> None:
    again = people.add(sqlite_store, shell(), "Rita@Council.example", "Rita", [Role.ANALYST], "another long password")
    assert (again.id, again.roles) == (rita.id, {Role.ANALYST})
    assert [p.email for p in people.everyone(sqlite_store)] == [EMAIL]
    with pytest.raises(NotAllowed):
        people.sign_in(sqlite_store, EMAIL, PASSWORD)
    assert people.sign_in(sqlite_store, EMAIL, "another long password")


def test_a_password_has_a_shortest_length_and_nothing_is_stored_of_a_shorter_one(sqlite_store: Store) -> None:
    with pytest.raises(IllegalStep, match=str(SHORTEST_PASSWORD)):
        people.add(sqlite_store, shell(), EMAIL, "Rita", [Role.REVIEWER], "x" * (SHORTEST_PASSWORD - 1))
    assert people.everyone(sqlite_store) == []
    people.add(sqlite_store, shell(), EMAIL, "Rita", [Role.REVIEWER], "x" * SHORTEST_PASSWORD)


def test_without_a_password_nobody_signs_in(sqlite_store: Store) -> None:
    people.add(sqlite_store, shell(), EMAIL, "Rita", [Role.REVIEWER], None)
    for tried in ("", "None", PASSWORD):
        with pytest.raises(NotAllowed, match="not right"):
            people.sign_in(sqlite_store, EMAIL, tried)


def test_a_lock_doubles_up_to_its_longest(sqlite_store: Store, rita: Person, clock: FakeClock, rows: Rows) -> None:
    fail(sqlite_store, FREE_TRIES)
    for doubled in range(9):
        lock = min(FIRST_LOCK * 2**doubled, LONGEST_LOCK)
        clock.move(seconds=lock.total_seconds() - 1)
        fail(sqlite_store, 1)
        assert rows(sqlite_store, "SELECT failed_signins FROM person") == [(FREE_TRIES + doubled,)]
        clock.move(seconds=1)
        fail(sqlite_store, 1)
        assert rows(sqlite_store, "SELECT failed_signins FROM person") == [(FREE_TRIES + doubled + 1,)]
    clock.move(seconds=LONGEST_LOCK.total_seconds())
    assert people.sign_in(sqlite_store, EMAIL, PASSWORD)
    assert rows(sqlite_store, "SELECT failed_signins, locked_until FROM person") == [(0, None)]


def test_the_right_password_does_not_open_a_lock(sqlite_store: Store, rita: Person, rows: Rows) -> None:
    fail(sqlite_store, FREE_TRIES)
    with pytest.raises(NotAllowed):
        people.sign_in(sqlite_store, EMAIL, PASSWORD)
    assert rows(sqlite_store, "SELECT count(*) FROM session") == [(0,)]


def test_a_refusal_never_tells_who_is_known(sqlite_store: Store, rita: Person) -> None:
    wrong = fail(sqlite_store, FREE_TRIES)
    locked = fail(sqlite_store, 1)
    with pytest.raises(NotAllowed) as unknown:
        people.sign_in(sqlite_store, "nobody@council.example", PASSWORD)
    assert wrong == locked == str(unknown.value) == people.REFUSED


def test_wrong_passwords_are_audited_until_the_lock(sqlite_store: Store, rita: Person) -> None:
    fail(sqlite_store, FREE_TRIES + 3)
    with pytest.raises(NotAllowed):
        people.sign_in(sqlite_store, "nobody@council.example", "perhaps a password")
    with sqlite_store.read() as tx:
        failed = [e for e in ledger.entries(tx) if e.action == "person.sign_in_failed"]
    assert [json.loads(e.detail or "") for e in failed] == [{"in_a_row": n} for n in range(1, FREE_TRIES + 1)]
    assert {e.subject for e in failed} == {f"person:{rita.id}"}


def test_sign_ins_whose_time_is_over_are_forgotten(
    sqlite_store: Store, rita: Person, clock: FakeClock, rows: Rows
) -> None:
    people.sign_in(sqlite_store, EMAIL, PASSWORD)
    clock.move(seconds=SESSION.total_seconds() - 1)
    people.sign_in(sqlite_store, EMAIL, PASSWORD)
    assert rows(sqlite_store, "SELECT count(*) FROM session") == [(2,)]
    clock.move(seconds=1)
    token = people.sign_in(sqlite_store, EMAIL, PASSWORD)
    assert rows(sqlite_store, "SELECT count(*) FROM session") == [(2,)]
    assert people.who(sqlite_store, token) == rita


def test_a_new_password_ends_a_lock(sqlite_store: Store, rita: Person) -> None:
    fail(sqlite_store, FREE_TRIES)
    people.add(sqlite_store, shell(), EMAIL, "Rita", [Role.REVIEWER], PASSWORD)
    assert people.sign_in(sqlite_store, EMAIL, PASSWORD)


def test_a_sign_in_ends_alone_in_time_or_when_the_person_leaves(
    sqlite_store: Store, rita: Person, clock: FakeClock
) -> None:
    one, other = (people.sign_in(sqlite_store, EMAIL, PASSWORD) for _ in range(2))
    people.sign_out(sqlite_store, one)
    assert people.who(sqlite_store, one) is None
    assert people.who(sqlite_store, other) == rita
    clock.move(seconds=(SESSION - timedelta(seconds=1)).total_seconds())
    assert people.who(sqlite_store, other) == rita
    clock.move(seconds=1)
    assert people.who(sqlite_store, other) is None
    assert people.who(sqlite_store, "no such token") is None


def test_a_role_withdrawn_counts_at_once(sqlite_store: Store, rita: Person) -> None:
    token = people.sign_in(sqlite_store, EMAIL, PASSWORD)
    people.set_roles(sqlite_store, shell(), EMAIL, [])
    found = people.who(sqlite_store, token)
    assert found is not None
    assert found.roles == frozenset()


def test_what_is_done_to_people_is_audited_without_their_secrets(sqlite_store: Store, rita: Person) -> None:
    people.sign_in(sqlite_store, EMAIL, PASSWORD)
    people.set_roles(sqlite_store, shell(), EMAIL, [Role.PANEL])
    people.set_active(sqlite_store, shell(), EMAIL, False)
    with sqlite_store.read() as tx:
        entries = list(ledger.entries(tx))
    about = [e for e in entries if e.subject == f"person:{rita.id}"]
    assert [e.action for e in about] == ["person.roles", "person.sign_in", "person.roles", "person.active"]
    assert [json.loads(e.detail or "")["roles"] for e in about[::2]] == [["reviewer"], ["panel"]]
    assert json.loads(about[3].detail or "") == {"active": False}
    assert PASSWORD not in "".join(e.detail or "" for e in entries)
    assert "argon2" not in "".join(e.detail or "" for e in entries)


def test_owners_named_in_a_register_are_people_without_rights(sqlite_store: Store) -> None:
    add(sqlite_store, row("bins", owner_email="Owner@bins.example", deputy_emails="d@bins.example"))
    found = {p.email: p.roles for p in people.everyone(sqlite_store)}
    assert found == {"owner@bins.example": frozenset(), "d@bins.example": frozenset()}


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_only_administrators_change_people(sqlite_store: Store, role: Role) -> None:
    someone = with_roles(role)
    with pytest.raises(NotAllowed):
        people.add(sqlite_store, someone, EMAIL, "Rita", [Role.ADMINISTRATOR], None)
    with pytest.raises(NotAllowed):
        people.set_roles(sqlite_store, someone, EMAIL, [Role.ADMINISTRATOR])
    with pytest.raises(NotAllowed):
        people.set_active(sqlite_store, someone, EMAIL, False)
    assert people.everyone(sqlite_store) == []
