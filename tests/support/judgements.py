"""Decisions for tests: a council whose reviewers judge posts on several accounts."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from classifier.scan import scan
from data.model import Category, Characteristic, Decision, Judgement, Outcome, Person, Role
from data.services import appeals, people, review
from data.services.actors import shell
from data.services.judged import Judged
from data.store import alerts
from data.store.engine import Store
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

AT = datetime(2026, 11, 1, tzinfo=UTC)
JUDGE = WordJudge({"clown": Category.HARASSMENT, "those people": Category.DISCRIMINATION})
UPHELD = Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles.", (Category.HARASSMENT,))
NOT_UPHELD = Decision(Judgement.NOT_UPHELD, Outcome.NO_ACTION, "H1", "A circus came to town.")
CANNOT_TELL = Decision(Judgement.CANNOT_TELL, Outcome.NO_ACTION, "H1", "There is no telling.")


def judged(
    number: int,
    text: str,
    upheld: bool,
    account: str = "bins",
    categories: Iterable[Category] = (Category.HARASSMENT,),
    characteristics: Iterable[Characteristic] = (),
) -> Judged:
    """Return one decision in force; what was confirmed counts only if it was upheld."""
    confirmed = frozenset(categories if upheld else ()), frozenset(characteristics if upheld else ())
    return Judged(number, AT, account, number, text, upheld, *confirmed)


def reviewer(store: Store) -> Person:
    """Return a reviewer who holds no account."""
    return people.add(store, shell(), "rita@council.example", "Rita", [Role.REVIEWER], None)


def post_and_scan(store: Store, account: str, texts: Sequence[str], known: bool = False) -> None:
    """Post texts on an account, which is added unless it is known, and scan them."""
    if not known:
        add(store, row(account))
    store_items(store, account, *reversed([item(n, text) for n, text in enumerate(texts, 1)]))  # newest first
    list(scan(store, JUDGE))


def decide(store: Store, who: Person, alert_id: int, decision: Decision) -> None:
    """Decide one alert."""
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, alert_id))
    review.decide(store, who, seen, decision)


def another(store: Store) -> Person:
    """Return a reviewer who had no part in anything yet."""
    return people.add(store, shell(), "uma@council.example", "Uma", [Role.REVIEWER], None)


def appeal(store: Store, alert_id: int) -> None:
    """Appeal against the decision on an alert, as the owner of its account."""
    owner = people.add(store, shell(), "owner@bins.example", "Jo", [Role.OWNER], None)
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, alert_id))
    appeals.appeal(store, owner, seen, "Please look again.")
