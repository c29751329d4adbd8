"""What an account did beside what it promised, as parts of the dossier: weeks, topics, what is commended."""

from datetime import date, datetime

from sqlalchemy import Connection

from data.reports.cadence import WEEK, Kept, Week, by_week, whole_weeks
from data.reports.collected import days, stretches
from data.reports.dossier import Commended
from data.reports.periods import DAY, span
from data.reports.topics import Topics, topics
from data.store import business, learning, runs
from data.store import rollups as table
from data.store import topics as words

SECONDS = 86_400.0  # of a day


def kept(
    tx: Connection, zone: str, now: datetime, account_id: str, passport_id: int | None, times: tuple[date, date]
) -> Kept:
    """Return the weeks of a time (first and last day) beside the promise of a passport's business case."""
    case = business.get(tx, int(passport_id or 0))
    counted = table.sums(tx, *times, letters=10, only=[account_id])
    posts = by_week((date.fromisoformat(row.at), row.posts) for row in counted)
    rows = runs.coverage_of(tx, account_id)
    whole = stretches(
        [(r.from_at, r.to_at) for r in rows if r.complete], [(r.from_at, r.to_at) for r in rows if not r.complete]
    )
    found = [(begin.timestamp(), end.timestamp()) for begin, end in whole]
    weeks = []
    for monday in whole_weeks(*times):
        begin, end = (moment.timestamp() for moment in span(monday, monday + WEEK - DAY, zone))
        if end <= now.timestamp():
            length = (end - begin) / SECONDS
            weeks.append(Week(monday, posts.get(monday, 0), round(days(found, begin, end), 2), round(length, 2)))
    return Kept(case.posts_from, case.posts_to, tuple(weeks))


def about(tx: Connection, zone: str, account_id: str, first: date, last: date) -> Topics:
    """Return what the account's posts of a time are about, beside the council's other accounts."""
    begin, end = span(first, last, zone)
    own, others = words.texts(tx, account_id, begin, end), words.of_others(tx, account_id, begin, end)
    return topics(own, others, words.people(tx), words.handles(tx))


def well(tx: Connection, zone: str, account_id: str, first: date, last: date) -> tuple[Commended, ...]:
    """Return the posts of a time that people commend."""
    rows = learning.commendations(tx, account_id, *span(first, last, zone))
    return tuple(Commended(row.post_id, row.published_at, row.at, row.reason, row.text) for row in rows)
