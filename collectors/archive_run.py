"""Taking an opened download in: batches of posts, each in a transaction of its own, and one audited action at the end.

What is stored already stands: a download is older than what collection saw since. A known post gets a new version only
where the download shows one that was written later, or was itself made after we last took the post in. So the same file
twice adds nothing, an old file undoes no edit, and an import that was interrupted is simply run again.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection

from collectors.archive import Archive, Bad, NotPublic, Row, as_told
from collectors.ending import record
from collectors.opening import NOT_LIVE, interrupted
from data.audit import merkle_root
from data.clock import local_day
from data.errors import IllegalStep, PostreeveError
from data.model import Account, Item, Person, RunResult
from data.permissions import Action, check
from data.services.actors import ref
from data.store import accounts, archives, intake, ledger, posts, runs
from data.store.archives import Stored
from data.store.engine import Store
from data.store.posts import NAMELESS, Receipt, Tally

BATCH = 500
STEP = 2**20
TOLD = 1_000  # bad rows that are named; further ones are counted
ACTION = "archive.import"


@dataclass(frozen=True, slots=True)
class Source:
    """Where posts come from: the file's name and SHA-256, what kind of download it is, who brings it in, and whether
    they say that all of it is public where the download does not."""

    file: str
    sha256: str
    kind: str
    actor: Person
    all_public: bool = False


@dataclass(slots=True)
class Taken:
    """What an import has come to so far. `known` counts posts that were stored already and stand as they are."""

    items: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    private: int = 0
    bad: int = 0
    named: list[str] = field(default_factory=list)
    oldest: datetime | None = None
    newest: datetime | None = None


def sha256_of(file: BinaryIO) -> str:
    """Return the SHA-256 of a whole file in hexadecimal, and leave it at its beginning."""
    found = hashlib.sha256()
    file.seek(0)
    while piece := file.read(STEP):
        found.update(piece)
    file.seek(0)
    return found.hexdigest()


def permit(tx: Connection, actor: Person, account_id: str, now: datetime, zone: str) -> Account:
    """Return the account; raise `NotAllowed` for someone who may not, `IllegalStep` without a live passport."""
    check(actor, Action.CHANGE_REGISTER)
    found = accounts.get(tx, account_id)
    if not accounts.is_live(accounts.passport_of(tx, account_id), local_day(now, zone)):
        raise IllegalStep(NOT_LIVE.format(account_id))
    return found


def take_in(store: Store, zone: str, account: Account, source: Source, archive: Archive, rows: Iterable[Row]) -> Taken:
    """Store what a download tells that is not known yet; `rows` are the archive's, perhaps behind a progress bar."""
    run_id, started = _begin(store, zone, account, source)
    taken, receipt = Taken(), Receipt(run_id, source.sha256, started)
    try:
        for batch in _batches(rows, taken):
            with store.write() as tx:
                runs.take_up(tx, run_id)
                tally = intake.record(tx, account.id, _worth(tx, account.id, batch, archive.as_of, taken), receipt)
            _add(taken, tally)
    except PostreeveError as error:
        _finish(store, account, source, archive, taken, run_id, str(error))
        raise
    _finish(store, account, source, archive, taken, run_id)
    return taken


def _add(taken: Taken, tally: Tally) -> None:
    taken.new += tally.new
    taken.changed += tally.changed


def is_newer(item: Item, known: Stored, as_of: datetime | None) -> bool:
    """Say whether a download shows a later state of a post than the one that is stored."""
    if posts.content_digest(item) == known.digest or known.gone:
        return False
    written = item.updated_at or item.published_at
    later = written is not None and known.written_at is not None and written > known.written_at
    return later or (as_of is not None and as_of > known.seen_at)


def _begin(store: Store, zone: str, account: Account, source: Source) -> tuple[int, datetime]:
    started = store.now()
    with store.write() as tx:
        permit(tx, source.actor, account.id, started, zone)
        record(tx, started, [(killed, interrupted(account)) for killed in runs.unfinished(tx, account.id)])
        return runs.begin(tx, account.id, started), started


def _batches(rows: Iterable[Row], taken: Taken) -> Iterator[list[Item]]:
    batch = dict[str, Item]()
    for row in rows:
        if isinstance(row, Bad):
            taken.bad += 1
            taken.named += [str(row)] if taken.bad <= TOLD else []
        elif isinstance(row, NotPublic):
            taken.private += 1
        else:
            _count(taken, row)
            if _later(row, batch.get(row.platform_id)):
                batch[row.platform_id] = row
            if len(batch) >= BATCH:
                yield list(batch.values())
                batch = {}
    if batch:
        yield list(batch.values())


def _count(taken: Taken, item: Item) -> None:
    taken.items += 1
    times = [at for at in (taken.oldest, taken.newest, item.published_at) if at]
    taken.oldest, taken.newest = min(times, default=None), max(times, default=None)


def _later(item: Item, other: Item | None) -> bool:
    """Say which of two states of a post stands: the one edited last."""
    return other is None or (
        item.updated_at is not None and (not other.updated_at or item.updated_at > other.updated_at)
    )


def _worth(tx: Connection, account_id: str, batch: list[Item], as_of: datetime | None, taken: Taken) -> list[Item]:
    told = [one for item in batch if item.platform_id.startswith(NAMELESS) for one in as_told(item)]
    same = archives.joined(tx, account_id, told)
    standing = {name for name, one in same.items() if one.stands}
    left = [_named(item, same) for item in batch if item.platform_id not in standing]
    known = archives.stored(tx, account_id, [item.platform_id for item in left])
    worth = [i for i in left if i.platform_id not in known or is_newer(i, known[i.platform_id], as_of)]
    taken.known += len(batch) - len(worth)
    return worth


def _named(item: Item, same: Mapping[str, archives.Joined]) -> Item:
    """Return an item under the id of the stored post that it is."""
    known = same.get(item.platform_id)
    return replace(item, platform_id=known.platform_id) if known else item


def _finish(
    store: Store, account: Account, source: Source, archive: Archive, taken: Taken, run_id: int, failure: str = ""
) -> None:
    """Commit what ends an import together: coverage, the lasting id, the result, the root, the audited action."""
    now, counts = store.now(), {name: getattr(taken, name) for name in ("items", "new", "changed", "known", "private")}
    with store.write() as tx:
        if archive.owner and archive.owner != account.platform_id:
            accounts.learn_platform_id(tx, account.id, archive.owner)
        if archive.whole and not taken.bad and not failure and taken.oldest and taken.newest:
            archives.cover(tx, account.id, taken.oldest, taken.newest, run_id)
        digests = posts.run_leaves(tx, run_id)
        root = merkle_root(digests)
        runs.finish(tx, run_id, _result(account, source, taken, failure), root, now)
        told = {"file": source.file, "sha256": source.sha256, "kind": source.kind, **counts, "bad": taken.bad}
        told |= {"stated_public": True} if source.all_public else {}
        detail = {**told, "run": run_id, "evidence": len(digests), "root": root, "leaf": posts.LEAF}
        ledger.append(tx, now, ref(source.actor), ACTION, f"account:{account.id}", {**detail, "failure": failure})


def _result(account: Account, source: Source, taken: Taken, failure: str) -> RunResult:
    outcome = "failed" if failure else "ok" if taken.items else "empty"
    code = "archive" if failure else "dropped" if taken.bad else "" if taken.items else "no_items"
    return RunResult(
        account_id=account.id,
        platform=account.platform,
        outcome=outcome,
        code=code,
        reason=failure or f"Imported from the owner's download {source.file}.",
        items=taken.items,
        new=taken.new,
        changed=taken.changed,
        dropped=taken.bad,
    )
