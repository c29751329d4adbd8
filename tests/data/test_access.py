"""Subject access, people's requests with their dates, and the register of exports."""

import html.parser
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import postreeve
from data.commands.access import page
from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Decision, Judgement, Outcome, Role
from data.policy import default
from data.schema import metadata, person
from data.schema_register import employment
from data.services import access, cases, drafts, exporting, people
from data.services.actors import shell
from data.services.cases import Kind, month_after, terms
from data.services.exporting import Scope
from data.services.policy import put_in_force
from data.services.verify import verify
from data.store import access as held
from data.store import alerts, ledger
from data.store.cases import is_overdue
from data.store.engine import Store, open_store
from tests.support.clock import FakeClock
from tests.support.judgements import decide, post_and_scan
from tests.support.rights import CLOWN, Office, office, posted, told

ZONE = "Europe/London"


@pytest.fixture
def who(store: Store) -> Office:
    """The owner of the account bins replied, naming two colleagues, and a decision was made on their post."""
    made = office(store)
    people.add(store, shell(), "rita@council.example", "Rita Quillon", [Role.REVIEWER], None)
    posted(store, CLOWN, "The bins are out.")
    told(store, made, 1, "Sorry. Rita Quillon knew, ask ADA MOSS (ada@council.example) or x@elsewhere.example.")
    return made


def test_everything_about_a_person_is_there(store: Store, who: Office) -> None:
    with store.write() as tx:
        ledger.append(tx, store.now(), "system", "remind", "account:bins", {"to": who.owner.email})
    found = access.about(store, who.admin, who.owner.email)
    assert found.accounts == ("bins",)
    one = {name: rows[0] for name, rows in found.sections.items() if rows}
    assert one["person"]["name"] == "Oswin Tarrant"
    assert one["roles"]["role"] == "owner"
    assert (one["accounts held"]["account_id"], one["accounts held"]["link"]) == ("bins", "owner")
    assert one["alerts on accounts held"]["post"] == CLOWN
    assert one["clauses met"]["clause"] == "H1"
    assert one["decisions on accounts held"]["reason"] == "It belittles."
    assert {"alert.reply", "person.roles", "remind"} <= {r["action"] for r in found.sections["audit log"]}
    assert found.sections["sign-ins"] == found.sections["decisions made"] == []
    assert found.rows == sum(len(rows) for rows in found.sections.values())


def test_a_reviewer_is_given_what_they_did(store: Store, who: Office) -> None:
    found = access.about(store, who.admin, who.reviewer.email)
    assert found.sections["decisions made"][0]["judgement"] == "upheld"
    assert found.sections["alerts on accounts held"] == []
    assert found.accounts == ()


def test_other_people_are_blacked_out_unless_there_is_a_reason(store: Store, who: Office) -> None:
    found = access.about(store, who.admin, who.owner.email)
    told_ = json.dumps(found.sections, default=str)
    for other in ("Quillon", "ADA MOSS", "ada@council", "rita@council", "x@elsewhere", f"person:{who.reviewer.id}"):
        assert other not in told_
    assert found.sections["replies"][0]["text"].count("[another person]") == 4
    assert who.owner.email in told_
    whole = access.about(store, who.admin, who.owner.email, "The others agreed in writing.")
    assert "Rita Quillon" in json.dumps(whole.sections, default=str)
    assert (found.redacted, whole.redacted) == (True, False)
    with store.read() as tx:
        asked = [e for e in ledger.entries(tx) if e.action == "subject_access"]
    assert [json.loads(e.detail or "")["unredacted"] for e in asked] == ["", "The others agreed in writing."]


def test_no_secret_is_handed_out(store: Store, who: Office) -> None:
    people.add(store, shell(), who.owner.email, "Oswin Tarrant", [Role.OWNER], "a long enough password")
    token = people.sign_in(store, who.owner.email, "a long enough password")
    told_ = json.dumps(access.about(store, who.admin, who.owner.email).sections, default=str)
    assert "argon2" not in told_
    assert token not in told_


def test_what_was_before_their_time_is_not_theirs(store: Store, who: Office, clock: FakeClock) -> None:
    clock.move(days=1)
    late = people.add(store, shell(), "late@bins.example", "Lou Late", [Role.OWNER], None)
    with store.write() as tx:
        from data.store import accounts

        accounts.hold(tx, "bins", int(late.id or 0), "deputy", store.now())
    found = access.about(store, who.admin, late.email)
    assert found.accounts == ("bins",)
    assert found.sections["alerts on accounts held"] == found.sections["decisions on accounts held"] == []


REFER = Decision(Judgement.UPHELD, Outcome.REFER, "H1", "The first opinion in words.")


def test_a_first_opinion_is_not_told_before_the_second_look(store: Store, who: Office) -> None:
    """Who runs subject access may be the one who takes the second look."""
    put_in_force(store, shell(), default().content.replace("second_look = []", 'second_look = ["refer"]'), "p")
    post_and_scan(store, "parks", ["what a clown"], known=True)
    with store.write() as tx:
        alerts.change(tx, alerts.get(tx, 2), replied_at=store.now())
    decide(store, who.reviewer, 2, REFER)
    before = access.about(store, who.admin, who.reviewer.email).sections
    assert REFER.reason not in json.dumps(before, default=str)
    assert before["opinions not told before a second look"] == [{"number": 1}]
    both = people.add(store, shell(), "both@council.example", "Bo Both", [Role.SECOND_REVIEWER], None)
    decide(store, both, 2, REFER)
    after = access.about(store, who.admin, who.reviewer.email).sections
    assert [row["reason"] for row in after["opinions given"]] == [REFER.reason]
    assert after["opinions not told before a second look"] == []


def test_what_was_asked_first_is_told_without_its_words(store: Store, who: Office) -> None:
    drafts.ask(store, who.owner, "a draft about the skips")
    drafts.ask_officer(store, who.owner, "a question about the skips", "another draft")
    found = access.about(store, who.admin, who.owner.email).sections
    assert "skips" not in json.dumps(found, default=str)
    assert [(row["kind"], row["done_at"]) for row in found["questions asked first"]] == [
        ("draft", None),
        ("advice", None),
    ]


def test_rows_about_the_people_they_manage_are_not_theirs(store: Store, who: Office) -> None:
    mine, other = int(who.owner.id or 0), int(who.reviewer.id or 0)
    work = {"since": store.now(), "last_day": None, "until": None}
    with store.write() as tx:
        tx.execute(employment.insert().values(person_id=other, department="Far Depot", line_manager_id=mine, **work))
        tx.execute(employment.insert().values(person_id=mine, department="Near Depot", **work))
    found = access.about(store, who.admin, who.owner.email).sections
    assert "Far Depot" not in json.dumps(found, default=str)
    assert [name for name, rows in found.items() if "Near Depot" in json.dumps(rows, default=str)] == ["work"]


def test_a_name_is_found_as_a_whole_and_in_any_spelling(store: Store, who: Office) -> None:
    people.add(store, shell(), "an@council.example", "Sam", [], None)
    with store.write() as tx:
        for n, words in enumerate(("the same sample", "ask jo.an@council.example", "ask AN@council.example now"), 70):
            ledger.append(tx, store.now(), "system", "alert.interim", f"alert:{n}", {"reason": words})
        ledger.append(tx, store.now(), "system", "alert.interim", "alert:80", {"reason": "by\nOSWIN tarrant's word"})
    subjects = [row["subject"] for row in access.about(store, who.admin, "an@council.example").sections["audit log"]]
    assert "alert:72" in subjects
    assert not {"alert:70", "alert:71"} & set(subjects)
    assert "alert:80" in [r["subject"] for r in access.about(store, who.admin, who.owner.email).sections["audit log"]]


def test_every_column_that_names_a_person_is_theirs_or_named_as_another_s() -> None:
    """A new table is given by itself; one that names people in a second way is decided on here."""
    of_people = {
        c.name
        for t in metadata.sorted_tables
        if t.name not in held.TOLD
        for c in t.columns
        if any(key.column is person.c.id for key in c.foreign_keys)
    }
    assert of_people - held.ABOUT_OTHERS == {"person_id"}


class Reader(html.parser.HTMLParser):
    """Collects the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)


def test_the_page_shows_hostile_words_as_words(store: Store, who: Office) -> None:
    hostile = "<script>x</script> <img src=x onerror=y> \u202eevil"
    people.add(store, shell(), "rita@council.example", hostile, [Role.REVIEWER], None)
    text = page(access.about(store, who.admin, "rita@council.example", "Agreed."))
    reader = Reader()
    reader.feed(text)
    assert reader.tags.count("h1") == 1
    assert reader.tags.count("table") == reader.tags.count("caption") > 3
    assert not {"script", "img"} & set(reader.tags)
    assert "\u202e" not in text


def test_the_command_writes_both_and_notes_them(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office(sqlite_store)
    url = sqlite_store.url.render_as_string()
    monkeypatch.chdir(tmp_path)
    by = ["--by", made.admin.email]
    ask = ["--store", url, "subject-access", made.owner.email, "-o", "out", *by]
    assert postreeve.outcome(ask) == 0
    document = json.loads((tmp_path / "out/subject-access.json").read_text())
    assert document["email"] == made.owner.email
    assert (tmp_path / "out/subject-access.html").stat().st_mode & 0o777 == 0o600
    assert postreeve.outcome(["--store", url, "account", "export", "register.csv", *by]) == 0
    capsys.readouterr()
    assert postreeve.outcome(["--json", "--store", url, "rights", "exports", *by]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(r["what"], r["actor"]) for r in rows] == [
        ("subject-access", f"person:{made.admin.id}"),
        ("subject-access", f"person:{made.admin.id}"),
        ("accounts", f"person:{made.admin.id}"),
    ]
    assert rows[0]["scope"]["accounts"] == ["bins"]
    assert len({r["sha256"] for r in rows}) == 3
    assert verify(open_store(url), Path(f"{sqlite_store.path}.anchor")).problems == ()


def test_requests_have_their_dates(store: Store, who: Office, clock: FakeClock) -> None:
    clock.now = datetime(2027, 1, 31, 12, tzinfo=UTC)
    access_ = cases.open_case(store, ZONE, who.admin, Kind.ACCESS, "Jo Public", "all of it")
    complaint = cases.open_case(store, ZONE, who.admin, Kind.COMPLAINT, "Jo Public", "too slow")
    rows = {row.id: row for row in cases.listed(store, who.admin)}
    assert (rows[access_].acknowledge_by, rows[access_].due) == (None, date(2027, 2, 28))
    assert (rows[complaint].acknowledge_by, rows[complaint].due) == (date(2027, 3, 2), None)
    assert [is_overdue(rows[n], date(2027, 3, 1)) for n in (access_, complaint)] == [True, False]
    assert [is_overdue(rows[n], date(2027, 3, 3)) for n in (access_, complaint)] == [True, True]
    cases.acknowledge(store, who.admin, complaint)
    cases.close(store, who.admin, access_, "Sent.")
    rows = {row.id: row for row in cases.listed(store, who.admin)}
    assert list(rows) == [complaint, access_]
    assert not any(is_overdue(row, date(2027, 3, 3)) for row in rows.values())


def test_steps_that_make_no_sense_are_refused(store: Store, who: Office) -> None:
    number = cases.open_case(store, ZONE, who.admin, Kind.OBJECTION, "Jo Public", "")
    cases.acknowledge(store, who.admin, number)
    with pytest.raises(IllegalStep, match="acknowledged on 2026-11-22 already"):
        cases.acknowledge(store, who.admin, number)
    with pytest.raises(IllegalStep, match="in words"):
        cases.close(store, who.admin, number, " ")
    cases.close(store, who.admin, number, "Upheld.")
    with pytest.raises(IllegalStep, match="was closed on 2026-11-22"):
        cases.close(store, who.admin, number, "Again.")
    with pytest.raises(NotFound, match="no request 99"):
        cases.close(store, who.admin, 99, "x")
    with pytest.raises(IllegalStep, match="who asks"):
        cases.open_case(store, ZONE, who.admin, Kind.OBJECTION, " ", "")


def test_only_an_administrator_keeps_requests_and_exports(store: Store, who: Office) -> None:
    for act in (
        lambda: access.about(store, who.reviewer, who.owner.email),
        lambda: cases.open_case(store, ZONE, who.reviewer, Kind.ACCESS, "x", ""),
        lambda: cases.acknowledge(store, who.reviewer, 1),
        lambda: cases.close(store, who.reviewer, 1, "x"),
        lambda: cases.listed(store, who.reviewer),
        lambda: exporting.listed(store, who.reviewer),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    ("day", "after"),
    [("2026-11-22", "2026-12-22"), ("2026-12-31", "2027-01-31"), ("2028-01-30", "2028-02-29")],
)
def test_a_month_ends_on_the_same_day_or_the_last(day: str, after: str) -> None:
    assert month_after(date.fromisoformat(day)) == date.fromisoformat(after)
    assert terms(Kind.RECTIFICATION, date.fromisoformat(day)) == (None, date.fromisoformat(after))


def test_an_export_is_in_the_audit_log_without_names(store: Store, who: Office, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("hello\n")
    number = exporting.note_file(store, who.admin, "posts", Scope(words=True, accounts=("bins",)), 3, file)
    with store.read() as tx:
        [entry] = ledger.recent(tx, f"export:{number}")
        detail = [e.detail for e in ledger.entries(tx)][-1]
    assert (entry.action, entry.actor) == ("export", f"person:{who.admin.id}")
    assert json.loads(detail or "")["rows"] == 3
