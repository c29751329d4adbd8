"""The policy in force, out of the store: the shipped one is put there the first time it is asked for."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from data import policy as policies
from data.model import Person
from data.permissions import Action, check
from data.policy import Policy
from data.services.actors import ref
from data.store import alerts, findings, ledger
from data.store.engine import Store


@dataclass(frozen=True, slots=True)
class InForce:
    """A policy with its number in the store."""

    id: int
    policy: Policy


def current(tx: Connection, now: datetime) -> InForce:
    """Return the policy in force; needs a writing transaction the first time."""
    row = findings.current_policy(tx)
    if row is not None:
        return InForce(row.id, _read(row.content))
    shipped = policies.default()
    return InForce(_store(tx, shipped, "postreeve", now), shipped)


def of_alert(tx: Connection, alert_id: int) -> tuple[int, Policy]:
    """Return the newest policy that an alert was raised under, with its number."""
    newest = max(hit.policy_version_id for hit in alerts.hits(tx, alert_id))
    row = findings.policy_by_id(tx, newest)
    assert row is not None, "a foreign key keeps it"
    return int(row.id), _read(row.content)


def put_in_force(store: Store, actor: Person, content: str, name: str) -> InForce:
    """Put a policy in force from now; raise `PolicyError` when it does not hold together."""
    check(actor, Action.MANAGE_POLICY)
    new = policies.load(content, name)
    with store.write() as tx:
        return InForce(_store(tx, new, ref(actor), store.now()), new)


def _store(tx: Connection, new: Policy, actor: str, now: datetime) -> int:
    number = findings.add_policy(tx, new.version, new.content, new.sha256, actor, now)
    ledger.append(tx, now, actor, "policy.in_force", f"policy:{number}", {"version": new.version, "sha256": new.sha256})
    return number


@lru_cache(maxsize=32)
def _read(content: str) -> Policy:
    return policies.load(content)
