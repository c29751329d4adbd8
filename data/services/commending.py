"""Posts that went well: people commend them, with a reason. Nothing of it comes from a score, or turns into one."""

from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Person
from data.nameless import betrays, tidied
from data.permissions import Action, check, may
from data.services.actors import ref
from data.store import learning, ledger, links, people, posts
from data.store.engine import Store
from data.store.rows import Rows

LONGEST = 600
NAMES = "The reason stands in reports without names, and this has {}. Say what went well without it."


def commend(store: Store, actor: Person, post_id: int, reason: str) -> int:
    """Commend a post; return the number. Refused on an account that one holds, and where an alert was upheld."""
    check(actor, Action.COMMEND)
    words, now = tidied(reason), store.now()
    if not words or len(words) > LONGEST:
        raise IllegalStep(f"Say in a sentence or two what went well: {LONGEST} characters at most.")
    with store.write() as tx:
        row = posts.get(tx, post_id)
        if row is None or row.erased_at is not None:
            raise NotFound(f"There is no post {post_id} with words that could be commended.")
        person_id = int(actor.id or 0)
        if people.holds(tx, person_id, row.account_id):
            raise NotAllowed("Posts of an account that you hold are for others to commend.")
        if learning.upheld(tx, post_id):
            raise IllegalStep("An alert on this post was upheld, so it is not held up as an example.")
        if learning.by_person(tx, post_id, person_id):
            raise IllegalStep("You commend this post already; nothing was recorded twice.")
        names, handle = learning.people_of(tx, row.account_id), learning.handle_of(tx, row.account_id)
        if found := betrays(words, names, [handle], []):
            raise IllegalStep(NAMES.format(" and ".join(found)))
        number = learning.commend(tx, post_id, person_id, words, now)
        ledger.append(tx, now, ref(actor), "post.commend", f"post:{post_id}", {"commendation": number})
    return number


def withdraw(store: Store, actor: Person, number: int) -> None:
    """Take a commendation back: one's own, or any for someone on the panel."""
    check(actor, Action.COMMEND)
    with store.write() as tx:
        row = learning.commendation_of(tx, number)
        if row is None:
            raise NotFound(f"There is no commendation {number} that stands.")
        if row.person_id != actor.id and not may(actor, Action.DECIDE_PASSPORT):
            raise NotAllowed("Someone else commended this post; they or the panel can take that back.")
        learning.withdraw_commendation(tx, number, store.now())
        ledger.append(
            tx, store.now(), ref(actor), "post.not_commended", f"post:{row.post_id}", {"commendation": number}
        )


def of_mine(store: Store, actor: Person) -> Rows:
    """Return what is commended of the accounts that someone holds, newest first."""
    check(actor, Action.REPLY)
    with store.read() as tx:
        return learning.of_accounts(tx, set(links.answers_for(tx, int(actor.id or 0))))


def of_account(store: Store, actor: Person, account_id: str) -> Rows:
    """Return what is commended of an account, newest first."""
    check(actor, Action.SEE_ACCOUNTS)
    with store.read() as tx:
        return learning.of_accounts(tx, {account_id})
