"""The policy in force, out of the store: the shipped one is put there the first time it is asked for."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from data import policy as policies
from data.clock import local_day
from data.errors import IllegalStep, NotFound
from data.model import Person
from data.permissions import Action, check
from data.policy import Policy
from data.services.actors import number_of, ref
from data.store import alerts, findings, ledger, people
from data.store.engine import Store


@dataclass(frozen=True, slots=True)
class InForce:
    """A policy with its number in the store."""

    id: int
    policy: Policy


@dataclass(frozen=True, slots=True)
class Kept:
    """A version with when it came or comes into force and who put it there; `later`: not yet."""

    id: int
    policy: Policy
    begins: datetime
    actor: str
    in_force: bool
    later: bool


def current(tx: Connection, now: datetime) -> InForce:
    """Return the policy in force; needs a writing transaction the first time."""
    row = findings.current_policy(tx, now)
    if row is not None:
        return InForce(row.id, _read(row.content))
    shipped = policies.default()
    return InForce(_store(tx, shipped, "postreeve", now, now), shipped)


def of_alert(tx: Connection, alert_id: int) -> tuple[int, Policy]:
    """Return the newest policy that an alert was raised under, with its number."""
    newest = max(alerts.hits(tx, alert_id), key=lambda hit: int(hit.id)).policy_version_id
    row = findings.policy_by_id(tx, newest)
    assert row is not None, "a foreign key keeps it"
    return int(row.id), _read(row.content)


def put_in_force(
    store: Store, actor: Person, content: str, name: str, *, reason: str = "", begins: datetime | None = None
) -> InForce:
    """Put a policy in force from now, or from a later time; raise `PolicyError` when it does not hold together.

    Until that time the one before stays in force, and everything resolves against it. Raises `IllegalStep` for a time
    that is over: what was judged then was judged under another policy.
    """
    check(actor, Action.MANAGE_POLICY)
    new, now = policies.load(content, name), store.now()
    if begins is not None and begins <= now:
        raise IllegalStep("A policy comes into force now or on a later day, never on one that has begun.")
    with store.write() as tx:
        return InForce(_store(tx, new, ref(actor), now, begins or now, reason.strip()), new)


def change(store: Store, actor: Person, zone: str, content: str, day: date, reason: str) -> Kept:
    """Put a policy in force, at once or when a later day begins; it needs a reason. Return it as it is kept."""
    check(actor, Action.MANAGE_POLICY)
    if not reason.strip():
        raise IllegalStep("Say in a few words why the policy changes; it stands with the change.")
    begins = None if day == local_day(store.now(), zone) else first_moment(day, zone)
    new = put_in_force(store, actor, content, "policy", reason=reason, begins=begins)
    return next(one for one in versions(store, actor) if one.id == new.id)


def withdraw(store: Store, actor: Person, number: int, reason: str) -> None:
    """Take back a policy that is not in force yet; raise `IllegalStep` for one that is or was."""
    check(actor, Action.MANAGE_POLICY)
    if not reason.strip():
        raise IllegalStep("Say in a few words why the change is taken back.")
    with store.write() as tx:
        row = findings.policy_by_id(tx, number)
        if row is None:
            raise NotFound(f"There is no policy with the number {number}.")
        if row.effective_from <= store.now():
            raise IllegalStep(f"Policy {row.name} came into force already; put another one in force instead.")
        findings.drop_policy(tx, number)
        detail = {"version": row.name, "sha256": row.sha256, "reason": reason.strip()}
        ledger.append(tx, store.now(), ref(actor), "policy.withdraw", f"policy:{number}", detail)


def versions(store: Store, actor: Person) -> list[Kept]:
    """Return every version, the last to come into force first."""
    check(actor, Action.SEE_ACCOUNTS)
    now = store.now()
    with store.write() as tx:
        current(tx, now)
        present = findings.current_policy(tx, now)
        rows = findings.policies(tx)
        names = people.names(tx, [n for row in rows if (n := number_of(row.actor)) is not None])
    return [
        Kept(
            id=row.id,
            policy=_read(row.content),
            begins=row.effective_from,
            actor=names.get(number_of(row.actor) or 0, row.actor),
            in_force=present is not None and row.id == present.id,
            later=row.effective_from > now,
        )
        for row in rows
    ]


def first_moment(day: date, zone: str) -> datetime:
    """Return when a day begins in the council's zone."""
    return datetime.combine(day, time.min, ZoneInfo(zone))


def _store(tx: Connection, new: Policy, actor: str, now: datetime, begins: datetime, reason: str = "") -> int:
    number = findings.add_policy(tx, new.version, new.content, new.sha256, actor, begins)
    detail = {"version": new.version, "sha256": new.sha256} | ({"reason": reason} if reason else {})
    later = begins > now
    detail |= {"from": begins.isoformat()} if later else {}
    ledger.append(tx, now, actor, "policy.schedule" if later else "policy.in_force", f"policy:{number}", detail)
    return number


@lru_cache(maxsize=32)
def _read(content: str) -> Policy:
    return policies.load(content)
