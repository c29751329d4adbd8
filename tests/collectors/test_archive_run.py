"""Taking downloads in: once, beside what was collected, by those who may, with evidence and one audited action."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from collectors.archive import Archive, Bad, NotPublic, Place, Row
from collectors.archive_run import ACTION, BATCH, Source, Taken, sha256_of, take_in
from data.audit import merkle_root
from data.errors import ArchiveError, IllegalStep, NotAllowed
from data.model import Account, Item, PassportState, Person, PostKind, Role
from data.schema import collection_run, evidence
from data.services.actors import shell
from data.services.verify import verify
from data.store import accounts, intake, ledger, posts, runs
from data.store.engine import Store
from data.store.posts import Receipt
from tests.support.clock import FakeClock
from tests.support.posts import item
from tests.support.register import add, row

ZONE = "Europe/London"
SOURCE = Source("x.zip", "a" * 64, "x", shell())


@pytest.fixture
def whose(store: Store) -> Account:
    add(store, row("bins"), row("swim", renewal_date=""))
    with store.read() as tx:
        return accounts.get(tx, "bins")


def taken_in(store: Store, whose: Account, *found: Row, source: Source = SOURCE, **more: object) -> Taken:
    archive = Archive(iter(found), **more)  # type: ignore[arg-type]
    return take_in(store, ZONE, whose, source, archive, archive.rows)


def counts(taken: Taken) -> tuple[int, int, int]:
    return taken.new, taken.changed, taken.known


def problems(store: Store) -> tuple[str, ...]:
    """What does not verify, the anchor apart."""
    return verify(store, Path("no.anchor")).problems


def texts(store: Store, account_id: str = "bins") -> list[str]:
    with store.read() as tx:
        return [found.text for found in posts.newest_first(tx, account_id, limit=5000)]


def collected(store: Store, *found: Item) -> int:
    """Store posts as a collection would."""
    with store.write() as tx:
        run_id = runs.begin(tx, "bins", store.now())
        intake.record(tx, "bins", found, Receipt(run_id, "b" * 64, store.now()))
    return run_id


def test_twice_is_once(store: Store, whose: Account, clock: FakeClock) -> None:
    found = [item(n) for n in range(BATCH + 7)]
    assert counts(taken_in(store, whose, *found)) == (len(found), 0, 0)
    clock.move(days=1)
    assert counts(taken_in(store, whose, *found)) == (0, 0, len(found))
    with store.read() as tx:
        assert posts.count(tx) == len(found)
        assert len(runs.coverage_of(tx, "bins")) == 1


def test_what_was_collected_stands(store: Store, whose: Account, clock: FakeClock) -> None:
    collected(store, item(1, "As it reads now"), item(2))
    with store.write() as tx:
        posts.mark_gone_ids(tx, "bins", ["p2"], clock.now)
    clock.move(days=1)
    assert counts(taken_in(store, whose, item(1, "As it was"), item(2, "Of old"), item(3))) == (1, 0, 2)
    assert texts(store) == ["Post number 3", "Post number 2", "As it reads now"]
    with store.read() as tx:
        seen = {p.text: p for p in posts.of_account(tx, "bins")}
    assert seen["Post number 2"].gone_at is not None
    assert seen["As it reads now"].last_seen_at < clock.now


def test_a_later_edit_is_a_new_version_and_an_earlier_one_is_not(store: Store, whose: Account) -> None:
    at = item(1).published_at
    assert at is not None
    first, second = (item(1, f"Edit {n}", updated_at=at + timedelta(minutes=n)) for n in (1, 2))
    assert counts(taken_in(store, whose, item(1))) == (1, 0, 0)
    assert counts(taken_in(store, whose, second)) == (0, 1, 0)
    assert counts(taken_in(store, whose, first, item(1))) == (0, 0, 1)
    assert texts(store) == ["Edit 2"]


def test_of_two_states_in_one_file_the_later_stands(store: Store, whose: Account) -> None:
    at = item(1).published_at
    later = item(1, "Edited", updated_at=at and at + timedelta(minutes=1))
    assert counts(taken_in(store, whose, later, item(1))) == (1, 0, 0)
    assert texts(store) == ["Edited"]


def test_a_download_made_after_we_last_looked_shows_edits_without_a_time(
    store: Store, whose: Account, clock: FakeClock
) -> None:
    collected(store, item(1))
    before, after = clock.now - timedelta(hours=1), clock.now + timedelta(hours=1)
    clock.move(days=1)
    assert counts(taken_in(store, whose, item(1, "Edited"), as_of=before)) == (0, 0, 1)
    assert counts(taken_in(store, whose, item(1, "Edited"), as_of=after)) == (0, 1, 0)
    assert counts(taken_in(store, whose, item(1, "Edited"), as_of=after)) == (0, 0, 1)


def test_one_audited_action_with_digest_and_counts_and_evidence_that_verifies(store: Store, whose: Account) -> None:
    taken_in(store, whose, item(1), Bad(Place("f", 2), "why"), NotPublic(Place("f", 3)), item(4))
    with store.read() as tx:
        (entry,) = (e for e in ledger.entries(tx) if e.action == ACTION)
        latest = runs.latest(tx)["bins"]
    told = json.loads(entry.detail or "")
    assert entry.subject == "account:bins"
    assert {name: told[name] for name in ("file", "sha256", "kind", "items", "new", "bad", "private", "evidence")} == {
        "file": "x.zip",
        "sha256": "a" * 64,
        "kind": "x",
        "items": 2,
        "new": 2,
        "bad": 1,
        "private": 1,
        "evidence": 2,
    }
    assert (latest.outcome, latest.code, latest.new, latest.dropped) == ("ok", "dropped", 2, 1)
    assert latest.reason == "Imported from the owner's download x.zip."
    assert problems(store) == ()


def test_a_run_whose_evidence_is_changed_with_its_root_still_shows(store: Store, whose: Account) -> None:
    taken_in(store, whose, item(1))
    forged = sha256_of(io.BytesIO(b"forged"))
    with store.write() as tx:
        tx.execute(update(evidence).values(payload=b"forged", payload_sha256=forged))
        tx.execute(update(collection_run).values(merkle_root=merkle_root([forged])))
    assert problems(store) == ("run 1: its evidence is not what it was",)


@pytest.mark.parametrize("bad", [True, False])
def test_only_a_whole_download_covers_its_stretch(store: Store, whose: Account, bad: bool) -> None:
    taken_in(store, whose, item(1), item(9), *([Bad(Place("f", 3), "why")] if bad else []))
    taken_in(store, whose, item(20), item(30), whole=False)
    with store.read() as tx:
        found = [(c.from_at, c.to_at, c.complete) for c in runs.coverage_of(tx, "bins")]
    assert found == ([] if bad else [(item(1).published_at, item(9).published_at, True)])


def test_collection_never_lengthens_the_stretch_of_a_download(store: Store, whose: Account, clock: FakeClock) -> None:
    taken_in(store, whose, item(1), item(9))
    with store.write() as tx:
        runs.extend_coverage(tx, "bins", clock.now, clock.now + timedelta(days=1), runs.begin(tx, "bins", clock.now))
        assert [c.to_at for c in runs.coverage_of(tx, "bins")] == [item(9).published_at, clock.now + timedelta(days=1)]


def test_no_live_passport_no_import(store: Store, whose: Account) -> None:
    with pytest.raises(IllegalStep, match="no live passport"):
        taken_in(store, replace(whose, id="swim"), item(1))
    with store.write() as tx:
        accounts.move_passport(tx, accounts.passport_of(tx, "bins"), PassportState.SUSPENDED, {})
    with pytest.raises(IllegalStep, match="no live passport"):
        taken_in(store, whose, item(1))
    assert texts(store) == []


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.OWNER, Role.PANEL, Role.ANALYST])
def test_only_an_administrator_may(store: Store, whose: Account, role: Role) -> None:
    actor = Person("someone@council.example", "Someone", frozenset({role}), id=7)
    with pytest.raises(NotAllowed):
        taken_in(store, whose, item(1), source=replace(SOURCE, actor=actor))
    assert texts(store) == []


def test_an_import_that_was_killed_is_run_again(store: Store, whose: Account) -> None:
    def breaking() -> Iterator[Row]:
        yield from (item(n) for n in range(BATCH + 1))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(store, ZONE, whose, SOURCE, Archive(breaking()), breaking())
    with store.read() as tx:
        assert posts.count(tx) == BATCH
        assert runs.unfinished(tx, "bins") == [1]
    assert counts(taken_in(store, whose, *(item(n) for n in range(BATCH + 9)))) == (9, 0, BATCH)
    with store.read() as tx:
        assert runs.unfinished(tx, "bins") == []
        assert [r.code for r in runs.of_account(tx, "bins")] == ["", "interrupted"]
    assert problems(store) == ()


def test_a_download_that_turns_out_dangerous_is_recorded_as_failed(store: Store, whose: Account) -> None:
    def breaking() -> Iterator[Row]:
        yield item(1)
        raise ArchiveError("too much")

    with pytest.raises(ArchiveError):
        take_in(store, ZONE, whose, SOURCE, Archive(breaking()), breaking())
    with store.read() as tx:
        assert (runs.latest(tx)["bins"].outcome, runs.latest(tx)["bins"].reason) == ("failed", "too much")
        assert runs.coverage_of(tx, "bins") == []


def test_the_lasting_id_is_learnt(store: Store, whose: Account) -> None:
    taken_in(store, whose, item(1, kind=PostKind.REPLY), owner="2244")
    with store.read() as tx:
        assert accounts.get(tx, "bins").platform_id == "2244"


def test_the_file_is_hashed_whole_and_left_at_its_start() -> None:
    file = io.BytesIO(b"abc")
    file.seek(2)
    assert sha256_of(file) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file.tell() == 0
