"""Two processes that decide the same things at the same moment: one decision each, on the post that was seen.

Run as a program, this file is one of the two: URL, name, seed. It is told a round's number on a line, reads what it is
to decide on and says so; told to go, it decides, and answers with what came of it.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import IO, cast

import pytest
from sqlalchemy import select

from classifier.scan import scan
from data.errors import Conflict, IllegalStep, NotAllowed
from data.model import AlertStatus, Category, Decision, Judgement, Outcome, Person, Role
from data.review import STEPS
from data.schema import audit_log, passport_event, review, version
from data.services import people, register
from data.services import review as service
from data.services.actors import shell
from data.services.register import Verdict
from data.services.verify import verify
from data.store import accounts, alerts
from data.store.engine import Store, create_or_upgrade, open_store
from tests.support import command
from tests.support.office import ZONE, applied, staff
from tests.support.postgres import Cluster
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row
from tests.support.rights import ended

JUDGE = WordJudge({"clown": Category.HARASSMENT, "oaf": Category.HARASSMENT})
UPHELD = Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles a resident.", (Category.HARASSMENT,))
DISMISSED = Decision(Judgement.NOT_UPHELD, Outcome.NO_ACTION, "H1", "A circus came to town.")
REFUSED = (Conflict, IllegalStep, NotAllowed)
FEW, MANY = 60, 1000  # rounds in the suite, and in the long one
BOTH_DECIDE, ONE_EDITS, BOTH_CLAIM = range(3)
FIRST = "one"


@dataclass
class Side:
    """One of two processes: a reviewer, and a member of the panel."""

    store: Store
    name: str
    chance: random.Random
    reviewer: Person
    member: str

    def prepare(self, number: int) -> Callable[[], tuple[str, str]]:
        """Read the round's alert and application; return what decides on both and says what came of each."""
        with self.store.read() as tx:
            seen = service.seen(alerts.get(tx, number))
            found = accounts.passport_of(tx, f"a{number}")
            step = accounts.last_step(tx, int(found.id or 0))

        def go() -> tuple[str, str]:
            time.sleep(self.chance.random() / 500)  # two milliseconds at most: now this one is first, now that one
            on_alert = self._alert(number, seen)
            return on_alert, _told(lambda: self._passport(number, step))

        return go

    def _alert(self, number: int, seen: service.Seen) -> str:
        if number % 3 == ONE_EDITS and self.name != FIRST:
            store_items(self.store, "bins", item(number, f"what an oaf, {number}"))
            list(scan(self.store, JUDGE))
            return "edited"
        decision = UPHELD if self.name == FIRST else DISMISSED

        def act() -> None:
            on = seen
            if number % 3 == BOTH_CLAIM:
                on = service.seen(service.claim(self.store, self.reviewer, seen))
            service.decide(self.store, self.reviewer, on, decision)

        return _told(act)

    def _passport(self, number: int, step: int) -> None:
        verdict = Verdict(self.name == FIRST, f"The panel by {self.name}.", seen=step)
        register.decide(self.store, ZONE, f"a{number}", self.member, verdict)


def _told(act: Callable[[], object]) -> str:
    try:
        act()
    except REFUSED as error:
        return type(error).__name__
    return "done"


class Ticking:
    """A clock that goes on two seconds at every look: what was claimed has been before the eyes for long enough."""

    def __init__(self, begin: datetime) -> None:
        self.now = begin

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=2)
        return self.now


def play(url: str, name: str, seed: int) -> None:
    """Be one of the two processes."""
    store = open_store(url, Ticking(datetime.now(UTC)))
    reviewer = next(p for p in people.everyone(store) if p.email == f"reviewer.{name}@council.example")
    member = "pat" if name == FIRST else "max"
    side = Side(store, name, random.Random(seed), reviewer, f"{member}@council.example")
    for line in sys.stdin:
        go = side.prepare(int(line))
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps(go()), flush=True)
    store.close()


@dataclass
class Players:
    """Both processes."""

    processes: "list[subprocess.Popen[str]]"

    def tell(self, line: str) -> list[str]:
        """Tell both a line, and return what each answers."""
        for process in self.processes:
            into = cast("IO[str]", process.stdin)
            into.write(f"{line}\n")
            into.flush()
        return [cast("IO[str]", process.stdout).readline() for process in self.processes]

    def play(self, rounds: int) -> list[tuple[tuple[str, str], tuple[str, str]]]:
        """Play so many rounds; return what came of each, by process."""
        told = []
        for number in range(1, rounds + 1):
            ready = self.tell(str(number))
            assert ready == ["ready\n"] * 2, self.said()
            answers = self.tell("go")
            assert all(answers), self.said()
            one, two = (cast("tuple[str, str]", tuple(json.loads(answer))) for answer in answers)
            told.append((one, two))
        return told

    def said(self) -> list[str]:
        """End both, and return what they wrote to standard error."""
        for process in self.processes:
            process.kill()
        return [process.communicate()[1] for process in self.processes]


def prepared(url: str, rounds: int) -> Store:
    """Make a store with so many alerts on one account, and so many applications."""
    store, _ = create_or_upgrade(url)
    add(store, row("bins"))
    office = staff(store)
    for name in (FIRST, "two"):
        people.add(store, shell(), f"reviewer.{name}@council.example", name, [Role.REVIEWER], None)
    newest_first = range(rounds, 0, -1)
    store_items(store, "bins", *(item(n, f"what a clown, {n}") for n in newest_first))
    list(scan(store, JUDGE))
    for n in range(1, rounds + 1):
        applied(store, office.owner, f"a{n}")
    return store


def race(url: str, rounds: int, folder: Path) -> None:
    """Let two processes race for every alert and every application, and look at what is there."""
    store = prepared(url, rounds)
    call = [sys.executable, str(Path(__file__)), url]
    players = Players(
        [
            subprocess.Popen(
                [*call, name, str(seed)],
                env=command.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for seed, name in enumerate((FIRST, "two"))
        ]
    )
    told = players.play(rounds)
    for process in players.processes:
        cast("IO[str]", process.stdin).close()
        assert (process.wait(60), cast("IO[str]", process.stderr).read()) == (0, "")
    ended(store)
    first = Counter(one[1] == "done" for one, _ in told)
    print(f"{rounds} rounds; who decided on the application: one {first[True]} times, two {first[False]} times")
    assert min(first[True], first[False]) >= rounds // 20, "one always won: there was no race"
    with store.read() as tx:
        check_alerts(store, told)
        decided = tx.execute(select(passport_event.c.action).where(passport_event.c.action.in_(("approve", "refuse"))))
        assert len(decided.all()) == rounds
    assert all((one[1], two[1]).count("done") == 1 for one, two in told)
    assert verify(store, folder / "anchor").problems == ()
    store.close()


def check_alerts(store: Store, told: list[tuple[tuple[str, str], tuple[str, str]]]) -> None:
    """Each alert was decided as often as its sides say, once at most, on the words that were there when it was read."""
    with store.read() as tx:
        versions = tx.execute(select(version.c.post_id, version.c.id).where(version.c.number == 1))
        oldest = {first.post_id: first.id for first in versions}
        kept = {r.alert_id: r for r in tx.execute(select(*review.c))}
        assert len(kept) == len(tx.execute(select(review.c.id)).all()), "an alert was decided twice"
        audited = Counter(tx.scalars(select(audit_log.c.subject).where(audit_log.c.action == "alert.decide")))
        for number, (one, two) in enumerate(told, 1):
            found, events = alerts.get(tx, number), alerts.events(tx, number)
            assert ("done" in (one[0], two[0])) == (number in kept), (number, one, two)
            assert audited[f"alert:{number}"] == (number in kept)
            if number in kept:
                assert kept[number].version_id == oldest[found.post_id]
            edited = "edited" in (one[0], two[0])
            assert edited == (number % 3 == ONE_EDITS)
            assert found.status is (AlertStatus.OPEN if edited else AlertStatus.DECIDED)
            assert (found.version_id == oldest[found.post_id]) != edited
            assert all(earlier.to_status == later.from_status for earlier, later in pairwise(events))
            assert all(STEPS[(AlertStatus(e.from_status), e.action)] == e.to_status for e in events[1:])


@pytest.mark.timeout(300)
def test_two_processes_race_on_sqlite(tmp_path: Path) -> None:
    race(f"sqlite:///{tmp_path}/s.db", FEW, tmp_path)


@pytest.mark.timeout(300)
def test_two_processes_race_on_postgresql(tmp_path: Path, postgres: Cluster) -> None:
    race(postgres.new_database(), FEW, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_two_processes_race_a_thousand_times(tmp_path: Path, postgres: Cluster) -> None:
    race(f"sqlite:///{tmp_path}/s.db", MANY, tmp_path)
    race(postgres.new_database(), MANY, tmp_path)


if __name__ == "__main__":
    play(sys.argv[1], sys.argv[2], int(sys.argv[3]))
