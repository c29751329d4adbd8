"""Erasure on request: the words are nowhere any more, the numbers stay, the certificate is in the chain."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from classifier.scan import scan
from data.errors import IllegalStep, NotAllowed, NotFound
from data.schema import metadata
from data.services import exporting, models, people
from data.services.actors import shell
from data.services.erasure import Asked, Erased, erase_account, erase_person, erase_post
from data.services.exporting import Scope
from data.services.judged import judgements
from data.services.verify import verify
from data.store import alerts, certificates, erasing, findings, posts, unnaming
from data.store.engine import Store
from data.store.posts import Unseen
from tests.support.clock import FakeClock
from tests.support.judgements import JUDGE
from tests.support.posts import item, store_items
from tests.support.rights import CANARY, CLOWN, Office, everywhere, office, posted, told

Rows = Callable[[Store, str], list[tuple[object, ...]]]
NOWHERE = Path("no anchor here")


@pytest.fixture
def who(store: Store) -> Office:
    """A post with a name in it, upheld after a reply with the name in it; and one about bins."""
    made = office(store)
    posted(store, CLOWN, "The bins are out.")
    told(store, made, 1)
    return made


def asked(who: Office, reason: str = "Someone named in it asked.", **more: bool) -> Asked:
    return Asked(who.admin, reason, **more)


def the_post(store: Store) -> int:
    with store.read() as tx:
        return alerts.get(tx, 1).post_id


def test_the_name_is_found_nowhere_and_verify_names_the_certificate(store: Store, who: Office) -> None:
    many = [item(n, f"{CANARY} {n} " + "and so on " * n, url=f"https://x.example/{CANARY}/{n}") for n in range(10, 300)]
    store_items(store, "parks", *many)  # enough for pages to split
    assert everywhere(store, CANARY)
    done = erase_post(store, asked(who), the_post(store))
    assert (done.certificate, done.counts["posts"], done.counts["evidence"]) == (1, 1, 1)
    assert done.clean is (store.path is not None)
    erase_account(store, asked(who), "parks")
    assert everywhere(store, CANARY) == []
    assert everywhere(store, CANARY.split()[1]) == []
    report = verify(store, NOWHERE)
    assert report.problems == ()
    assert dict(report.certificates) == {1: 1, 2: 290}


def test_what_stays_are_numbers_and_the_decision(store: Store, who: Office, rows: Rows) -> None:
    number = the_post(store)
    erase_post(store, asked(who), number)
    [(platform_id, url)] = rows(store, f"SELECT platform_id, url FROM post WHERE id = {number}")
    assert str(platform_id).startswith("erased:")
    assert (url, "p1" in str(platform_id)) == ("", False)
    assert rows(store, "SELECT judgement, outcome, reason FROM review") == [("upheld", "advice", "")]
    assert rows(store, "SELECT text FROM reply") == [("",)]
    assert rows(store, "SELECT count(*) FROM explanation") == [(0,)]
    assert rows(store, f"SELECT length(content_sha256) FROM version WHERE post_id = {number}") == [(64,)]
    assert rows(store, "SELECT count(*) FROM version WHERE text = 'The bins are out.'") == [(1,)]
    [(reason, scope)] = rows(store, "SELECT reason, scope FROM certificate")
    assert reason == "erased on request"
    assert CANARY not in str(scope)


def test_a_dry_run_erases_nothing(store: Store, who: Office) -> None:
    number = the_post(store)
    for done in (
        erase_post(store, asked(who, dry_run=True), number),
        erase_account(store, asked(who, dry_run=True), "bins"),
    ):
        assert done.certificate is None
        assert done.counts["alerts"] == 1
    with store.read() as tx:
        assert certificates.everything(tx) == []
        assert posts.versions(tx, number)[0].text == CLOWN


def test_collection_does_not_bring_it_back(store: Store, who: Office, clock: FakeClock) -> None:
    erase_account(store, asked(who), "bins")
    clock.move(hours=1)
    again = store_items(store, "bins", item(1, CLOWN), item(2, "The bins are out, now edited."), item(3, "A new one."))
    assert (again.new, again.changed, again.same) == (1, 0, 2)
    assert everywhere(store, CANARY) == []
    with store.read() as tx:
        ids = posts.unseen(tx, "bins", Unseen(store.now(), None, store.now(), None, 9))
        assert all(not name.startswith("erased:") for name in ids)  # nobody asks a platform for such an id
        assert posts.mark_gone(tx, "bins", store.now(), None, store.now()) == 0
        assert [v.text for v in findings.pending(tx, "f" * 64, 0, 9)] == ["A new one."]
        assert findings.count_pending(tx, "f" * 64) == 1
    list(scan(store, JUDGE))
    assert verify(store, NOWHERE).problems == ()


def test_an_account_of_which_nothing_was_collected(store: Store, who: Office) -> None:
    assert erase_account(store, asked(who), "parks").counts == {}
    assert verify(store, NOWHERE).problems == ()


def test_a_payload_gone_without_certificate_is_missing(store: Store, who: Office) -> None:
    erase_post(store, asked(who), the_post(store))
    for statement, told_ in (
        ("UPDATE evidence SET payload = NULL WHERE payload IS NOT NULL", "missing without a certificate"),
        ("UPDATE evidence SET certificate_id = 1, erased_at = received_at", "certificate 1 does not cover it"),
        ("UPDATE certificate SET reason = 'because'", "certificate 1: it is not the one of the audit log"),
    ):
        with store.write() as tx:
            tx.execute(text(statement))
        assert any(told_ in problem for problem in verify(store, NOWHERE).problems), told_


def test_words_put_back_or_marked_are_named(store: Store, who: Office) -> None:
    number = the_post(store)
    erase_post(store, asked(who), number)
    with store.write() as tx:
        tx.execute(text(f"UPDATE version SET text = 'no such words' WHERE post_id = {number}"))
        tx.execute(text("UPDATE evidence SET erased_at = received_at WHERE payload IS NOT NULL"))
        tx.execute(text("UPDATE audit_detail SET certificate_id = 1 WHERE seq = 1"))
    told_ = " ".join(verify(store, NOWHERE).problems)
    for words in ("its words are not what was stored", "its payload is there", "detail of row 1 is marked as erased"):
        assert words in told_


def test_an_alert_that_waits_is_closed_with_its_post(store: Store, who: Office) -> None:
    posted(store, "another clown", account="parks")
    with store.read() as tx:
        waiting = alerts.get(tx, 2)
    erase_post(store, asked(who), waiting.post_id)
    with store.read() as tx:
        assert alerts.get(tx, 2).status == "closed"
        assert alerts.events(tx, 2)[-1].action == "erase"
        assert alerts.queue(tx) == []


def test_a_model_that_learnt_from_it_may_not_be_used(store: Store, who: Office) -> None:
    why = {"purpose": "test"}
    learnt = [(row.review_id, row.at) for row in judgements(store, who.admin, why).rows]
    models.accept(store, who.admin, "c" * 64, {"name": "ours"}, learnt)
    assert models.standing(store).usable == "c" * 64
    done = erase_post(store, asked(who), the_post(store))
    assert done.models == ("c" * 64,)
    assert models.standing(store).usable is None
    assert judgements(store, who.admin, why).rows == ()


def test_exports_that_held_it_are_told(store: Store, who: Office) -> None:
    number, other = the_post(store), 3 - the_post(store)
    scopes = {
        "posts": Scope(words=True),
        "accounts": Scope(people=True),
        "parks": Scope(words=True, accounts=("parks",)),
        "dossier": Scope(words=True, people=True, accounts=("bins",)),
        "bundle": Scope(words=True, posts=(number,)),
        "other": Scope(words=True, posts=(other,)),
    }
    with store.write() as tx:
        for what, scope in scopes.items():
            exporting.note(tx, store.now(), who.admin, what, scope, 1, "0" * 64)
    assert [row.what for row in erase_post(store, asked(who), number).exports] == ["posts", "dossier", "bundle"]
    assert [row.what for row in person_gone(store, who).exports] == ["accounts", "dossier"]


def person_gone(store: Store, who: Office) -> Erased:
    """Erase the reviewer."""
    return erase_person(store, asked(who, "They left and asked for it."), who.reviewer.email)


def test_a_person_is_found_nowhere(store: Store, who: Office, rows: Rows) -> None:
    people.add(store, shell(), "rita@council.example", "Rita Quillon-Vane", [], None)
    store_items(store, "parks", item(7, "Thanks to Rita Quillon-Vane for the new bench."))
    done = person_gone(store, who)
    assert len(done.naming) == 1
    erase_post(store, asked(who), done.naming[0])
    assert everywhere(store, "rita@council.example") == []
    assert everywhere(store, "Quillon-Vane") == []
    assert verify(store, NOWHERE).problems == ()
    assert rows(store, "SELECT judgement FROM review") == [("upheld",)]
    assert (f"person-{who.reviewer.id}@erased.invalid", False) in {(p.email, p.active) for p in people.everyone(store)}


def test_who_may_erase_and_what(store: Store, who: Office) -> None:
    number = the_post(store)
    with pytest.raises(NotAllowed):
        erase_post(store, Asked(who.reviewer, "on request"), number)
    with pytest.raises(IllegalStep, match="needs a reason"):
        erase_post(store, asked(who, " "), number)
    with pytest.raises(NotFound, match="no post 99"):
        erase_post(store, asked(who), 99)
    with pytest.raises(NotAllowed, match="Nobody erases themselves"):
        erase_person(store, asked(who), who.admin.email)
    with pytest.raises(IllegalStep, match="names the person"):
        erase_person(store, asked(who, "rita@council.example asked"), who.reviewer.email)
    with pytest.raises(IllegalStep, match="still owns bins"):
        erase_person(store, asked(who), who.owner.email)
    erase_post(store, asked(who), number)
    with pytest.raises(IllegalStep, match="erased on 2026-11-22 already"):
        erase_post(store, asked(who), number)


def test_nobody_erases_what_was_collected_of_their_own_account(store: Store, who: Office) -> None:
    from data.model import Role

    owner = people.set_roles(store, shell(), who.owner.email, [Role.OWNER, Role.ADMINISTRATOR])
    for act in (lambda: erase_post(store, Asked(owner, "x"), the_post(store)), lambda: mine(store, owner)):
        with pytest.raises(NotAllowed, match="someone else must erase"):
            act()


def mine(store: Store, owner: object) -> Erased:
    return erase_account(store, Asked(owner, "x"), "bins")  # type: ignore[arg-type]


def test_a_person_is_sought_in_every_column_of_words() -> None:
    """A new table is covered by itself; what digests stand on is not."""
    sought = {f"{c.table.name}.{c.name}" for c in unnaming.free_columns()}
    assert {"review.reason", "passport.purpose", "alert_event.actor", "request.asked_by"} <= sought
    assert not {"version.text", "audit_detail.detail", "certificate.reason", "post.url"} & sought
    assert {t.name for t in metadata.sorted_tables} >= unnaming.STANDS


def test_every_table_about_an_alert_or_a_review_tells_where_its_words_lie() -> None:
    """A new table with words about an alert belongs into `data.store.erasing.WORDS`."""
    covered = {column.table.name for column, _ in erasing.WORDS} | {"alert_event", "alert_hit", "alert"}
    silent = [
        f"{t.name}.{c.name}"
        for t in metadata.sorted_tables
        if {"alert", "review"} & {f.column.table.name for f in t.foreign_keys} and t.name not in covered
        for c in t.columns
        if str(c.type) == "TEXT"
    ]
    assert silent == []
