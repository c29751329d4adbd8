"""What people may read, each page in one transaction: the queue, one alert, the register, one account.

Permissions are checked here, so that a page which forgets to ask shows nothing. Reading the words of a post is audited
where they are uncovered (`review.note_read`, `note_posts_read`); pages keep what they get here covered until then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from data import review
from data.model import Account, Alert, AlertStatus, Explanation, Passport, Person, Version
from data.permissions import Action, check, may
from data.policy import Policy
from data.services import rollups
from data.services.actors import ref
from data.services.policy import of_alert
from data.services.register import Listed, listed, listed_one
from data.services.review import barred
from data.store import accounts, alerts, findings, ledger, opinions, people, posts, runs
from data.store import rollups as counted
from data.store.alerts import Queued
from data.store.engine import Store
from data.store.narrowing import Narrow, conditions
from data.store.rows import AnyRow, Rows
from data.words import judged_words

PAGE = 25
EVERYTHING = Narrow()
BATCHES = 25  # of changed days counted before a page is shown all the same


@dataclass(frozen=True, slots=True)
class Looked:
    """What the store holds and how far it was assessed, for sentences about absence.

    `assessed` counts posts by how far their present text was assessed, "" for those no model has looked at.
    """

    accounts: int
    posts: int
    assessed: Mapping[str, int]
    gaps: int
    failing: tuple[AnyRow, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One page of the queue: `after` is where the next page begins, None on the last."""

    rows: tuple[Queued, ...]
    counts: Mapping[str, int]
    after: tuple[int, int] | None
    held: frozenset[str]
    names: Mapping[int, str]
    decided: tuple[Queued, ...]
    looked: Looked


@dataclass(frozen=True, slots=True)
class AlertCase:
    """Everything a reviewer needs beside the words of a post.

    `hits` are the clauses met on the version the alert is about now, the gravest first; `upheld` is (upheld, judged)
    of earlier decisions under the gravest clause; `held` says that the reader holds the account, `barred` that they had
    a part in what is looked at anew. `opinions` on this version are there once there are two: nobody's is known before.
    """

    alert: Alert
    account: Account
    passport: Passport | None
    post: AnyRow
    versions: tuple[Version, ...]
    policy: Policy
    hits: Rows
    finding: AnyRow | None
    explanation: Explanation | None
    replies: Rows
    events: Rows
    reviews: Rows
    upheld: tuple[int, int]
    holders: tuple[tuple[str, str, str], ...]
    names: Mapping[int, str]
    held: bool
    barred: bool = False
    opinions: Rows = ()

    @property
    def standing(self) -> AnyRow | None:
        """The decision that stands: the last one that was not taken back, once the alert is decided."""
        return alerts.standing(self.reviews) if self.alert.status in review.SETTLED else None

    @property
    def heard(self) -> bool:
        """Whether the last decision was made on an appeal: it stands then."""
        return alerts.heard(self.events)

    @property
    def interim_reason(self) -> str:
        """Why the holders are asked to hide or correct the post now; empty when they are not."""
        asked = [event.detail["reason"] for event in self.events if event.action == "interim"]
        return asked[-1] if asked and self.alert.interim_at is not None else ""

    @property
    def version(self) -> Version:
        """The version that the alert is about now."""
        return next(v for v in self.versions if v.id == self.alert.version_id)


@dataclass(frozen=True, slots=True)
class Register:
    """The register with what is known of each account's collection."""

    rows: tuple[Listed, ...]
    latest: Mapping[str, AnyRow]
    gaps: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AccountCase:
    """One account: its passport, who holds it, what was collected and assessed, the newest of its `flagged` alerts."""

    listed: Listed
    holders: tuple[tuple[str, str, str], ...]
    coverage: Rows
    runs: Rows
    alerts: Rows
    flagged: int
    steps: Rows
    posts: int
    assessed: Mapping[str, int]
    newest: datetime | None


def queue(
    store: Store, actor: Person, zone: str, after: tuple[int, int] | None = None, asked: Narrow = EVERYTHING
) -> Waiting:
    """Return a page of the queue, or of what is asked for of it, gravest first, and the alerts decided last."""
    check(actor, Action.SEE_QUEUE)
    rollups.refresh(store, zone, BATCHES)
    with store.read() as tx:
        found = alerts.queue(tx, after, PAGE + 1, conditions(asked, store.now()))
        rows = tuple(found[:PAGE])
        claimed = [q.alert.claimed_by for q in rows if q.alert.claimed_by is not None]
        last = rows[-1].alert if len(found) > PAGE else None
        return Waiting(
            rows=rows,
            counts=alerts.counts(tx),
            after=(last.severity.rank, last.id) if last else None,
            held=frozenset(people.held(tx, int(actor.id or 0))),
            names=people.names(tx, claimed),
            decided=tuple(alerts.decided(tx, 10)),
            looked=_looked(tx),
        )


def next_alert(store: Store, actor: Person, policy: Policy, but: int, asked: Narrow = EVERYTHING) -> int | None:
    """Return the gravest alert other than `but` that this person could decide now, None when there is none.

    With `asked` it is one of those asked for of the queue.
    """
    check(actor, Action.SEE_QUEUE)
    now, after = store.now(), None
    with store.read() as tx:
        held = people.held(tx, int(actor.id or 0))
        only = conditions(asked, now)
        while batch := alerts.queue(tx, after, PAGE, only):
            ready = [q.alert for q in batch if q.alert.id != but and q.alert.account_id not in held]
            for alert in ready:
                if _waits_for(alert, actor, policy, now) and not barred(tx, alert, actor):
                    return alert.id
            after = (batch[-1].alert.severity.rank, batch[-1].alert.id)
    return None


def alert_case(store: Store, actor: Person, alert_id: int) -> AlertCase:
    """Return one alert with all that belongs to it; raise `NotFound`."""
    check(actor, Action.SEE_QUEUE)
    with store.read() as tx:
        return case_of(tx, actor, alert_id)


def case_of(tx: Connection, reader: Person, alert_id: int) -> AlertCase:
    """Return one alert with all that belongs to it; who may read it is settled before."""
    alert = alerts.get(tx, alert_id)
    every = alerts.hits(tx, alert_id)
    newest = max((hit.finding_id for hit in every if hit.version_id == alert.version_id), default=None)
    hits = [hit for hit in every if hit.finding_id == newest]
    versions = posts.versions(tx, alert.post_id)
    version = next(v for v in versions if v.id == alert.version_id)
    post, replies, reviews = (
        posts.get(tx, alert.post_id),
        alerts.replies(tx, alert_id),
        alerts.reviews(tx, alert_id),
    )
    assert post is not None, "a foreign key keeps it"
    passports = accounts.newest_passports(tx, [alert.account_id])
    looked = opinions.on_version(tx, alert_id, alert.version_id)
    named = [
        alert.claimed_by,
        *(o.person_id for o in looked),
        *(r.person_id for r in replies),
        *(r.reviewer_id for r in reviews),
    ]
    return AlertCase(
        alert=alert,
        account=accounts.get(tx, alert.account_id),
        passport=passports.get(alert.account_id),
        post=post,
        versions=tuple(versions),
        policy=of_alert(tx, alert_id)[1],
        hits=hits,
        finding=findings.get(tx, newest) if newest else None,
        explanation=findings.explanation_of(tx, newest, judged_words(version, alert.cause)) if newest else None,
        replies=replies,
        events=alerts.events(tx, alert_id),
        reviews=reviews,
        upheld=alerts.upheld_rate(tx, hits[0].clause) if hits else (0, 0),
        holders=tuple(accounts.holder_names(tx, alert.account_id)),
        names=people.names(tx, [n for n in named if n is not None]),
        held=people.holds(tx, int(reader.id or 0), alert.account_id),
        barred=barred(tx, alert, reader),
        opinions=looked if len(looked) > 1 else (),
    )


def register(store: Store, actor: Person, zone: str) -> Register:
    """Return the register with the last collection and the gaps of each account."""
    check(actor, Action.SEE_ACCOUNTS)
    rows = tuple(listed(store, zone))
    with store.read() as tx:
        return Register(rows, runs.latest(tx), runs.gap_counts(tx))


def looked(store: Store, actor: Person, zone: str) -> Looked:
    """Return what was collected and assessed over the whole register."""
    check(actor, Action.SEE_ACCOUNTS)
    rollups.refresh(store, zone, BATCHES)
    with store.read() as tx:
        return _looked(tx)


def account_case(store: Store, actor: Person, zone: str, account_id: str) -> AccountCase:
    """Return one account with its passport, coverage, collections and alerts; raise `NotFound`.

    To reviewers every alert is told. To others none that was dismissed, is open or led to support, which count against
    nobody: only those upheld that are to be corrected or were referred.
    """
    check(actor, Action.SEE_ACCOUNTS)
    found = listed_one(store, zone, account_id)
    rollups.refresh(store, zone, BATCHES)
    with store.read() as tx:
        assessed = counted.assessment(tx, account_id)
        return AccountCase(
            listed=found,
            holders=tuple(accounts.holder_names(tx, account_id)),
            coverage=runs.coverage_of(tx, account_id),
            runs=runs.of_account(tx, account_id, 10),
            alerts=alerts.of_account(tx, account_id, PAGE, upheld=not may(actor, Action.SEE_QUEUE)),
            flagged=alerts.count_of_account(tx, account_id),
            steps=accounts.passport_events(tx, account_id),
            posts=sum(assessed.values()),
            assessed=assessed,
            newest=posts.newest(tx, account_id),
        )


def account_posts(
    store: Store, actor: Person, account_id: str, after: tuple[datetime | None, int] | None = None
) -> tuple[Rows, bool]:
    """Return a page of an account's posts, newest first, and whether there are more."""
    check(actor, Action.SEE_ACCOUNTS)
    with store.read() as tx:
        rows = posts.newest_first(tx, account_id, after, PAGE + 1)
    return rows[:PAGE], len(rows) > PAGE


def note_posts_read(store: Store, actor: Person, account_id: str, post_ids: Sequence[int]) -> None:
    """Record that a person uncovered the words of some posts of an account."""
    check(actor, Action.SEE_ACCOUNTS)
    with store.write() as tx:
        ledger.append(tx, store.now(), ref(actor), "posts.read", f"account:{account_id}", {"posts": list(post_ids)})


def _waits_for(alert: Alert, actor: Person, policy: Policy, now: datetime) -> bool:
    if alert.status is AlertStatus.AWAITING_REPLY:
        return review.reply_chance_given(alert, policy, now)
    taken = alert.status is AlertStatus.CLAIMED and alert.claim_until is not None and alert.claim_until > now
    return not taken or alert.claimed_by == actor.id


def _looked(tx: Connection) -> Looked:
    latest, every, assessed = runs.latest(tx), accounts.ids(tx), counted.assessment(tx)
    return Looked(
        accounts=len(every),
        posts=sum(assessed.values()),
        assessed=assessed,
        gaps=sum(runs.gap_counts(tx).values()),
        failing=tuple(run for run in latest.values() if run.outcome == "failed"),
        never=tuple(sorted(every - set(latest))),
    )
