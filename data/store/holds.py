"""Legal holds: what may not be erased for now, on an account, a post or an alert."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from data.schema import alert, legal_hold, post
from data.store.rows import AnyRow, Rows, insert_one


@dataclass(frozen=True, slots=True)
class Held:
    """The holds that stand, by what they keep: an alert's hold keeps its post."""

    accounts: Mapping[str, AnyRow]
    posts: Mapping[int, AnyRow]
    by_account: Mapping[str, AnyRow]

    def over(self, account_id: str, post_id: int) -> AnyRow | None:
        """Return the hold that keeps a post: on its account, on itself or on an alert about it."""
        return self.accounts.get(account_id) or self.posts.get(post_id)

    def within(self, account_id: str) -> AnyRow | None:
        """Return a hold that keeps an account or anything of it."""
        return self.accounts.get(account_id) or self.by_account.get(account_id)


def place(tx: Connection, subject: str, reason: str, actor: str, now: datetime) -> int:
    """Place a hold; return its number."""
    return insert_one(tx, insert(legal_hold).values(subject=subject, reason=reason, actor=actor, placed_at=now))


def lift(tx: Connection, subject: str, now: datetime) -> list[int]:
    """Lift every hold on a subject; return their numbers."""
    c = legal_hold.c
    standing = c.subject == subject, c.lifted_at.is_(None)
    numbers = list(tx.scalars(select(c.id).where(*standing).order_by(c.id)))
    tx.execute(update(legal_hold).where(*standing).values(lifted_at=now))
    return numbers


def everything(tx: Connection) -> Rows:
    """Return all holds, the standing ones first, each kind newest first."""
    c = legal_hold.c
    return tx.execute(select(*c).order_by(c.lifted_at.is_not(None), c.id.desc())).all()


def held(tx: Connection) -> Held:
    """Return what may not be erased now."""
    standing = tx.execute(select(*legal_hold.c).where(legal_hold.c.lifted_at.is_(None)).order_by(legal_hold.c.id))
    rows = {row.subject: row for row in standing}
    numbers = {kind: _numbers(rows, kind) for kind in ("post", "alert")}
    named = alert.c.id.in_(numbers["alert"])
    of_alert = {r.id: r.post_id for r in tx.execute(select(alert.c.id, alert.c.post_id).where(named))}
    posts = {n: rows[f"post:{n}"] for n in numbers["post"]}
    posts |= {post_id: rows[f"alert:{n}"] for n, post_id in of_alert.items()}
    of_post = tx.execute(select(post.c.id, post.c.account_id).where(post.c.id.in_(posts)))
    accounts = {s.removeprefix("account:"): row for s, row in rows.items() if s.startswith("account:")}
    return Held(accounts, posts, {r.account_id: posts[r.id] for r in of_post})


def _numbers(rows: Mapping[str, AnyRow], kind: str) -> list[int]:
    return [int(s.partition(":")[2]) for s in rows if s.startswith(f"{kind}:")]
