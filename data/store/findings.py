"""Models, findings and explanations; policy versions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, func, insert, select, update

from data.model import Contribution, Explanation, Finding, Version
from data.schema import explanation, finding, model, policy_version, post, version
from data.store.posts import as_version, version_query
from data.store.rows import AnyRow, Rows, insert_one

PAGE = 2000  # rows read at a time


def register_model(tx: Connection, model_hash: str, name: str, manifest: Mapping[str, Any], now: datetime) -> bool:
    """Add a model under its hash; say whether it was new."""
    if tx.scalar(select(model.c.hash).where(model.c.hash == model_hash)):
        return False
    values = {"hash": model_hash, "name": name, "manifest": dict(manifest), "created_at": now, "activated_at": now}
    tx.execute(insert(model).values(**values))
    return True


def add_policy(tx: Connection, name: str, content: str, sha256: str, actor: str, begins: datetime) -> int:
    """Put a policy in force from a time on; return its number, the existing one when that one stands then already."""
    there = current_policy(tx, begins)
    if there is not None and there.sha256 == sha256:
        return int(there.id)
    values = {"name": name, "content": content, "sha256": sha256, "effective_from": begins, "actor": actor}
    return insert_one(tx, insert(policy_version).values(**values))


def current_policy(tx: Connection, now: datetime) -> AnyRow | None:
    """Return the policy in force at a time: id, name, content, sha256. One put down for later is not it yet."""
    c = policy_version.c
    query = select(c.id, c.name, c.content, c.sha256).where(c.effective_from <= now)
    return tx.execute(query.order_by(c.effective_from.desc(), c.id.desc()).limit(1)).first()


def policies(tx: Connection) -> Rows:
    """Return every policy version with its time and who put it there, the last to come into force first."""
    c = policy_version.c
    return tx.execute(select(*c).order_by(c.effective_from.desc(), c.id.desc())).all()


def drop_policy(tx: Connection, policy_id: int) -> None:
    """Delete a policy version that was never in force, so nothing refers to it."""
    tx.execute(delete(policy_version).where(policy_version.c.id == policy_id))


def policy_by_id(tx: Connection, policy_id: int) -> AnyRow | None:
    """Return one policy version, or None."""
    return tx.execute(select(*policy_version.c).where(policy_version.c.id == policy_id)).first()


def pending(
    tx: Connection, model_hash: str, after: int, limit: int, *, everything: bool = False, since: datetime | None = None
) -> list[Version]:
    """Return versions by number that this model has not judged (or all of them), seen at or after `since`.

    Those whose words were erased are left out: there is nothing to judge.
    """
    query = version_query().where(version.c.id > after, post.c.erased_at.is_(None))
    if not everything:
        done = exists().where(finding.c.version_id == version.c.id, finding.c.model_hash == model_hash)
        query = query.where(~done)
    if since is not None:
        query = query.where(version.c.seen_at >= since)
    return [as_version(row) for row in tx.execute(query.order_by(version.c.id).limit(limit))]


def count_pending(tx: Connection, model_hash: str) -> int:
    """Return how many versions with words this model has not judged."""
    done = exists().where(finding.c.version_id == version.c.id, finding.c.model_hash == model_hash)
    there = select(func.count()).join_from(version, post, post.c.id == version.c.post_id)
    return int(tx.scalar(there.where(~done, post.c.erased_at.is_(None))) or 0)


def record(tx: Connection, new: Sequence[tuple[int, Finding]], now: datetime) -> list[int]:
    """Store findings as (version number, finding); return their numbers. A finding already there is kept as it is."""
    known = _known(tx, new)
    fresh = [(v, f) for v, f in new if (v, f.part, f.model) not in known]
    if fresh:
        query = insert(finding).returning(finding.c.id, sort_by_parameter_order=True)
        ids = [int(r.id) for r in tx.execute(query, [_row(v, f, now) for v, f in fresh])]
        known |= {(v, f.part, f.model): i for (v, f), i in zip(fresh, ids, strict=True)}
    return [known[(v, f.part, f.model)] for v, f in new]


def explain(tx: Connection, finding_id: int, why: Explanation) -> None:
    """Store the explanation of a finding that raised an alert."""
    if tx.scalar(select(explanation.c.finding_id).where(explanation.c.finding_id == finding_id)):
        return
    words = [[c.start, c.end, c.weight] for c in (*why.for_, *why.against)]
    values = {"finding_id": finding_id, "raw": why.raw, "base": why.base, "rest": why.rest, "words": words}
    tx.execute(insert(explanation).values(**values))


def explanation_of(tx: Connection, finding_id: int, text: str) -> Explanation | None:
    """Return the stored explanation of a finding, with the words cut from `text`, or None."""
    row = tx.execute(select(*explanation.c).where(explanation.c.finding_id == finding_id)).first()
    if row is None:
        return None
    words = [Contribution(s, e, text[s:e], w) for s, e, w in row.words]
    for_, against = [w for w in words if w.weight > 0], [w for w in words if w.weight <= 0]
    return Explanation(row.raw, row.base, tuple(for_), tuple(against), row.rest)


def get(tx: Connection, finding_id: int) -> AnyRow | None:
    """Return a finding's row, or None."""
    return tx.execute(select(*finding.c).where(finding.c.id == finding_id)).first()


def newest(tx: Connection) -> Iterator[AnyRow]:
    """Yield the newest finding on each part of each version, a page at a time; `present`: is it the post's text now?"""
    f, now = finding.c, exists().where(post.c.version_id == finding.c.version_id)
    query = select(f.version_id, f.part, f.model_hash, f.score, f.categories, f.characteristics, f.assessed)
    query = query.add_columns(now.label("present")).where(f.id.in_(_newest())).order_by(f.id)
    yield from tx.execute(query.execution_options(yield_per=PAGE))


def count_newest(tx: Connection) -> int:
    """Return how many findings `newest` yields."""
    return int(tx.scalar(select(func.count()).select_from(_newest().subquery())) or 0)


def _newest() -> Select[tuple[int]]:
    return select(func.max(finding.c.id)).group_by(finding.c.version_id, finding.c.part)


def erased(tx: Connection, version_ids: Sequence[int]) -> set[int]:
    """Return those of some versions whose post has lost its words."""
    query = select(version.c.id).join(post, post.c.id == version.c.post_id)
    return set(tx.scalars(query.where(version.c.id.in_(version_ids), post.c.erased_at.is_not(None))))


def activate(tx: Connection, model_hash: str, now: datetime) -> None:
    """Note that a model is in use from now."""
    tx.execute(update(model).where(model.c.hash == model_hash).values(activated_at=now))


def _known(tx: Connection, new: Sequence[tuple[int, Finding]]) -> dict[tuple[int, str, str], int]:
    c, numbers = finding.c, [v for v, _ in new]
    query = select(c.version_id, c.part, c.model_hash, c.id).where(c.version_id.in_(numbers))
    return {(r.version_id, r.part, r.model_hash): r.id for r in tx.execute(query)}


def _row(version_id: int, found: Finding, now: datetime) -> dict[str, Any]:
    return {
        "version_id": version_id,
        "part": found.part,
        "model_hash": found.model,
        "score": found.score,
        "categories": dict(found.categories),
        "characteristics": dict(found.characteristics),
        "assessed": found.assessed,
        "language": found.language,
        "not_assessed": list(found.not_assessed),
        "cues": list(found.cues),
        "at": now,
    }
