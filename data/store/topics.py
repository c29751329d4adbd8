"""The words that topics are told from: the newest own posts of a time, and as many of the council's other accounts."""

from datetime import datetime

from sqlalchemy import Connection, select

from data.schema import account, alert, person, post, version

READ = 2000  # posts of the account, and of all others together
FEWEST = 5  # of each other account


def texts(tx: Connection, account_id: str, begin: datetime, end: datetime, most: int = READ) -> list[str]:
    """Return the own words of an account's newest posts of a time; those with an alert, dismissed or not, are left
    out."""
    p = post.c
    query = select(version.c.text).join_from(post, version, version.c.id == p.version_id)
    query = query.where(p.account_id == account_id, p.published_at >= begin, p.published_at < end)
    query = query.where(p.erased_at.is_(None), version.c.text != "", p.id.not_in(select(alert.c.post_id)))
    return list(tx.scalars(query.order_by(p.published_at.desc()).limit(most)))


def of_others(tx: Connection, account_id: str, begin: datetime, end: datetime) -> list[str]:
    """Return the same of every other account, the same number of each."""
    others = list(tx.scalars(select(account.c.id).where(account.c.id != account_id).order_by(account.c.id)))
    each = max(READ // max(len(others), 1), FEWEST)
    return [text for other in others for text in texts(tx, other, begin, end, each)]


def people(tx: Connection) -> list[str]:
    """Return the names of everyone whom the register knows."""
    return list(tx.scalars(select(person.c.name).order_by(person.c.id)))


def handles(tx: Connection) -> list[str]:
    """Return the handles on the register."""
    return list(tx.scalars(select(account.c.handle).order_by(account.c.id)))
