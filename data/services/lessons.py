"""Lessons: what all staff can learn from a decided alert, without names and without the post's words."""

from dataclasses import dataclass
from datetime import date

from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Person
from data.nameless import betrays, tidied
from data.permissions import Action, check
from data.reports.periods import span
from data.review import FINISHED
from data.services.actors import ref
from data.store import alerts, learning, ledger, people, posts
from data.store.engine import Store
from data.store.rows import Rows

SHORTEST, LONGEST = 20, 600
NAMES = "A lesson is read by everyone, and this has {}. Say it so that nobody can tell who it was."


@dataclass(frozen=True, slots=True)
class Learnt:
    """What went well and what was learnt in a time: commended posts, why, and the lessons shared then."""

    commended: int
    reasons: tuple[str, ...]
    lessons: tuple[str, ...]


def share(store: Store, actor: Person, alert_id: int, text: str) -> int:
    """Share a lesson from a decided alert; return its number. Refused where it tells whose post it was."""
    check(actor, Action.SHARE_LESSON)
    words, now = tidied(text), store.now()
    if not SHORTEST <= len(words) <= LONGEST:
        raise IllegalStep(f"A lesson is a short text of {SHORTEST} to {LONGEST} characters.")
    with store.write() as tx:
        alert = alerts.get(tx, alert_id)
        if alert.status not in FINISHED or alerts.standing(alerts.reviews(tx, alert_id)) is None:
            raise IllegalStep(f"Alert {alert_id} is not decided, so there is no lesson to draw from it yet.")
        if people.holds(tx, int(actor.id or 0), alert.account_id):
            raise NotAllowed("Someone who does not hold this account draws the lesson.")
        versions = posts.versions(tx, alert.post_id)
        said = [part for version in versions for part in (version.text, version.shared_text, *version.alt_texts)]
        names, handle = learning.people_of(tx, alert.account_id), learning.handle_of(tx, alert.account_id)
        if found := betrays(words, names, [handle], said):
            raise IllegalStep(NAMES.format(" and ".join(dict.fromkeys(found))))
        number = learning.share(tx, alert_id, int(actor.id or 0), words, now)
        ledger.append(tx, now, ref(actor), "lesson.share", f"alert:{alert_id}", {"lesson": number})
    return number


def withdraw(store: Store, actor: Person, number: int) -> None:
    """Take a lesson back: any reviewer may, since a slip that names someone must be gone at once."""
    check(actor, Action.SHARE_LESSON)
    with store.write() as tx:
        row = learning.lesson_of(tx, number)
        if row is None:
            raise NotFound(f"There is no lesson {number} that stands.")
        learning.withdraw_lesson(tx, number, store.now())
        ledger.append(tx, store.now(), ref(actor), "lesson.withdraw", f"alert:{row.alert_id}", {"lesson": number})


def listed(store: Store, actor: Person) -> Rows:
    """Return the lessons for anyone who works here, newest first: id, at, text."""
    if actor.id is None or not actor.active or not actor.roles:
        raise NotAllowed("Lessons are for the council's staff: sign in with a role on the register.")
    with store.read() as tx:
        return learning.lessons(tx)


def of_alert(store: Store, actor: Person, alert_id: int) -> Rows:
    """Return the lessons drawn from an alert, for those who review."""
    check(actor, Action.SEE_QUEUE)
    with store.read() as tx:
        return learning.lessons_of(tx, alert_id)


def learnt(store: Store, actor: Person, zone: str, since: date, until: date) -> Learnt:
    """Return what was commended of the posts of a time and the lessons shared in it, without any name."""
    check(actor, Action.SEE_ACCOUNTS)
    begin, end = span(since, until, zone)
    with store.read() as tx:
        rows = learning.between(tx, begin, end)
        found = [row.text for row in learning.lessons(tx) if begin <= row.at < end]
    reasons = tuple(dict.fromkeys(row.reason for row in rows if row.reason))
    return Learnt(len({row.post_id for row in rows}), reasons, tuple(found))
