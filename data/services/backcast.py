"""The back-cast as a service: the findings of the newest model over the whole time, under the policy in force."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from data import policy as policies
from data.clock import local_day
from data.model import Assessed, Finding, Part, Person
from data.permissions import Action, check
from data.policy import Policy
from data.reports.backcast import BackCast, lines
from data.reports.periods import span
from data.reports.trends import Ask, Group
from data.services import rollups
from data.store import backcast, findings, trending
from data.store import rollups as table
from data.store.engine import Store
from data.store.rows import AnyRow

BATCHES = 25


def back_cast(store: Store, actor: Person, zone: str, ask: Ask) -> BackCast:
    """Return what the newest model would raise in every period asked for, of the texts that it could assess.

    Accounts are narrowed by where they are now. Versions of a post that are no longer there are left out.
    """
    check(actor, Action.SEE_ACCOUNTS)
    rollups.refresh(store, zone, BATCHES)
    with store.read() as tx:
        only = _only(tx, ask)
        days = table.sums(tx, ask.since, ask.until, 4, only)
        posts, found = sum(row.posts for row in days), backcast.newest_model(tx)
        row = findings.current_policy(tx, store.now())
        policy = policies.load(row.content) if row else policies.default()
        if found is None:
            return BackCast("", policy.version, posts, 0)
        begin, end = span(ask.since, ask.until, zone)
        texts: Counter[date] = Counter()
        read = 0
        for at, known, n in backcast.read_by_hour(tx, found.hash, begin, end, only):
            read += known
            texts[local_day(at, zone)] += n
        floor = min(clause.score for clause in policy.clauses)
        rows = backcast.likely(tx, found.hash, begin, end, only, floor)
        raised = Counter(local_day(one.at, zone) for one in rows if _raised(policy, found.hash, one))
    return BackCast(found.name or found.hash[:12], policy.version, posts, read, lines(ask, texts, raised))


def _raised(policy: Policy, model: str, row: AnyRow) -> bool:
    said = Finding(
        model, row.score, row.categories, row.characteristics, assessed=Assessed(row.assessed), part=Part(row.part)
    )
    return policies.raises_alert(policies.hits(policy, said))


def _only(tx: Connection, ask: Ask) -> Sequence[str] | None:
    """Return the accounts asked for, None for all of them."""
    if not ask.only:
        return None
    told = {Group.PLATFORM: "platform", Group.KIND: "kind"}
    members = trending.members(tx).values()
    fits = ask.only.items()
    return [
        one.id
        for one in members
        if all((getattr(one, told[g]) if g in told else one.departments[-1][1]) == name for g, name in fits)
    ]
