"""Who holds accounts: links, handing over, joiners, movers and leavers, what people assure, what then waits."""

from datetime import date

import pytest

from data import roster
from data.errors import IllegalStep, InputError, NotAllowed
from data.model import Person, Role
from data.services import assuring, belonging, office, people, register, staffing
from data.services.actors import shell
from data.services.register import Verdict
from data.services.staffing import Moved
from data.store import ledger, links
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.office import DOMAIN, ZONE, Office, application, applied, approved
from tests.support.office import staff as add_staff

HEADER = "email,name,department,line_manager_email,until"


@pytest.fixture
def who(store: Store) -> Office:
    return add_staff(store)


def table(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows, ""]).encode()


def brought(store: Store, *rows: str) -> Moved:
    members = roster.read(table(*rows), "people.csv", staffing.known(store))
    return staffing.import_staff(store, shell(), members, ZONE)


def links_of(store: Store, account_id: str = "bins") -> list[tuple[str, str]]:
    with store.read() as tx:
        return [(row.link, row.email.split("@")[0]) for row in links.of_account(tx, account_id)]


def waiting(store: Store, *kinds: str) -> list[tuple[str, str]]:
    found = office.tasks(store, shell(), ZONE)
    return [(t.kind, t.account.id if t.account else "") for t in found if not kinds or t.kind in kinds]


def held(store: Store, on: str) -> set[tuple[str, str]]:
    rows = belonging.held_on(store, shell(), "bins", date.fromisoformat(on), ZONE)
    return {(row.link, row.email.split("@")[0]) for row in rows}


def test_links_begin_and_end_and_stay_on_record(store: Store, who: Office, clock: FakeClock) -> None:
    approved(store, who)
    clock.move(days=10)
    belonging.link(store, who.admin, "bins", who.deputy.email, "deputy")
    with pytest.raises(IllegalStep, match="already"):
        belonging.link(store, who.admin, "bins", who.deputy.email, "deputy")
    clock.move(days=10)
    belonging.unlink(store, who.admin, "bins", who.deputy.email, "deputy", "Moved.")
    with pytest.raises(IllegalStep, match="no such link"):
        belonging.unlink(store, who.admin, "bins", who.deputy.email, "deputy", "Moved.")
    assert held(store, "2026-11-21") == set()
    assert held(store, "2026-12-01") == {("owner", "owner")}
    assert held(store, "2026-12-02") == held(store, "2026-12-12") == {("owner", "owner"), ("deputy", "deputy")}
    assert held(store, "2026-12-13") == {("owner", "owner")}
    assert [(s.action) for s in register.history(store, "bins")] == ["apply", "approve"]
    with store.read() as tx:
        assert [e.action for e in ledger.recent(tx, "account:bins", 2)] == ["account.unlink", "account.link"]


def test_an_account_has_one_owner_and_is_handed_over(store: Store, who: Office, clock: FakeClock) -> None:
    approved(store, who, deputy_emails=who.deputy.email)
    with pytest.raises(IllegalStep, match="hand it over instead"):
        belonging.link(store, who.admin, "bins", who.deputy.email, "owner")
    with pytest.raises(IllegalStep, match="reason in words"):
        belonging.hand_over(store, who.admin, "bins", who.deputy.email, " ")
    clock.move(days=3)
    belonging.hand_over(store, who.pat, "bins", who.deputy.email, "Jo moved on.")
    assert links_of(store) == [("owner", "deputy")]
    assert held(store, "2026-11-25") == {("owner", "owner"), ("deputy", "deputy"), ("owner", "deputy")}
    assert held(store, "2026-11-26") == {("owner", "deputy")}
    with pytest.raises(IllegalStep, match="owns bins already"):
        belonging.hand_over(store, who.admin, "bins", who.deputy.email, "Again.")
    with pytest.raises(NotAllowed):
        belonging.hand_over(store, who.owner, "bins", who.owner.email, "Mine.")


def test_a_councillor_s_account_is_not_handed_over(store: Store, who: Office) -> None:
    applied(store, who.owner, "ward", kind="councillor")
    with pytest.raises(IllegalStep, match="councillor’s own"):
        belonging.hand_over(store, who.admin, "ward", who.deputy.email, "New member.")


def test_who_leaves_loses_links_roles_and_sign_in(store: Store, who: Office, clock: FakeClock) -> None:
    approved(store, who, deputy_emails=who.deputy.email)
    clock.move(days=5)
    told = brought(store, f"{who.owner.email},Jo Field,Environment,,2026-11-24")
    assert told == Moved(1, 0, 1, 1, ("bins",))
    assert links_of(store) == [("deputy", "deputy")]
    gone = next(p for p in people.everyone(store) if p.email == who.owner.email)
    assert (gone.active, gone.roles, gone.name) == (False, frozenset(), "Jo Field")
    assert ("owner", "owner") in held(store, "2026-11-24")
    assert ("owner", "owner") not in held(store, "2026-11-25")
    assert waiting(store, "ownerless") == [("ownerless", "bins")]
    assert brought(store, f"{who.owner.email},Jo Field,Environment,,2026-11-24") == Moved(1, 0, 0, 0, ("bins",))
    belonging.link(store, who.admin, "bins", who.deputy.email, "owner")
    assert waiting(store, "ownerless") == []


def test_a_last_day_ahead_ends_things_when_it_is_over(store: Store, who: Office, clock: FakeClock) -> None:
    approved(store, who)
    assert brought(store, f"{who.owner.email},Jo,Environment,,2026-11-30").left == 0
    clock.move(days=8)
    assert (staffing.leave(store, ZONE), links_of(store)) == (0, [("owner", "owner")])
    clock.move(days=1)
    assert waiting(store, "ownerless") == [("ownerless", "bins")]  # whoever looks finds it done
    assert staffing.leave(store, ZONE) == 0


def test_a_line_manager_follows_the_owner(store: Store, who: Office, clock: FakeClock) -> None:
    approved(store, who)
    rows = [f"{name}@{DOMAIN},{name.title()},Environment,," for name in ("bo", "cy")]
    told = brought(store, *rows, f"{who.owner.email},Jo,Environment,bo@{DOMAIN},")
    assert (told.people, told.joined, told.moved) == (3, 2, 1)
    assert links_of(store) == [("owner", "owner"), ("line_manager", "bo")]
    clock.move(days=1)
    brought(store, f"{who.owner.email},Jo,Highways,cy@{DOMAIN},")
    assert links_of(store) == [("owner", "owner"), ("line_manager", "cy")]
    belonging.hand_over(store, who.admin, "bins", who.deputy.email, "Moved.")
    assert links_of(store) == [("owner", "deputy")]
    brought(store, f"{who.deputy.email},Dee,Environment,bo@{DOMAIN},")
    assert links_of(store) == [("owner", "deputy"), ("line_manager", "bo")]
    clock.move(days=2)
    brought(store, f"{who.deputy.email},Dee,Environment,bo@{DOMAIN},2026-11-24")
    assert links_of(store) == []


def test_someone_who_comes_back_may_sign_in_and_has_no_role_yet(store: Store, who: Office, clock: FakeClock) -> None:
    brought(store, f"{who.owner.email},Jo,Environment,,2026-11-20")
    brought(store, f"{who.owner.email},Jo,Environment,,")
    back = next(p for p in people.everyone(store) if p.email == who.owner.email)
    assert (back.active, back.roles) == (True, frozenset())


def test_every_mistake_of_a_file_of_people_is_told_by_row_and_column() -> None:
    bad = table(
        "nobody,A,B,,",
        f"a@{DOMAIN},,B,,",
        f"b@{DOMAIN},B,B,b@{DOMAIN},",
        f"c@{DOMAIN},C,B,stranger@{DOMAIN},tomorrow",
        f"A@{DOMAIN},A,B,boss@{DOMAIN},",
        f"d@{DOMAIN},D\x07,B,,",
    )
    with pytest.raises(InputError) as caught:
        roster.read(bad, "people.csv", {f"boss@{DOMAIN}"})
    assert [str(m) for m in caught.value.mistakes] == [
        "row 2, column email: 'nobody' is not an e-mail address",
        "row 3, column name: must not be empty",
        "row 4, column line_manager_email: nobody is their own line manager",
        "row 5, column until: 'tomorrow' is not a date; write it as 2026-11-22",
        f"row 5, column line_manager_email: nobody is known under stranger@{DOMAIN}; add a row for them",
        f"row 6, column email: a@{DOMAIN} is also in row 3",
        "row 7, column name: has control characters",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "row 1, column email: the column is missing"),
        (HEADER.encode(), "row 1: the file has no rows"),
        (b"email,nmae,department\na@b.example,A,B\n", "row 1, column nmae: no such column; did you mean name?"),
        (table("a@b.example,A"), "row 2: it has 2 cells, the header has 5"),
        (b"\xff\xfe", "row 1: it is not UTF-8"),
        (b'email,"name\n', "row 1: the file cannot be read as CSV"),
    ],
)
def test_files_that_are_none_of_people(content: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told.replace("?", r"\?")):
        roster.read(content, "people.csv")


def test_an_apostrophe_that_guards_a_cell_is_taken_away() -> None:
    [one] = roster.read(table("a@b.example,'=Ann,Parks  and   Trees,,"), "people.csv")
    assert (one.name, one.department) == ("=Ann", "Parks and Trees")


def test_only_the_administrator_imports_people_and_links_them(store: Store, who: Office) -> None:
    approved(store, who)
    for other in (who.pat, who.owner):
        with pytest.raises(NotAllowed):
            staffing.import_staff(store, other, [], ZONE)
        with pytest.raises(NotAllowed):
            belonging.link(store, other, "bins", who.deputy.email, "deputy")


def test_every_six_months_a_holder_says_still_mine(store: Store, who: Office, clock: FakeClock) -> None:
    approved(store, who, deputy_emails=who.deputy.email)
    clock.move(days=183)
    assert waiting(store, "not_assured") == []
    clock.move(days=1)
    assert waiting(store, "not_assured") == [("not_assured", "bins")]
    assert office.due_of(store, who.deputy, ZONE)[0] == {"bins"}
    assuring.still_right(store, who.deputy, "bins")
    assert waiting(store, "not_assured") == []
    clock.move(days=184)
    assert waiting(store, "not_assured") == []  # it has lapsed meanwhile, which is another task
    assert waiting(store, "lapsed") == [("lapsed", "bins")]


def test_a_no_with_its_reason_is_a_task_until_it_is_settled(store: Store, who: Office) -> None:
    approved(store, who)
    for stranger in (who.deputy, Person("x", "X", frozenset({Role.OWNER}))):
        with pytest.raises(NotAllowed, match="cannot speak for it"):
            assuring.not_right(store, stranger, "bins", "Why.")
    with pytest.raises(IllegalStep, match="in a few words"):
        assuring.not_right(store, who.owner, "bins", " ")
    assuring.not_right(store, who.owner, "bins", "I moved on.")
    [task] = [t for t in office.tasks(store, shell(), ZONE) if t.kind == "not_right"]
    assert task.words == "Owner says that something is no longer right: I moved on."
    assuring.settle(store, who.admin, task.number, "Handed over.")
    with pytest.raises(IllegalStep, match="no task"):
        assuring.settle(store, who.admin, task.number, "Handed over.")
    assert waiting(store) == []


def test_a_lapsed_account_waits_until_someone_renews_closes_or_confirms(
    store: Store, who: Office, clock: FakeClock
) -> None:
    for name in ("bins", "parks", "trees"):
        approved(store, who, name)
    clock.move(days=305)
    assert waiting(store) == [("renewal_due", n) for n in ("bins", "parks", "trees")] + [
        ("not_assured", n) for n in ("bins", "parks", "trees")
    ]
    clock.move(days=61)
    assert waiting(store) == [("lapsed", n) for n in ("bins", "parks", "trees")]
    register.renew(store, ZONE, "bins", who.pat.email, Verdict(True, "Useful."))
    register.change(store, "parks", who.pat.email, "close", "Unused.")
    with pytest.raises(NotAllowed, match="named person"):
        assuring.settle_lapse(store, shell(), "trees", "Deleted.")
    assuring.settle_lapse(store, who.admin, "trees", "Deleted on the platform.")
    assert waiting(store, "lapsed", "closed") == [("closed", "parks")]
    assuring.settle_lapse(store, who.pat, "parks", "Deleted.")
    assert waiting(store, "lapsed", "closed") == []


def test_an_application_waits_for_the_panel(store: Store, who: Office) -> None:
    applied(store, who.owner)
    [task] = office.tasks(store, who.pat, ZONE)
    assert (task.kind, task.words, str(task.since)) == ("applied", "Bin days", "2026-11-22")
    with pytest.raises(NotAllowed):
        office.tasks(store, who.owner, ZONE)


def test_the_whole_business_case_and_every_holder_go_out_and_in_again(store: Store, who: Office) -> None:
    from data.register import read, understand, write_csv, write_json

    more = {
        "will_post": "Bin days",
        "will_not_post": "=Opinions",
        "posts_from": "2",
        "posts_to": "5",
        "special": "employment;legal_claims",
        "deputy_emails": who.deputy.email,
        "may_post_emails": f"x@{DOMAIN};y@{DOMAIN}",
        "line_manager_emails": f"boss@{DOMAIN}",
        "conditions": "Two people.",
        "renewal_date": "2099-01-01",
    }
    member = application("ward", kind="councillor", lawful_basis="the member's own choice; public task")
    rows = [application(**more), member | {"renewal_date": "2098-01-01"}]
    given = understand(rows, "r")
    register.import_entries(store, shell(), given, "r")
    out = register.export_entries(store)
    assert read(write_json(out).encode(), "r.json") == given
    assert [e.passport.state for e in read(write_csv(out).encode(), "r.csv")] == ["live", "live"]


def test_an_account_without_an_owner_goes_out_and_is_told_when_it_comes_in(store: Store, who: Office) -> None:
    from data.register import read, write_csv

    approved(store, who)
    belonging.unlink(store, who.admin, "bins", who.owner.email, "owner", "Left.")
    content = write_csv(register.export_entries(store)).encode()
    with pytest.raises(InputError, match="row 2, column owner_email: must not be empty"):
        read(content, "r.csv")
