"""What there is to tell now, derived anew from the store each time: nothing has to remember to say so.

Each cause has a lasting name of numbers and dates. Whoever was told of it once is not told again, and one that is no
longer found here is not told any more.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from data.clock import local_day
from data.model import AlertStatus, Severity
from data.notice import NEWS, Cause, Kind, renewal_mark
from data.services.drafts import ADVICE
from data.store import accounts, outbox, requests, waiting
from data.store.rows import AnyRow

SOON, LATE = timedelta(days=7), timedelta(days=30)


def found(tx: Connection, now: datetime, zone: str, silent: int) -> list[Cause]:
    """Return everything that someone is to be told of now; `silent` is how many accounts were not collected."""
    today = local_day(now, zone)
    causes = [*_alerts(tx), *_decisions(tx, now - NEWS), *_renewals(tx, today), *_support(tx, today), *_questions(tx)]
    if silent:
        causes.append(Cause(Kind.SILENCE, f"silence:{today}", {"accounts": silent}))
    return causes


def urgent(alert_id: int, began: int) -> str:
    """Return the name of an urgent cause; the steps of the rota follow it."""
    return f"urgent:{alert_id}:{began}"


def _alerts(tx: Connection) -> Iterator[Cause]:
    for row in waiting.standing(tx):
        began = row.began or 0
        if row.status == AlertStatus.OPEN and row.severity == Severity.URGENT and not _opened(tx, row, began):
            yield _of_alert(Kind.URGENT, urgent(row.id, began), row)
        if row.status == AlertStatus.AWAITING_REPLY:
            yield _of_alert(Kind.REPLY_REQUESTED, f"reply:{row.id}:{_moment(row.reply_asked_at)}", row)
        if row.status == AlertStatus.APPEALED:
            yield _of_alert(Kind.APPEAL, f"appeal:{row.id}:{began}", row)
        if row.interim_at is not None:
            yield _of_alert(Kind.INTERIM, f"interim:{row.id}:{_moment(row.interim_at)}", row)


def _opened(tx: Connection, row: AnyRow, began: int) -> bool:
    """Say whether anyone looked: at the page the notice leads to, or at the words of the post."""
    first = outbox.first_put(tx, urgent(row.id, began))
    if first is None or first.put_at is None:
        return False
    return first.opened_at is not None or waiting.was_read(tx, row.id, row.account_id, first.put_at)


def _of_alert(kind: Kind, key: str, row: AnyRow) -> Cause:
    return Cause(kind, key, {"alert": row.id}, row.account_id, row.department)


def _decisions(tx: Connection, since: datetime) -> Iterator[Cause]:
    for row in waiting.decided(tx, since):
        yield Cause(Kind.DECIDED, f"decided:{row.id}", {"alert": row.alert_id}, row.account_id, row.department)


def _renewals(tx: Connection, today: date) -> Iterator[Cause]:
    passports = accounts.newest_passports(tx)
    for account_id in sorted(accounts.live(passports.values(), today)):
        of = passports[account_id]
        assert of.renewal_date is not None, "what is live has its last day"
        if mark := renewal_mark(of.renewal_date, today):
            about: dict[str, int | str] = {"account": account_id, "days": (of.renewal_date - today).days}
            yield Cause(Kind.RENEWAL, f"renewal:{of.id}:{of.renewal_date}:{mark}", about, account_id)


def _support(tx: Connection, today: date) -> Iterator[Cause]:
    for row in waiting.supports(tx, today - LATE, today + SOON):
        when = "soon" if row.due >= today else "late"
        about = {"days": (row.due - today).days}
        yield Cause(Kind.SUPPORT_DUE, f"support:{row.id}:{row.due}:{when}", about, row.account_id)


def _questions(tx: Connection) -> Iterator[Cause]:
    """A number may be given again once its question is gone, so the moment belongs to the name."""
    for row in requests.waiting(tx, (ADVICE,)):
        yield Cause(Kind.QUESTION, f"question:{row.id}:{_moment(row.asked_at)}")


def _moment(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S%f")
