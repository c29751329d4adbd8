"""What a changed policy would have put before a person: by hand, on both kinds of store."""

import re
from collections.abc import Iterable

import pytest

from classifier.scan import scan
from data import policy
from data.commands.policy import described
from data.errors import NotAllowed
from data.model import Person, Role
from data.policy import Policy
from data.services.actors import shell
from data.services.backtest import Backtest, backtest
from data.services.policy import put_in_force
from data.store import ledger
from data.store.engine import Store
from data.store.rows import AnyRow
from tests.support.clock import FakeClock
from tests.support.judgements import CANNOT_TELL, JUDGE, NOT_UPHELD, UPHELD, decide, post_and_scan, reviewer
from tests.support.posts import WordJudge, item, store_items

DEFAULT = policy.DEFAULT.read_text(encoding="utf-8")
TEXTS = ["what a clown", "the clown was late", "clown of the day", "those people again", "bins are out"]


def changed(clause: str, threshold: str, version: str = "next") -> Policy:
    """Return the shipped policy with another threshold in one clause."""
    start = DEFAULT.index(f'id = "{clause}"')
    text = DEFAULT[:start] + re.sub(r"threshold = \S+", f"threshold = {threshold}", DEFAULT[start:], count=1)
    return policy.load(re.sub(r'^version = ".*"', f'version = "{version}"', text, flags=re.MULTILINE))


@pytest.fixture
def council(store: Store) -> Store:
    """Three posts that harass, one that discriminates, one of daily bread; two of them judged, one undecided."""
    post_and_scan(store, "bins", TEXTS)
    rita = reviewer(store)
    decide(store, rita, 1, UPHELD)
    decide(store, rita, 2, NOT_UPHELD)
    decide(store, rita, 3, CANNOT_TELL)
    return store


def test_the_same_policy_changes_nothing(council: Store) -> None:
    found = backtest(council, shell(), policy.default())
    assert (found.texts, found.new, found.gone) == (5, 0, 0)
    assert found.before == found.after
    assert (found.before.alerts, found.before.by_clause["H1"], found.before.by_clause["D1"]) == (4, 3, 1)
    assert (found.upheld, found.not_upheld, found.before.upheld, found.before.not_upheld) == (1, 1, 1, 1)


def test_what_would_no_longer_alert_is_counted_with_what_people_judged(council: Store) -> None:
    found = backtest(council, shell(), changed("H1", "0.95"))
    assert (found.new, found.gone, found.after.alerts) == (0, 3, 1)
    assert (found.after.upheld, found.after.not_upheld) == (0, 0)
    assert found.after.by_clause["H1"] == 0


def test_what_would_alert_anew_is_counted(council: Store) -> None:
    put_in_force(council, shell(), changed("H1", "0.95", "strict").content, "strict.toml")
    found = backtest(council, shell(), policy.default())
    assert (found.in_force, found.proposed) == ("strict", policy.default().version)
    assert (found.new, found.gone) == (3, 0)


def test_nothing_is_changed_by_asking(council: Store) -> None:
    with council.read() as tx:
        before = list(ledger.entries(tx))
    backtest(council, shell(), changed("H1", "0.95"))
    with council.read() as tx:
        assert list(ledger.entries(tx)) == before


def test_only_the_text_as_it_stands_is_counted_but_judgements_stay(council: Store, clock: FakeClock) -> None:
    clock.move(hours=1)
    store_items(council, "bins", item(1, "what a day"))
    list(scan(council, JUDGE))
    found = backtest(council, shell(), policy.default())
    assert (found.texts, found.before.alerts) == (5, 3)
    assert (found.upheld, found.before.upheld) == (1, 1)


def test_the_newest_model_speaks(council: Store) -> None:
    list(scan(council, WordJudge({}, "b" * 64)))
    found = backtest(council, shell(), policy.default())
    assert (found.texts, found.before.alerts, found.upheld, found.before.upheld) == (5, 0, 1, 0)


def test_findings_go_by_one_by_one(council: Store) -> None:
    seen: list[int] = []

    def watch(rows: Iterable[AnyRow], count: int) -> Iterable[AnyRow]:
        for row in rows:
            seen.append(row.version_id)
            yield row
        assert count == len(seen)

    backtest(council, shell(), policy.default(), watch)
    assert len(set(seen)) == 5


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_only_who_manages_the_policy_may_ask(sqlite_store: Store, role: Role) -> None:
    with pytest.raises(NotAllowed):
        backtest(sqlite_store, Person("x@council.example", "X", frozenset({role}), True, 7), policy.default())


def test_an_empty_store_has_nothing_to_compare(sqlite_store: Store) -> None:
    found = backtest(sqlite_store, shell(), policy.default())
    assert (found.texts, found.before.alerts) == (0, 0)
    assert "reviewers" not in described(found)


def test_it_is_told_in_sentences(council: Store) -> None:
    found: Backtest = backtest(council, shell(), changed("H1", "0.95"))
    told = described(found)
    assert "Policy next against" in told
    assert "texts as they stand now: 5, alerts: 1 instead of 4 (0 new, 3 no longer)." in told
    assert "Flags that reviewers upheld: 1; would alert: 0 instead of 1." in told
    assert "  H1: met 0 times instead of 3" in told
