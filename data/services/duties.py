"""Duties to platforms: where the council has bound itself, what was deleted there loses its words here.

Its terms may oblige whoever reads through its interface to delete what was deleted there (X: within 24 hours of
being asked). The row, its digest and a decision on it stay; text and payload go, under a certificate. A hold wins. A
post must have been gone for `GRACE`, so that a later collection that still sees it can put right what an earlier one
took for deleted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from data.errors import UseError
from data.model import Person, Platform
from data.schema import account, post
from data.services import erasing
from data.services.erasing import Erasure
from data.store import holds
from data.store.engine import Store
from data.store.retaining import BATCH
from data.store.rows import Rows

GRACE = timedelta(hours=12)
GROUND = "deleted on its platform, whose terms ask for the same here"


def carry_out(store: Store, actor: Person, platforms: Sequence[str]) -> int:
    """Erase the words of posts that are gone from these platforms; return how many. Killed, the next run goes on."""
    chosen, until = known(platforms), store.now() - GRACE
    run: Erasure | None = None
    erased, last, more = 0, 0, bool(platforms)
    while more:
        with store.write() as tx:
            waiting, held = _due(tx, chosen, until, last), holds.held(tx)
            ready = [row for row in waiting if held.over(row.account_id, row.id) is None]
            if ready:
                run = run or erasing.begin(tx, store, actor, GROUND)
                run.posts(tx, ready)
        erased, last, more = erased + len(ready), waiting[-1].id if waiting else last, bool(waiting)
    if run is not None:
        with store.write() as tx:
            run.end(tx)
        store.scrub(compact=False)
    return erased


def known(platforms: Sequence[str]) -> list[Platform]:
    """Return the platforms of a setting; raise `UseError` naming one that is none."""
    wrong = sorted(set(platforms) - set(Platform))
    if wrong:
        raise UseError(f"drop_deleted: {wrong[0]!r} is no platform; there are {', '.join(Platform)}.")
    return [Platform(name) for name in platforms]


def _due(tx: Connection, platforms: Sequence[Platform], until: datetime, after: int) -> Rows:
    p = post.c
    query = select(p.id, p.account_id, p.platform_id).join_from(post, account, account.c.id == p.account_id)
    gone = p.gone_at <= until, p.erased_at.is_(None), account.c.platform.in_(platforms), p.id > after
    return tx.execute(query.where(*gone).order_by(p.id).limit(BATCH)).all()
