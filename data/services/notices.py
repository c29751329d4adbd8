"""Who is to be told of what: the plan, and putting down what of it is new. A pure answer to "what is due" each time.

A notice that is not in the plan any more (decided meanwhile, handed over, switched off, left) is not sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from data.model import Person
from data.notice import (
    HOLDERS,
    IMPARTIAL,
    OFFICERS,
    Cause,
    Channel,
    Frequency,
    Kind,
    Preference,
    Reach,
    digest_of,
    wants,
)
from data.notice import steps_due as steps
from data.permissions import Action, check, may
from data.services import causes, silence
from data.services.actors import ref
from data.store import alerts, ledger, opinions, outbox, people, preferences, waiting
from data.store.engine import Store

KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the council has set: zone, hours, and the ways out there are (`team`: channels of the team)."""

    zone: str
    silence_hours: float
    urgent_minutes: int
    digest_hour: int
    email: bool
    team: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """One cause for one recipient; `person_id` and `email` are empty for a team's channel."""

    cause: Cause
    recipient: str
    channel: Channel
    person_id: int | None = None
    email: str = ""


Plan = Mapping[tuple[str, str], Planned]


@dataclass(frozen=True, slots=True)
class _Council:
    """Who is here, what they want, which accounts they have to do with."""

    people: tuple[Person, ...]
    wishes: Mapping[int, Preference]
    linked: frozenset[tuple[int, str]]

    def wish(self, person: Person) -> Preference:
        return self.wishes.get(int(person.id or 0), Preference())

    def able(self, cause: Cause) -> list[Person]:
        """Return the officers who could deal with a cause, whatever they want."""
        impartial = [p for p in self.people if may(p, OFFICERS[cause.kind])]
        if cause.kind not in IMPARTIAL:
            return impartial
        return [p for p in impartial if (int(p.id or 0), cause.account_id) not in self.linked]

    def willing(self, cause: Cause) -> list[Person]:
        """Return those of them who want an e-mail about it."""
        return [p for p in self.able(cause) if wants(w := self.wish(p), cause) and w.reach is Reach.EMAIL]


def plan(store: Store, rules: Rules) -> Plan:
    """Return everyone who is to be told of something now, by cause and recipient."""
    silent = len(silence.health(store, rules.zone, rules.silence_hours).silent)
    with store.read() as tx:
        everyone = tuple(p for p in people.everyone(tx) if p.active)
        council = _Council(everyone, preferences.everyones(tx), frozenset(waiting.linked(tx)))
        found = causes.found(tx, store.now(), rules.zone, silent)
        planned = [*_of_causes(tx, store, rules, council, found), *_digests(store, rules, council)]
    usable = (p for p in planned if rules.email or p.channel is not Channel.EMAIL)
    return {(p.cause.key, p.recipient): p for p in usable}


def put_down(store: Store, planned: Plan) -> int:
    """Put down what was not put down before; return how many that were. What was asked of officers leaves no trace."""
    names = {key for key, _ in planned}
    with store.read() as tx:
        new = set(planned) - outbox.known(tx, names)
        answered = outbox.causes(tx, Kind.QUESTION) - names
    if not new and not answered:
        return 0
    with store.write() as tx:
        outbox.forget(tx, answered)
        outbox.forget_before(tx, store.now() - KEPT)
        missing = sorted(new - outbox.known(tx, names), key=lambda key: (planned[key].cause.kind != Kind.URGENT, key))
        return outbox.put(tx, [_row(planned[key]) for key in missing], store.now())


def opened(store: Store, actor: Person, alert_id: int) -> bool:
    """Note that someone looked at what an urgent notice leads to; say whether they were the first.

    Whoever holds the account may look and does not count: the next on the rota is asked all the same.
    """
    check(actor, Action.CLAIM)
    now = store.now()
    with store.write() as tx:
        own = people.holds(tx, int(actor.id or 0), alerts.get(tx, alert_id).account_id)
        first = not own and outbox.mark_opened(tx, f"urgent:{alert_id}", now)
        if first:
            ledger.append(tx, now, ref(actor), "notice.opened", f"alert:{alert_id}")
    return first


def _of_causes(tx: Connection, store: Store, rules: Rules, council: _Council, found: list[Cause]) -> Iterator[Planned]:
    of_holders = [cause for cause in found if cause.kind in HOLDERS]
    held = waiting.holders(tx, {cause.account_id for cause in of_holders})
    for cause in of_holders:
        for row in held:
            if row.account_id == cause.account_id and wants(council.wishes.get(row.person_id, Preference()), cause):
                yield Planned(cause, f"person:{row.person_id}", Channel.EMAIL, row.person_id, row.email)
    for cause in found:
        if cause.kind is Kind.URGENT:
            yield from _rota(tx, store, rules, council, cause)
        elif cause.kind in OFFICERS:
            had = opinions.had_a_part(tx, int(cause.about["alert"])) if cause.kind is Kind.APPEAL else ()
            yield from (_to(cause, person) for person in council.willing(cause) if person.id not in had)
            yield from _to_team(cause, rules)


def _rota(tx: Connection, store: Store, rules: Rules, council: _Council, cause: Cause) -> Iterator[Planned]:
    """One after another until someone opens it; everyone who could, where nobody wants to, and no team is told."""
    rota = council.willing(cause) or ([] if rules.team else council.able(cause))
    rota = rota if rules.email else []
    first = outbox.first_put(tx, cause.key)
    began = first.put_at if first is not None else None
    turn = int(cause.about["alert"]) % len(rota) if rota else 0  # not always the same one first
    for step in range(steps(began, store.now(), timedelta(minutes=rules.urgent_minutes), len(rota))):
        now = Cause(cause.kind, f"{cause.key}:{step}", cause.about, cause.account_id, cause.department)
        if rota:
            yield _to(now, rota[(turn + step) % len(rota)])
        yield from _to_team(now, rules)


def _digests(store: Store, rules: Rules, council: _Council) -> Iterator[Planned]:
    for person in council.people:
        wish = council.wish(person)
        key = digest_of(wish.digest, store.now(), rules.zone, rules.digest_hour)
        if key is not None and person.roles and wish.reach is Reach.EMAIL:
            yield _to(Cause(Kind.DIGEST, key), person)
    if key := digest_of(Frequency.DAILY, store.now(), rules.zone, rules.digest_hour):
        yield from _to_team(Cause(Kind.DIGEST, key), rules)


def _to(cause: Cause, person: Person) -> Planned:
    return Planned(cause, f"person:{person.id}", Channel.EMAIL, person.id, person.email)


def _to_team(cause: Cause, rules: Rules) -> Iterator[Planned]:
    yield from (Planned(cause, f"team:{channel}", channel) for channel in rules.team)


def _row(planned: Planned) -> dict[str, object]:
    named = {"kind": planned.cause.kind, "cause": planned.cause.key, "recipient": planned.recipient}
    return named | {"person_id": planned.person_id, "channel": planned.channel}
