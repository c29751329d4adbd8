"""The page of the audit log: what it finds, what it says of the chain, and that nothing in it acts."""

from pathlib import Path

import pytest
from sqlalchemy import text

from data.config import Settings
from data.services import asking
from data.services.anchoring import anchor_head
from data.services.asking import VERIFY
from data.store import ledger
from data.store.engine import Store
from data.worker import Worker
from tests.support.filled import Council
from tests.support.opened import fill
from tests.support.screen import opened, press, words


def settings(store: Store) -> Settings:
    return Settings(store=str(store.url), anchor=f"{store.path}.anchor")


def log(store: Store, *rows: tuple[str, str, str], **detail: str) -> None:
    with store.write() as tx:
        for actor, action, subject in rows:
            ledger.append(tx, store.now(), actor, action, subject, detail)


@pytest.mark.parametrize("role", ["reviewer", "second", "panel", "owner"])
def test_other_roles_get_a_sentence(sqlite_store: Store, council: Council, role: str) -> None:
    page = words(opened(sqlite_store, getattr(council, role), "audit"))
    assert "This page cannot be shown" in page
    assert "may not see audit" in page
    assert "alert.open" not in page


def test_rows_come_with_names_and_details(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.administrator, "audit"))
    assert f"Alex Thorne (person:{council.administrator.id})" in page
    assert "alert.open" in page
    assert "audit.read" in page


def test_a_search_stands_in_the_address(sqlite_store: Store, council: Council) -> None:
    log(sqlite_store, ("classifier", "odd.one", "alert:77"), why="to be found")
    page = opened(sqlite_store, council.administrator, "audit")
    fill(page, "audit-subject", "alert:77")
    press(page, "Search")
    assert page.query_params["subject"] == "alert:77"
    assert "why: to be found" in words(page)
    assert "person.sign_in" not in words(page)
    same = words(opened(sqlite_store, council.administrator, "audit", subject="alert:77"))
    assert "why: to be found" in same


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"actor": "nobody@x.example"}, "Nobody is known under nobody@x.example"),
        ({"since": "yesterday"}, "is no day; write it such as 2026-01-31"),
        ({"action": "never.done"}, "No row of the log fits."),
        ({"until": "2001-01-01"}, "No row of the log fits."),
    ],
)
def test_what_cannot_be_found_is_a_sentence(
    sqlite_store: Store, council: Council, query: dict[str, str], said: str
) -> None:
    assert said in words(opened(sqlite_store, council.administrator, "audit", **query))


def test_older_rows_follow(sqlite_store: Store, council: Council) -> None:
    log(sqlite_store, *(("system", "many", f"thing:{n}") for n in range(70)))
    page = opened(sqlite_store, council.administrator, "audit", action="many")
    assert "thing:69" in words(page)
    assert "thing:10<" not in words(page)
    older = next(link for link in page.get("page_link") if link.label == "Older rows")  # type: ignore[union-attr]
    before = older.proto.query_string.split("before=")[1]
    after = words(opened(sqlite_store, council.administrator, "audit", action="many", before=before))
    assert "thing:10<" in after
    assert "thing:69" not in after
    assert "Back to the newest" in after


def test_an_erased_detail_says_so(sqlite_store: Store, council: Council) -> None:
    log(sqlite_store, ("system", "odd", "thing:1"), why="gone")
    with sqlite_store.write() as tx:
        tx.execute(text("UPDATE audit_detail SET salt = NULL, detail = NULL WHERE detail LIKE '%gone%'"))
    page = words(opened(sqlite_store, council.administrator, "audit", action="odd"))
    assert "erased without a certificate; its commitment stays" in page
    assert "gone" not in page


def test_hostile_words_are_only_text(sqlite_store: Store, council: Council) -> None:
    log(sqlite_store, ("system", "odd", "<img src=x onerror=alert(1)>"), why="<script>1</script>" + "x" * 5000)
    page = words(opened(sqlite_store, council.administrator, "audit", action="odd"))
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img" not in page
    assert "x" * 700 not in page


def test_the_head_is_compared_with_what_was_signed(sqlite_store: Store, council: Council) -> None:
    assert "never signed" in words(opened(sqlite_store, council.administrator, "audit"))
    anchor_head(sqlite_store, settings(sqlite_store))
    page = words(opened(sqlite_store, council.administrator, "audit"))
    assert "has that row unchanged. 1 row has come since; the next signature takes them in." in page
    with sqlite_store.write() as tx:
        tx.execute(text("UPDATE audit_log SET hash = prev"))
    assert "is not in the log as it was signed" in words(opened(sqlite_store, council.administrator, "audit"))
    Path(f"{sqlite_store.path}.anchor").write_text("nonsense\n", encoding="utf-8")
    assert "signature is not ours" in words(opened(sqlite_store, council.administrator, "audit"))


def test_everything_is_checked_by_the_worker(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.administrator, "audit")
    press(page, "Check all evidence and the whole log")
    assert "Nothing answers: no worker has been at work yet" in words(page)
    good = {"evidence": 9, "audit_rows": 30, "anchored": 30, "erased": 2, "failed": 0, "problems": []}
    worker = Worker(sqlite_store, lambda _: None)
    assert worker.answer_one({VERIFY: lambda _: good})
    told = words(opened(sqlite_store, council.administrator, "audit"))
    assert (
        "9 items of evidence and 30 rows, 2 of them erased lawfully under a certificate. Everything verifies." in told
    )


def test_what_does_not_verify_is_named(sqlite_store: Store, council: Council) -> None:
    with sqlite_store.write() as tx:
        tx.execute(text("UPDATE evidence SET payload = 'x'"))
    press(opened(sqlite_store, council.administrator, "audit"), "Check all evidence and the whole log")
    assert Worker(sqlite_store, lambda _: None).answer_one(asking.answers(sqlite_store, settings(sqlite_store)))
    told = words(opened(sqlite_store, council.administrator, "audit"))
    assert "evidence 1: changed after it was stored" in told
    assert "Everything verifies." not in told
