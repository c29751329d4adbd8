"""A small council for notices: a store with alerts, the rules, and a carrier that keeps what it is given."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from classifier.scan import scan
from data.errors import NoticeError
from data.model import Category, Decision, Judgement, Outcome, Person, Role
from data.notice import Channel, Kind
from data.services import notices, outbox, people, review
from data.services.actors import shell
from data.services.notices import Plan, Planned, Rules
from data.services.outbox import Tally
from data.services.review import Seen
from data.store import alerts
from data.store.engine import Store
from data.store.rows import AnyRow
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

RULES = Rules("Europe/London", 1_000_000.0, 15, 8, email=True)
THREAT, INSULT = "We know where you live, come round and see", "What a clown"
DOMAIN = "fernbrook.example"
PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Staff:
    """Two reviewers, an administrator, and the owner of the account bins."""

    ann: Person
    ben: Person
    ada: Person
    owner: Person


def staff(store: Store, **cells: str) -> Staff:
    """Add the account bins and the people."""
    add(store, row("bins", owner_email=f"owner@{DOMAIN}", **cells))
    roles = {"ann": Role.REVIEWER, "ben": Role.SECOND_REVIEWER, "ada": Role.ADMINISTRATOR, "owner": Role.OWNER}
    return Staff(
        **{n: people.add(store, shell(), f"{n}@{DOMAIN}", n.title(), [role], PASSWORD) for n, role in roles.items()}
    )


def posted(store: Store, *texts: str) -> list[int]:
    """Post and scan texts for the account bins; return the numbers of the alerts there are, in that order."""
    store_items(store, "bins", *(item(n, text) for n, text in enumerate(texts, 1)))
    for _ in scan(store, WordJudge({"come round": Category.THREAT, "clown": Category.HARASSMENT})):
        pass
    with store.read() as tx:
        waiting = sorted(alerts.queue(tx), key=lambda found: str(found.published_at))
    return [found.alert.id for found in waiting]


def seen(store: Store, number: int) -> Seen:
    """Return an alert as it stands, for a step on it."""
    with store.read() as tx:
        return review.seen(alerts.get(tx, number))


def decide(store: Store, who: Person, number: int, judgement: Judgement = Judgement.UPHELD) -> None:
    """Decide an alert: advice when it is upheld, no action otherwise."""
    outcome = Outcome.ADVICE if judgement is Judgement.UPHELD else Outcome.NO_ACTION
    with store.read() as tx:
        clause = alerts.hits(tx, number)[0].clause
    review.decide(store, who, seen(store, number), Decision(judgement, outcome, clause, "As I read it."))


def planned(store: Store, rules: Rules = RULES, kind: Kind | None = None) -> list[tuple[str, str]]:
    """Return (kind or cause, recipient's first name or channel) of what is planned, digests left out unless asked."""
    found = [p for p in notices.plan(store, rules).values() if kind is p.cause.kind or not kind]
    kept = [p for p in found if kind or p.cause.kind is not Kind.DIGEST]
    return sorted((p.cause.kind.value, p.email.partition("@")[0] or p.recipient) for p in kept)


@dataclass
class Post:
    """Takes notices in place of a mail server; fails as it is told to."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    errors: list[NoticeError | None] = field(default_factory=list)
    kinds: Sequence[Kind] = tuple(k for k in Kind if k is not Kind.DIGEST)

    def __call__(self, row: AnyRow, wanted: Planned) -> bool:
        """Deliver one notice."""
        if wanted.cause.kind not in self.kinds:
            return False
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self.sent.append((wanted.cause.kind.value, wanted.email.partition("@")[0] or wanted.recipient))
        return True


def round_of(store: Store, post: Post, rules: Rules = RULES) -> Tally:
    """Plan, put down and send, as one round does."""
    plan: Plan = notices.plan(store, rules)
    notices.put_down(store, plan)
    return outbox.send_due(store, plan, post)


TEAM = Rules("Europe/London", 1_000_000.0, 15, 8, email=True, team=(Channel.SLACK,))
