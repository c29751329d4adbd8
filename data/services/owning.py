"""What the holder of an account sees of its alerts, and their reply.

They see what the reviewer sees, from the moment they are asked or an alert is decided against the post. A flag that was
not upheld is our mistake: it is counted and its words are not shown again. Nobody is presumed to have written a post.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from data import review as rules
from data.errors import NotAllowed
from data.model import Account, Alert, AlertStatus, Judgement, Passport, Person
from data.permissions import Action, check
from data.services import reading, review
from data.services.actors import ref
from data.services.reading import AlertCase
from data.services.review import Seen
from data.store import accounts, alerts, ledger, links
from data.store.engine import Store
from data.store.rows import AnyRow

NOT_YOURS = (
    "There is no alert {} on an account of yours that you were asked about. See My accounts for those there are."
)
CHANGED = "Alert {} changed since you opened it, so your reply was not recorded. Read it again, then reply."


@dataclass(frozen=True, slots=True)
class Held:
    """One account of a person: `told` are the alerts they may read, newest first; `mistakes` were not upheld.

    Alerts that they were not asked about are no part of it, not even as a number: nobody could do anything about them.
    """

    account: Account
    passport: Passport | None
    told: tuple[AnyRow, ...]
    mistakes: int

    @property
    def asked(self) -> tuple[AnyRow, ...]:
        """The alerts that wait for this person's reply."""
        return tuple(row for row in self.told if row.status == AlertStatus.AWAITING_REPLY)


def mine(store: Store, actor: Person) -> tuple[Held, ...]:
    """Return the accounts that a person holds today, with their alerts."""
    check(actor, Action.REPLY)
    with store.read() as tx:
        passports = accounts.newest_passports(tx)
        held = sorted(links.answers_for(tx, int(actor.id or 0)))
        return tuple(_held(tx, account_id, passports.get(account_id)) for account_id in held)


def my_alert(store: Store, actor: Person, alert_id: int) -> AlertCase:
    """Return one alert for a holder of its account; raise `NotAllowed` for anyone else, or before they are asked."""
    check(actor, Action.REPLY)
    with store.read() as tx:
        _check_told(tx, actor, alert_id)
        return reading.case_of(tx, actor, alert_id)


def note_read(store: Store, actor: Person, alert_id: int) -> None:
    """Record that a holder uncovered the words of an alert."""
    check(actor, Action.REPLY)
    with store.write() as tx:
        _check_told(tx, actor, alert_id)
        ledger.append(tx, store.now(), ref(actor), "alert.read", f"alert:{alert_id}")


def reply(store: Store, actor: Person, what: Seen, text: str, companion: str = "") -> Alert:
    """Record a holder's words about an alert as they saw it; raise `Conflict` when it has changed since."""
    check(actor, Action.REPLY)
    with store.read() as tx:
        _check_told(tx, actor, what.alert_id)
    return review.reply(store, actor, what.alert_id, text, companion, what)


def _held(tx: Connection, account_id: str, passport: Passport | None) -> Held:
    rows = alerts.of_account(tx, account_id)
    mistakes = sum(_settled(row) and row.judgement == Judgement.NOT_UPHELD for row in rows)
    told = tuple(row for row in rows if _told(row))
    return Held(accounts.get(tx, account_id), passport, told, mistakes)


def _told(row: AnyRow) -> bool:
    if _settled(row):
        return bool(row.judgement != Judgement.NOT_UPHELD)
    return row.reply_asked_at is not None or row.interim_at is not None


def _settled(row: AnyRow) -> bool:
    """Say whether the last decision still stands: an alert that was opened again waits for a new one."""
    return row.status in rules.SETTLED


def _check_told(tx: Connection, actor: Person, alert_id: int) -> Alert:
    """Return an alert that this person may read as a holder; whether another one exists is not said."""
    held = links.answers_for(tx, int(actor.id or 0))
    row = alerts.of_accounts(tx, held, alert_id)
    if row is None or not _told(row):
        raise NotAllowed(NOT_YOURS.format(alert_id))
    return alerts.get(tx, alert_id)
