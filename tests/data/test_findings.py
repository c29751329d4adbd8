"""Models, policy versions and findings over time: an old decision still resolves after new models and policies."""

from collections.abc import Callable

import pytest

from classifier.scan import Scanned, scan
from data import policy as policies
from data.errors import NotAllowed, PolicyError
from data.model import Category, Decision, Finding, Judgement, Outcome, Person, Role
from data.services import policy as service
from data.services import review
from data.services.actors import shell
from data.store import alerts, findings
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

TEXT = policies.DEFAULT.read_text(encoding="utf-8")


def version(name: str) -> str:
    """Return the shipped policy under another version."""
    return TEXT.replace('version = "2026-11"', f'version = "{name}"')


def in_force(store: Store) -> str:
    with store.write() as tx:
        return service.current(tx, store.now()).policy.version


def test_the_shipped_policy_is_in_force_at_first(store: Store) -> None:
    assert in_force(store) == "2026-11"
    with store.read() as tx:
        row_ = findings.current_policy(tx, store.now())
    assert row_ is not None
    assert row_.sha256 == policies.default().sha256


def test_asking_again_stores_nothing_more(store: Store) -> None:
    with store.write() as tx:
        first = service.current(tx, store.now())
        second = service.current(tx, store.now())
    assert first.id == second.id


def test_the_newest_is_in_force_and_an_old_one_can_come_back(store: Store, clock: FakeClock) -> None:
    for name in ("ours-1", "ours-2", "ours-1"):
        clock.move(days=1)
        service.put_in_force(store, shell(), version(name), "p.toml")
        assert in_force(store) == name


def test_putting_the_present_one_in_force_again_changes_nothing(store: Store) -> None:
    first = service.put_in_force(store, shell(), version("ours"), "p.toml")
    assert service.put_in_force(store, shell(), version("ours"), "p.toml").id == first.id


def test_a_broken_policy_never_comes_into_force(store: Store) -> None:
    with pytest.raises(PolicyError, match="did you mean urgent"):
        service.put_in_force(store, shell(), TEXT.replace('"urgent"', '"urgnt"'), "p.toml")
    assert in_force(store) == "2026-11"


def test_only_an_administrator_puts_a_policy_in_force(store: Store, person: Callable[..., Person]) -> None:
    for role in Role:
        someone = person(store, f"{role}@council.example", role)
        if role is Role.ADMINISTRATOR:
            assert service.put_in_force(store, someone, version("theirs"), "p").policy.version == "theirs"
        else:
            with pytest.raises(NotAllowed, match="administrator"):
                service.put_in_force(store, someone, version("theirs"), "p")


def test_an_old_decision_resolves_after_ten_policies_and_three_models(
    store: Store, person: Callable[..., Person], clock: FakeClock
) -> None:
    add(store, row("bins"))
    store_items(store, "bins", item(1, "what a clown"))
    reviewer = person(store, "r@council.example", Role.REVIEWER)
    list(scan(store, WordJudge({"clown": Category.HARASSMENT})))
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, 1))
    review.decide(store, reviewer, seen, Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles."))
    for n in range(10):
        clock.move(days=1)
        service.put_in_force(store, shell(), version(f"later-{n}"), "p.toml")
    for model in "bcd":
        again = sum(scan(store, WordJudge({"clown": Category.HARASSMENT}, hash=model * 64)), Scanned())
        assert again.opened == 0
    with store.read() as tx:
        [decided] = alerts.reviews(tx, 1)
        then = findings.policy_by_id(tx, decided.policy_version_id)
        [hit] = alerts.hits(tx, 1)
        found = findings.get(tx, hit.finding_id)
    assert then is not None
    assert then.name == "2026-11"
    assert policies.load(then.content).clause(decided.clause) is not None
    assert found is not None
    assert found.model_hash == "a" * 64


def test_a_model_is_registered_once(store: Store, clock: FakeClock) -> None:
    with store.write() as tx:
        assert findings.register_model(tx, "a" * 64, "m", {"name": "m"}, clock.now)
        assert not findings.register_model(tx, "a" * 64, "m", {"name": "m"}, clock.now)


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_what_waits_comes_in_pages_without_a_hole(store: Store, limit: int) -> None:
    add(store, row("bins"))
    store_items(store, "bins", *(item(n) for n in range(10)))
    seen, last = [], 0
    with store.read() as tx:
        while page := findings.pending(tx, "a" * 64, last, limit):
            seen += [v.id for v in page]
            last = page[-1].id
    assert seen == sorted(set(seen))
    assert len(seen) == 10


def test_since_leaves_out_what_was_seen_before(store: Store, clock: FakeClock) -> None:
    add(store, row("bins"))
    store_items(store, "bins", item(1))
    clock.move(days=2)
    since = clock.now
    store_items(store, "bins", item(2))
    with store.read() as tx:
        assert [v.text for v in findings.pending(tx, "a" * 64, 0, 10, since=since)] == ["Post number 2"]


def test_two_models_findings_stand_side_by_side(store: Store, clock: FakeClock) -> None:
    add(store, row("bins"))
    store_items(store, "bins", item(1))
    with store.write() as tx:
        for model in "ab":
            findings.register_model(tx, model * 64, model, {}, clock.now)
        ids = [findings.record(tx, [(1, Finding(model * 64, 0.5))], clock.now) for model in "ab"]
        assert ids[0] != ids[1]
        assert [findings.get(tx, i[0]).model_hash[0] for i in ids] == ["a", "b"]  # type: ignore[union-attr]
