"""What the office's screens ask of the worker because it may take long: verify, a backtest, the model's card.

A request of a kind is asked once: whoever asks while one waits gets that one. Its answer stays for those who may see
it, until retention takes finished requests away.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from data import anchor
from data import policy as policies
from data.config import Settings
from data.model import Person
from data.permissions import Action, check
from data.services.actors import ref
from data.services.backtest import backtest
from data.services.verify import verify
from data.store import people, requests
from data.store.engine import Store
from data.store.rows import AnyRow

VERIFY, BACKTEST, CARD = "verify", "backtest", "card"
NEEDS: Mapping[str, Action] = {
    VERIFY: Action.SEE_AUDIT,
    BACKTEST: Action.MANAGE_POLICY,
    CARD: Action.SEE_ACCOUNTS,
}
MOST_TOLD = 50  # problems that an answer names
Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def ask(store: Store, actor: Person, kind: str, **about: Any) -> int:
    """Put a request before the worker, unless the same one waits already; return its number."""
    check(actor, NEEDS[kind])
    subject = {"by": actor.id, **about}
    with store.write() as tx:
        same = [row.id for row in requests.waiting(tx, (kind,)) if {**row.subject, "by": actor.id} == subject]
        return same[0] if same else requests.ask(tx, kind, subject, ref(actor), store.now())


def newest(store: Store, actor: Person, kind: str) -> AnyRow | None:
    """Return the request of a kind that was made last, answered or not; None when there is none."""
    check(actor, NEEDS[kind])
    with store.read() as tx:
        return requests.newest(tx, kind)


def answered(store: Store, actor: Person, kind: str) -> AnyRow | None:
    """Return the request of a kind that was answered last; None when none was."""
    check(actor, NEEDS[kind])
    with store.read() as tx:
        return requests.newest_answered(tx, kind)


def answers(store: Store, settings: Settings) -> dict[str, Answer]:
    """Return what answers these requests, as far as it takes no model."""

    def verified(_: Mapping[str, Any]) -> Mapping[str, Any]:
        report = verify(store, anchor.place(store, settings.anchor))
        problems = {"problems": list(report.problems[:MOST_TOLD]), "failed": len(report.problems)}
        counts = {"evidence": report.evidence, "audit_rows": report.audit_rows, "anchored": report.anchored}
        return counts | problems | {"erased": report.erased}

    def tried(subject: Mapping[str, Any]) -> Mapping[str, Any]:
        with store.read() as tx:
            asker = people.by_id(tx, int(subject["by"]))
        return asdict(backtest(store, asker, policies.load(str(subject["content"]), "policy.toml")))

    return {VERIFY: verified, BACKTEST: tried}
