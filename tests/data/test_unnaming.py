"""A person who is erased is named nowhere: no column of words and none of JSON is left out, whatever the spelling."""

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Connection, Date, LargeBinary, String, Table, Text, func, insert, select
from sqlalchemy import text as sql

from data.columns import UtcTime
from data.model import Role
from data.schema import metadata
from data.schema_notices import notice_preference
from data.schema_register import member_choice
from data.services import drafts, identity, people
from data.services.actors import shell
from data.services.erasure import Asked, Erased, erase_person
from data.store import ledger, unnaming
from data.store.engine import Store
from tests.support.rights import Office, office

Rows = Callable[[Store, str], list[tuple[object, ...]]]
NAME, EMAIL = "Oswin Tarrant", "owner@bins.example"
CHAIN = {"audit_log", "audit_detail", "audit_head"}
SPELT = f"Said OSWIN  tarrant's friend, oswin\ntarrant, {NAME}, <Owner@Bins.example>."


@pytest.fixture
def who(store: Store) -> Office:
    """The owner holds nothing any more: an owner's accounts are handed over first."""
    made = office(store)
    with store.write() as tx:
        tx.execute(sql("UPDATE account_person SET link = 'deputy'"))
    return made


def erased(store: Store, who: Office) -> Erased:
    """Erase the owner."""
    return erase_person(store, Asked(who.admin, "They asked for it."), EMAIL)


def unnamed(store: Store, who: Office) -> None:
    """Do the part of it that goes over the store; rows that mean nothing are no hindrance to it."""
    with store.write() as tx:
        unnaming.unname(tx, int(who.owner.id or 0), EMAIL, unnaming.called(EMAIL, NAME))


def is_sought(column: Column[Any]) -> bool:
    return isinstance(column.type, Text | JSON)


def row_of(tx: Connection, table: Table, store: Store, who: Office) -> dict[str, Any]:
    """Return a row for a table that names the owner in every column of words, and refers to what is there."""
    return {c.name: value for c in table.columns if (value := cell(tx, c, store, who)) is not None}


def cell(tx: Connection, column: Column[Any], store: Store, who: Office) -> Any:
    """Return a value for a column; None where the database or its default has one."""
    for key in column.foreign_keys:
        is_person = key.column.table.name == "person"
        return who.admin.id if is_person else tx.scalar(select(func.max(key.column)))
    if is_sought(column):
        if column.table.name in unnaming.STANDS:
            return "x" if isinstance(column.type, Text) else []
        return SPELT if isinstance(column.type, Text) else {"by": [SPELT, {SPELT: [1, None, True]}]}
    if column.autoincrement is True:
        return None
    return plain(column, store)


def plain(column: Column[Any], store: Store) -> Any:
    """Return a value that names nobody."""
    for kind, value in (
        (UtcTime, store.now()),
        (Date, date(2026, 11, 22)),
        (Boolean, True),
        (LargeBinary, b"x"),
        (String, column.name[:13]),
    ):
        if isinstance(column.type, kind):
            return value
    return 1


def fill(store: Store, who: Office) -> None:
    """Put a row into every table but those of the audit chain."""
    with store.write() as tx:
        for table in metadata.sorted_tables:
            if table.name not in CHAIN | {"person"}:
                tx.execute(insert(table).values(row_of(tx, table, store, who)))


def named_in(store: Store) -> set[str]:
    """Return the columns in which the owner is named, in any spelling."""
    found = set()
    with store.read() as tx:
        for table in metadata.sorted_tables:
            for column in filter(is_sought, table.columns):
                words = " ".join(str(value).lower() for value in tx.scalars(select(column)))
                if "tarrant" in words or EMAIL in words:
                    found.add(f"{table.name}.{column.name}")
    return found


def test_every_column_of_words_and_of_json_is_gone_over(store: Store, who: Office) -> None:
    """A new column is covered by itself, or stands in the list of those that digests stand on."""
    fill(store, who)
    free = {f"{c.table.name}.{c.name}" for c in unnaming.free_columns()}
    everything = {f"{t.name}.{c.name}" for t in metadata.sorted_tables for c in filter(is_sought, t.columns)}
    kept = {name for name in everything if name.partition(".")[0] in unnaming.STANDS}
    assert everything == free | kept | unnaming.STANDING
    assert {"alert_event.detail", "request.subject", "request.result", "policy_version.actor"} <= free
    assert named_in(store) >= free
    unnamed(store, who)
    assert named_in(store) == unnaming.STANDING


def test_what_was_said_is_left_as_it_was_but_for_the_name(store: Store, who: Office, rows: Rows) -> None:
    fill(store, who)
    unnamed(store, who)
    me = f"[person {who.owner.id}]"
    bare = f"Said {me}'s friend, {me}, {me}, <{me}>."
    assert rows(store, "SELECT reason FROM legal_hold") == [(bare,)]
    with store.read() as tx:
        [detail] = tx.scalars(select(metadata.tables["alert_event"].c.detail))
    assert detail == {"by": [bare, {bare: [1, None, True]}]}


def test_their_own_words_and_their_lasting_id_elsewhere_go(store: Store, who: Office, rows: Rows) -> None:
    identity.sign_in(store, identity.Vouched("https://id.example", "lasting-0042", EMAIL))
    drafts.ask_officer(store, who.owner, "May I say this?", "a draft")
    mine = {"person_id": who.owner.id}
    with store.write() as tx:
        tx.execute(
            insert(member_choice).values(account_id="bins", joined_at=store.now(), reason="Private words.", **mine)
        )
        wanted = {"kinds_off": [], "departments": ["Parks"], "digest": "never", "reach": "email"}
        tx.execute(insert(notice_preference).values(changed_at=store.now(), **wanted, **mine))
    done = erased(store, who)
    for table in ("identity", "notice_preference", "request"):
        assert rows(store, f"SELECT count(*) FROM {table}") == [(0,)], table
        assert done.counts[table] == 1
    assert rows(store, "SELECT account_id, reason FROM member_choice") == [("bins", "")]


def test_who_comes_back_is_somebody_new(store: Store, who: Office) -> None:
    told = identity.Vouched("https://id.example", "lasting-0042", EMAIL)
    identity.sign_in(store, told)
    erased(store, who)
    again = people.add(store, shell(), EMAIL, "Somebody Else", [Role.OWNER], None)
    assert people.who(store, identity.sign_in(store, told)).id == again.id != who.owner.id


def test_audit_details_that_name_them_in_any_spelling_go(store: Store, who: Office) -> None:
    with store.write() as tx:
        seqs = [
            ledger.append(tx, store.now(), "system", "test", "alert:9", detail)
            for detail in ({"reason": SPELT}, {"reason": ["x", {"oswin\ntarrant": 1}]}, {"reason": "Oswin alone"})
        ]
    erased(store, who)
    with store.read() as tx:
        kept = {e.seq: e.detail for e in ledger.entries(tx)}
    assert [kept[seq] is None for seq in seqs] == [True, True, False]


def test_a_detail_that_somebody_broke_is_searched_as_it_stands(store: Store, who: Office) -> None:
    with store.write() as tx:
        seq = ledger.append(tx, store.now(), "system", "test", "alert:9", {})
        tx.execute(sql(f"UPDATE audit_detail SET detail = 'not JSON: {NAME}' WHERE seq = {seq}"))
        assert seq in unnaming.details_naming(tx, [NAME])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("an@bins.example", True),
        ("AN@Bins.Example!", True),
        ("(an@bins.example)", True),
        ("_an@bins.example_", True),
        ("jo.an@bins.example", False),
        ("joan@bins.example", False),
        ("jo-an@bins.example", False),
        ("an@bins.examples", False),
        ("Siân  Pryce", True),
        (unicodedata.normalize("NFD", "Siân Pryce"), True),
        ("SIÂN\nPRYCE’S", True),
        ("Siân", False),
        ("Siân Pryceton", False),
    ],
)
def test_whole_names_in_any_spelling(words: str, found: bool) -> None:
    pattern = unnaming.naming(unnaming.called("an@bins.example", "Siân Pryce"))
    assert bool(pattern.search(words)) is found


def test_a_short_word_is_not_sought() -> None:
    assert unnaming.called(EMAIL, "Sam") == unnaming.called(EMAIL, "A B") == unnaming.called(EMAIL, "") == [EMAIL]
    assert unnaming.called(EMAIL, NAME) == [EMAIL, NAME]
