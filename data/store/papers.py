"""The office's papers that hold words about people: what they are, and which are old enough to go.

Minutes of sittings, declared interests, notes of applicants, what people said of their accounts, requests and
complaints. Decisions, votes, dates and numbers stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, or_, select, update

from data.schema import application, panel_member, passport, passport_event, post
from data.schema_notices import candidate
from data.schema_register import assurance, member_choice, panel_sitting
from data.schema_rights import rights_case
from data.store.holds import Held
from data.store.rows import within


@dataclass(frozen=True, slots=True)
class Paper:
    """Columns of words of one table, the column that says since when they are over, and the way to the account.

    `way` joins the table to what has `account`; both are None for what belongs to no account.
    """

    words: tuple[Column[str], ...]
    since: Column[datetime]
    way: tuple[tuple[Table, ColumnElement[bool]], ...] = ()
    account: Column[str] | None = None

    @property
    def table(self) -> Table:
        """The table."""
        return self.words[0].table


_STEP = (passport_event, passport_event.c.id == panel_sitting.c.passport_event_id)
_SEAT = (passport_event, passport_event.c.id == panel_member.c.passport_event_id)
_OF = (passport, passport.c.id == passport_event.c.passport_id)
PAPERS: tuple[Paper, ...] = (
    Paper((rights_case.c.person, rights_case.c.about, rights_case.c.outcome), rights_case.c.closed_at),
    Paper((panel_sitting.c.minute,), passport_event.c.at, (_STEP, _OF), passport.c.account_id),
    Paper((panel_member.c.interest,), passport_event.c.at, (_SEAT, _OF), passport.c.account_id),
    Paper(
        (application.c.note,),
        application.c.submitted_at,
        ((passport, passport.c.application_id == application.c.id),),
        passport.c.account_id,
    ),
    Paper((assurance.c.reason, assurance.c.settled_how), assurance.c.settled_at, (), assurance.c.account_id),
    Paper((member_choice.c.reason,), member_choice.c.withdrawn_at, (), member_choice.c.account_id),
    Paper(
        (candidate.c.reason,), candidate.c.dismissed_at, ((post, post.c.id == candidate.c.post_id),), post.c.account_id
    ),
)


def old(tx: Connection, paper: Paper, cutoff: datetime, held: Held) -> list[int]:
    """Return the numbers of the rows with words that were over before a time, but for those under a hold."""
    query = select(paper.table.c.id).select_from(paper.table)
    for table, on in paper.way:
        query = query.join(table, on)
    there: list[ColumnElement[Any]] = [or_(*(word != "" for word in paper.words)), paper.since < cutoff]
    if paper.account is not None:
        there.append(paper.account.not_in(held.accounts))
    return list(tx.scalars(query.where(and_(*there)).distinct().order_by(paper.table.c.id)))


def blank(tx: Connection, paper: Paper, ids: Sequence[int]) -> None:
    """Take the words out of some rows."""
    gone = {word.name: "" for word in paper.words}
    tx.execute(update(paper.table).where(within(paper.table.c.id, ids)).values(**gone))
