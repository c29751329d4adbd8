"""Erasure on request: a post, what was collected of an account, or a person. A legal hold wins.

What stays are numbers: that there was a post and an alert, when, what was decided, and digests. A certificate names
them in the audit chain, so that `verify` says "erased under certificate N" and not "missing".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Person
from data.permissions import Action, check
from data.schema import audit_log, post
from data.services import erasing, exporting, holds
from data.services.erasing import ON_REQUEST, Erasure
from data.store import accounts, ledger, people, posts, rights, unnaming
from data.store import erasing as words
from data.store import holds as held
from data.store.engine import Store
from data.store.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure came to, or in a dry run would come to (`certificate` None).

    `exports` are the files that held it, `models` those that may not be used any more because they learnt from it,
    `naming` posts that name an erased person, `clean` says that no trace is left in the store's own files.
    """

    subject: str
    certificate: int | None
    counts: dict[str, int]
    exports: tuple[AnyRow, ...] = ()
    models: tuple[str, ...] = ()
    naming: tuple[int, ...] = ()
    clean: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants what erased, and why. The reason goes into the audit log, where it can be erased in its turn."""

    actor: Person
    reason: str
    dry_run: bool = False


def erase_post(store: Store, asked: Asked, number: int) -> Erased:
    """Erase what a post says, in all its versions, and everything said about it."""
    _permit(asked)
    subject = f"post:{number}"
    with store.write() as tx:
        row = posts.get(tx, number)
        if row is None:
            raise NotFound(f"There is no post {number}.")
        _refuse_own(tx, asked.actor, row.account_id)
        holds.refuse(held.held(tx).over(row.account_id, number), f"Post {number}")
        if row.erased_at is not None:
            raise IllegalStep(f"The words of post {number} were erased on {row.erased_at:%Y-%m-%d} already.")
        exports = tuple(exporting.with_words_of(tx, row.account_id, number, row.first_seen_at))
        if asked.dry_run:
            return Erased(subject, None, rights.count(tx, post.c.id == number), exports)
        before, run = erasing.barred(tx), erasing.begin(tx, store, asked.actor, ON_REQUEST)
        run.posts(tx, [row])
        _end(tx, run, asked, subject)
        models = tuple(sorted(erasing.barred(tx) - before))
    return _done(store, run, subject, exports, models)


def erase_account(store: Store, asked: Asked, account_id: str) -> Erased:
    """Erase what was collected of an account: posts, what was said about them, what its profile showed.

    The register's entry stays; collection goes on and does not bring the erased posts back. Works in batches: when it
    is stopped, run it again.
    """
    _permit(asked)
    subject = f"account:{account_id}"
    with store.write() as tx:
        _check_account(tx, asked.actor, account_id)
        exports = tuple(exporting.with_words_of(tx, account_id, None, None))
        if asked.dry_run:
            counts = rights.count(tx, post.c.account_id == account_id)
            return Erased(subject, None, counts | {"snapshots": len(rights.snapshots(tx, account_id))}, exports)
        before, run = erasing.barred(tx), erasing.begin(tx, store, asked.actor, ON_REQUEST)
        run.attest(tx, snapshots=words.snapshots(tx, account_id))
    while _batch(store, run, asked.actor, account_id):
        pass
    with store.write() as tx:
        _end(tx, run, asked, subject)
        models = tuple(sorted(erasing.barred(tx) - before))
    return _done(store, run, subject, exports, models)


def erase_person(store: Store, asked: Asked, email: str) -> Erased:
    """Erase a person: name, address, sign-in, what they wrote, and wherever else they are named but in posts.

    The reasons of decisions they made stay, without names.
    """
    _permit(asked)
    with store.write() as tx:
        found = people.get(tx, email)
        number, subject = int(found.id or 0), f"person:{found.id}"
        needles = unnaming.called(found.email, found.name)
        _check_person(tx, asked, found, needles)
        exports, naming = tuple(exporting.with_people(tx)), tuple(rights.naming(tx, needles))
        details = unnaming.details_naming(tx, needles)
        if asked.dry_run:
            return Erased(subject, None, {"person": 1, "audit": len(details)}, exports, naming=naming)
        run = erasing.begin(tx, store, asked.actor, ON_REQUEST)
        run.counts.update(unnaming.unname(tx, number, found.email, needles))
        gone = words.blank_details(tx, audit_log.c.seq.in_(details), run.certificate, run.at)
        run.attest(tx, people=[number], audit=gone)
        _end(tx, run, asked, subject)
    return _done(store, run, subject, exports, (), naming)


def _permit(asked: Asked) -> None:
    check(asked.actor, Action.MANAGE_RIGHTS)
    if not asked.reason.strip():
        raise IllegalStep("An erasure needs a reason in words.")


def _end(tx: Connection, run: Erasure, asked: Asked, subject: str) -> None:
    """Close the certificate and write down why: last, since the details about the subject have just gone."""
    run.end(tx)
    detail = {"certificate": run.certificate, "reason": asked.reason}
    ledger.append(tx, run.store.now(), run.actor, "erase", subject, detail)


def _batch(store: Store, run: Erasure, actor: Person, account_id: str) -> bool:
    """Erase the next posts of an account; a hold that was placed meanwhile wins."""
    with store.write() as tx:
        _check_account(tx, actor, account_id)
        rows = rights.post_rows(tx, account_id)
        if rows:
            run.posts(tx, rows)
    return bool(rows)


def _check_account(tx: Connection, actor: Person, account_id: str) -> None:
    accounts.get(tx, account_id)
    _refuse_own(tx, actor, account_id)
    holds.refuse(held.held(tx).within(account_id), f"Account {account_id}")


def _check_person(tx: Connection, asked: Asked, found: Person, needles: Sequence[str]) -> None:
    number, standing = int(found.id or 0), held.held(tx)
    if number == asked.actor.id:
        raise NotAllowed("Nobody erases themselves: someone else with the role must do it.")
    if unnaming.naming(needles).search(asked.reason):
        raise IllegalStep("The reason names the person who is to be erased. Say it without the name.")
    if mine := rights.in_charge_of(tx, number):
        raise IllegalStep(f"{found.email} still owns {', '.join(mine)}. Hand these accounts over or close them first.")
    for account_id in sorted(people.held(tx, number)):
        holds.refuse(standing.within(account_id), f"{found.email}, who holds account {account_id},")
    for post_id, account_id in rights.posts_replied_on(tx, number):
        holds.refuse(standing.over(account_id, post_id), f"The reply of {found.email} about post {post_id}")


def _refuse_own(tx: Connection, actor: Person, account_id: str) -> None:
    if actor.id is not None and people.holds(tx, actor.id, account_id):
        raise NotAllowed(f"{actor.email} holds {account_id}; someone else must erase what was collected of it.")


def _done(
    store: Store,
    run: Erasure,
    subject: str,
    exports: tuple[AnyRow, ...],
    models: tuple[str, ...],
    naming: tuple[int, ...] = (),
) -> Erased:
    clean = store.scrub(compact=True)
    return Erased(subject, run.certificate, dict(+run.counts), exports, models, naming, clean)
