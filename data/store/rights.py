"""What belongs to a post, an account or a person, where it is to be erased or handed out."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, func, or_, select

from data.model import PassportState
from data.schema import account_person, account_snapshot, alert, audit_log, passport, post, reply, version
from data.store.rows import Rows, within

POST = "post:"
BATCH = 500  # posts erased in one transaction


def alerts_of_posts(tx: Connection, post_ids: Sequence[int]) -> list[int]:
    """Return the numbers of the alerts on posts."""
    return list(tx.scalars(select(alert.c.id).where(within(alert.c.post_id, post_ids)).order_by(alert.c.id)))


def audited_posts(tx: Connection, rows: Rows) -> list[str]:
    """Return those of some posts that the audit log has rows about, as it names them: few ever are."""
    c = audit_log.c
    ours = c.subject.op("GLOB", is_comparison=True)(f"{POST}*")  # SQLite walks its index for this one alone
    about = ours if tx.dialect.name == "sqlite" else c.subject.startswith(POST)
    known = set(tx.scalars(select(c.subject).distinct().where(about)))
    return [subject for row in rows if (subject := f"{POST}{row.id}") in known]


def post_rows(tx: Connection, account_id: str, after: int = 0, limit: int = BATCH) -> Rows:
    """Return posts of an account that still have their words, by number: id, account_id, platform_id."""
    p = post.c
    there = p.account_id == account_id, p.erased_at.is_(None), p.id > after
    return tx.execute(select(p.id, p.account_id, p.platform_id).where(*there).order_by(p.id).limit(limit)).all()


def count(tx: Connection, which: ColumnElement[bool]) -> dict[str, int]:
    """Return how many posts that still have their words, and how many versions and alerts of them, there are."""
    there = which & post.c.erased_at.is_(None)
    total = {"posts": tx.scalar(select(func.count()).select_from(post).where(there))}
    for table in (version, alert):
        joined = select(func.count()).join_from(table, post, post.c.id == table.c.post_id)
        total[f"{table.name}s"] = tx.scalar(joined.where(there))
    return {name: int(n or 0) for name, n in total.items()}


def snapshots(tx: Connection, account_id: str) -> list[int]:
    """Return the numbers of what the platform showed of an account."""
    c = account_snapshot.c
    return list(tx.scalars(select(c.id).where(c.account_id == account_id).order_by(c.id)))


def naming(tx: Connection, needles: Sequence[str]) -> Iterator[int]:
    """Yield the numbers of posts whose words hold one of some names."""
    v = version.c
    met = [
        func.lower(c).contains(n.lower(), autoescape=True) for c in (v.text, v.warning, v.shared_text) for n in needles
    ]
    yield from tx.scalars(select(v.post_id).distinct().where(or_(*met)).order_by(v.post_id))


def in_charge_of(tx: Connection, person_id: int) -> list[str]:
    """Return the accounts a person owns today whose newest passport has not ended."""
    c, last = account_person.c, select(func.max(passport.c.id)).group_by(passport.c.account_id)
    over = passport.c.state.in_((PassportState.CLOSED, PassportState.REFUSED))
    ended = select(passport.c.account_id).where(passport.c.id.in_(last), over)
    mine = c.person_id == person_id, c.until.is_(None), c.link == "owner", c.account_id.not_in(ended)
    return list(tx.scalars(select(c.account_id).where(*mine).order_by(c.account_id)))


def posts_replied_on(tx: Connection, person_id: int) -> list[tuple[int, str]]:
    """Return the posts, with their accounts, about whose alerts a person replied."""
    query = (
        select(post.c.id, post.c.account_id).distinct().join_from(reply, alert).join(post, post.c.id == alert.c.post_id)
    )
    return [
        (row.id, row.account_id) for row in tx.execute(query.where(reply.c.person_id == person_id).order_by(post.c.id))
    ]
