"""What the council can say in public of how it uses postreeve: settings, figures with their n, and what is not known.

Nothing here names an account, a post or a person.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from data.agreement import Agreement, agreement
from data.clock import local_day
from data.config import Settings
from data.errors import UseError
from data.model import Judgement, Person
from data.permissions import Action, check
from data.reports.equality import Group
from data.reports.grouping import NONE, Flagged, Hit
from data.reports.periods import span
from data.retention import described, periods
from data.services import rollups
from data.services.asking import CARD
from data.services.estimating import Estimate, latest
from data.services.policy import InForce, current
from data.services.register import Listed, listed
from data.services.trends import bounds
from data.store import findings, involvement, opinions, requests, support, trending
from data.store import rollups as counted
from data.store.engine import Store
from data.store.involvement import Involved

ALONE = 3  # accounts at least that a group has, or its figures would be those of somebody's account
OTHER = "others, of fewer than three accounts each"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the documents are filled from, of posts published from `since` to `until`.

    `kinds` and `purposes` are groups that share nothing, `characteristics` overlap. `model` and `card` are None where
    nothing was judged yet, or no worker has given a card of that model.
    """

    made_at: datetime
    since: date
    until: date
    settings: Settings
    register: tuple[Listed, ...]
    policy: InForce
    policy_since: datetime
    model: Mapping[str, Any] | None
    card: Mapping[str, Any] | None
    assessed: Mapping[str, int]
    posts: int
    kinds: tuple[Group, ...]
    purposes: tuple[Group, ...]
    characteristics: tuple[Group, ...]
    involved: Involved
    agreement: Agreement
    rated: tuple[int, int, int, int]
    sample: Estimate | None
    kept_for: Mapping[str, str]
    policies: tuple[tuple[datetime, str], ...]


def facts(
    store: Store, actor: Person, settings: Settings, since: date | None = None, until: date | None = None
) -> Facts:
    """Return what is known of a time: from the first post to today when left out."""
    check(actor, Action.EXPORT_ROWS)
    zone = settings.zone
    first, last = bounds(store, actor, zone)
    begin, end = since or first, until or last
    if begin > end:
        raise UseError(f"--from {begin} lies after --to {end}.")
    rollups.refresh(store, zone)
    with store.write() as tx:
        in_force = current(tx, store.now())
    register = tuple(listed(store, zone))
    sample = latest(store, actor)
    with store.read() as tx:
        alerts = trending.flagged(tx, *span(begin, end, zone))
        hits = trending.hits(tx)
        texts = _texts(tx, begin, end, register)
        versions = [(row.effective_from, row.name) for row in findings.policies(tx)]
        model = involvement.last_model(tx)
        return Facts(
            made_at=store.now(),
            since=begin,
            until=end,
            settings=settings,
            register=register,
            policy=in_force,
            policy_since=next(at for at, _ in versions if at <= store.now()),
            model=model,
            card=_card(tx, model),
            assessed=counted.assessment(tx),
            posts=sum(row.posts for row in counted.sums(tx, begin, end, 4)),
            kinds=tuple(_apart(alerts, texts, pooled({one.account.id: str(one.account.kind) for one in register}))),
            purposes=tuple(_apart(alerts, texts, pooled({one.account.id: _purpose(one) for one in register}))),
            characteristics=tuple(_overlapping(alerts, hits)),
            involved=involvement.involved(tx, [one.id for one in alerts]),
            agreement=agreement(opinions.pairs(tx)),
            rated=support.rated(tx),
            sample=sample,
            kept_for=described(periods(settings)),
            policies=tuple(versions),
        )


def today(found: Facts) -> date:
    """Return the day on which the facts were gathered, in the council's zone."""
    return local_day(found.made_at, found.settings.zone)


def pooled(group_of: Mapping[str, str]) -> dict[str, str]:
    """Return the group of each account, those of few accounts put together, and never so that they are few again."""
    sizes = Counter(group_of.values())
    small = {name for name, accounts in sizes.items() if accounts < ALONE}
    while small and sum(sizes[name] for name in small) < ALONE and len(small) < len(sizes):
        small.add(min(sizes.keys() - small, key=lambda name: (sizes[name], name)))
    return {account: OTHER if name in small else name for account, name in group_of.items()}


def _purpose(one: Listed) -> str:
    return (one.passport.purpose.strip() if one.passport else "") or "none given"


def _texts(tx: Connection, begin: date, end: date, register: Sequence[Listed]) -> dict[str, int]:
    sums = {one.account.id: counted.sums(tx, begin, end, 4, [one.account.id]) for one in register}
    return {account: sum(row.texts for row in rows) for account, rows in sums.items()}


def _apart(alerts: Iterable[Flagged], texts: Mapping[str, int], group_of: Mapping[str, str]) -> list[Group]:
    sums: Counter[str] = Counter()
    for account, group in group_of.items():
        sums[group] += texts[account]
    judged: dict[str, Counter[str | None]] = defaultdict(Counter)
    for one in alerts:
        judged[group_of[one.account_id]][one.judgement] += 1
    return [_group(name, number, judged[name]) for name, number in sorted(sums.items())]


def _overlapping(alerts: Iterable[Flagged], hits: Mapping[int, Sequence[Hit]]) -> list[Group]:
    judged: dict[str, Counter[str | None]] = defaultdict(Counter)
    for one in alerts:
        for name in {c for hit in hits.get(one.id, ()) for c in hit.characteristics} or {NONE}:
            judged[name][one.judgement] += 1
    return [_group(name, None, counts) for name, counts in sorted(judged.items())]


def _group(name: str, texts: int | None, judged: Counter[str | None]) -> Group:
    return Group(
        name, texts, judged[Judgement.UPHELD], judged[Judgement.NOT_UPHELD], judged[Judgement.CANNOT_TELL], judged[None]
    )


def _card(tx: Connection, model: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the card that a worker gave last, if it is that of the model that judged last."""
    row = requests.newest_answered(tx, CARD)
    found: Mapping[str, Any] = row.result if row is not None and row.result else {}
    return found if model is not None and found.get("hash") == model["hash"] else None
