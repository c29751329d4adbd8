"""What another policy would have put before a person, told from the findings that are there: no text is read again."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from data import policy as policies
from data.model import Assessed, Finding, Judgement, Part, Person
from data.permissions import Action, check
from data.policy import Policy
from data.services.judged import in_force
from data.store import findings, models
from data.store.engine import Store
from data.store.rows import AnyRow

Judgements = Mapping[tuple[int, str], str]  # by version and part
Watch = Callable[[Iterable[AnyRow], int], Iterable[AnyRow]]


@dataclass(frozen=True, slots=True)
class Told:
    """How many alerts a policy raises, of how many posts or judgements; `by_clause` counts the clauses met."""

    alerts: int
    upheld: int
    not_upheld: int
    by_clause: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Backtest:
    """The policy in force and the proposed one on the same findings.

    `texts` are the parts of posts as they stand now that could be assessed, `new` and `gone` those that only one of the
    policies puts before a person; `upheld` and `not_upheld` are the decisions in force to measure against.
    """

    in_force: str
    proposed: str
    texts: int
    new: int
    gone: int
    upheld: int
    not_upheld: int
    before: Told
    after: Told


def backtest(store: Store, actor: Person, proposed: Policy, watch: Watch = lambda rows, _: rows) -> Backtest:
    """Compare a policy with the one in force; changes nothing. `watch` sees the findings go by, and their number."""
    check(actor, Action.MANAGE_POLICY)
    with store.read() as tx:
        row = findings.current_policy(tx, store.now())
        present = policies.load(row.content) if row else policies.default()
        judged = _judged(tx)
        count = _Count(present, proposed, judged)
        for found in watch(findings.newest(tx), findings.count_newest(tx)):
            count.add(found)
    return count.told()


class _Count:
    """Adds findings up under two policies."""

    def __init__(self, present: Policy, proposed: Policy, judged: Judgements) -> None:
        self.policies, self.judged = (present, proposed), judged
        self.alerts: list[Counter[str]] = [Counter(), Counter()]
        self.clauses: list[Counter[str]] = [Counter(), Counter()]
        self.seen: Counter[str] = Counter()

    def add(self, row: AnyRow) -> None:
        finding = Finding(
            row.model_hash,
            row.score,
            row.categories,
            row.characteristics,
            assessed=Assessed(row.assessed),
            part=Part(row.part),
        )
        met = [policies.hits(one, finding) for one in self.policies]
        alert = [policies.raises_alert(one) for one in met]
        judgement = self.judged.get((row.version_id, row.part))
        if judgement is not None:
            self.seen[judgement] += 1
            for n in range(2):
                self.alerts[n][judgement] += alert[n]
        if not row.present or finding.assessed is Assessed.NONE:
            return
        self.seen["texts"] += 1
        self.seen["new"] += alert[1] and not alert[0]
        self.seen["gone"] += alert[0] and not alert[1]
        for n in range(2):
            self.alerts[n]["all"] += alert[n]
            self.clauses[n].update(hit.clause for hit in met[n])

    def told(self) -> Backtest:
        before, after = (
            Told(
                alerts["all"],
                alerts[Judgement.UPHELD],
                alerts[Judgement.NOT_UPHELD],
                {clause.id: met[clause.id] for clause in one.clauses},
            )
            for one, alerts, met in zip(self.policies, self.alerts, self.clauses, strict=True)
        )
        seen = self.seen
        return Backtest(
            in_force=self.policies[0].version,
            proposed=self.policies[1].version,
            texts=seen["texts"],
            new=seen["new"],
            gone=seen["gone"],
            upheld=seen[Judgement.UPHELD],
            not_upheld=seen[Judgement.NOT_UPHELD],
            before=before,
            after=after,
        )


def _judged(tx: Connection) -> dict[tuple[int, str], str]:
    decisions: Any = in_force(models.reviews(tx), models.turns(tx))
    return {(row.version_id, row.cause): row.judgement for row in decisions}
