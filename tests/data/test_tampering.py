"""Random tamperings, each undone before the next: every one is detected against the anchor, and named."""

import re
from pathlib import Path

import pytest

from data import anchor
from data.model import Role
from data.services import people
from data.services.actors import shell
from data.services.erasure import Asked, erase_post
from data.services.verify import verify
from data.store import ledger
from data.store.engine import Store, create_or_upgrade
from tests.support.clock import FakeClock
from tests.support.register import add, row
from tests.support.rights import collected
from tests.support.tampering import hand

NAMED = re.compile(r"^(evidence|audit log|(run|anchor|certificate|post|version)s?)\b.*[:\d]")


def filled(folder: Path, clock: FakeClock) -> Store:
    """Return an anchored store: two accounts, four runs with roots, twelve posts of which two were erased lawfully."""
    store, _ = create_or_upgrade(f"sqlite:///{folder}/t.db", clock)
    add(store, row("bins"), row("parks"))
    admin = people.add(store, shell(), "ada@council.example", "Ada", [Role.ADMINISTRATOR], None)
    for account, numbers in (("bins", (1, 2, 3)), ("parks", (4, 5, 6)), ("bins", (7, 8, 9)), ("parks", (10, 11, 12))):
        clock.move(minutes=1)
        collected(store, account, *numbers)
        _anchored(store, folder)
    for number in (2, 10):
        erase_post(store, Asked(admin, "on request"), number)
    _anchored(store, folder)
    store.scrub(compact=False)
    return store


def _anchored(store: Store, folder: Path) -> None:
    with store.read() as tx:
        anchor.append(folder / "anchor", ledger.head(tx), store.now())


def undetected(folder: Path, clock: FakeClock, times: int, seed: int) -> tuple[int, list[str]]:
    """Tamper so many times; return how often something was changed, and what was not detected or not named."""
    store, missed, done = filled(folder, clock), [], 0
    before = (folder / "t.db").read_bytes()
    assert verify(store, folder / "anchor").problems == ()
    tampering = hand(folder / "t.db", seed)
    for _ in range(times):
        tampering.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        what = tampering.tamper()
        if what is not None:
            done += 1
            problems = verify(store, folder / "anchor").problems
            if not problems or not all(NAMED.match(p) for p in problems):
                missed.append(f"{what} -> {problems}")
        store.close()
        tampering.raw.close()
        for end in ("", "-wal", "-shm"):
            Path(f"{folder}/t.db{end}").unlink(missing_ok=True)
        (folder / "t.db").write_bytes(before)
        tampering.raw = hand(folder / "t.db", 0).raw
    return done, missed


def test_three_hundred_tamperings_are_detected_and_named(tmp_path: Path, clock: FakeClock) -> None:
    done, missed = undetected(tmp_path, clock, 300, seed=1)
    assert missed == []
    assert done > 270


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_ten_thousand_tamperings_are_detected_and_named(tmp_path: Path, clock: FakeClock) -> None:
    done, missed = undetected(tmp_path, clock, 10_500, seed=2)
    print(f"{done} tamperings, {len(missed)} not detected or not named")
    assert missed == []
    assert done >= 10_000
