"""Ask first: a holder asks about a draft, or asks an officer, before anything is posted.

It is support. What is asked stands in no audit row, no alert, no count and no dossier; the draft is deleted when it is
answered, and the answer when it was read, or after `KEPT`. Only the one who asked ever sees an answer.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Person
from data.permissions import Action, check
from data.services.actors import ref
from data.store import requests
from data.store.engine import Store
from data.store.rows import AnyRow, Rows

DRAFT, ADVICE = "draft", "advice"
LONGEST = 10_000  # code points
KEPT = {DRAFT: timedelta(hours=1), ADVICE: timedelta(days=30)}
NOT_THERE = "There is no question {} of yours; answers are deleted once they were read."


def ask(store: Store, actor: Person, text: str) -> int:
    """Ask what the policy says of a draft; the worker answers. Return the request's number."""
    check(actor, Action.ASK_FIRST)
    with store.write() as tx:
        _forget_old(tx, store.now())
        return requests.ask(tx, DRAFT, {"text": _good(text)}, ref(actor), store.now())


def ask_officer(store: Store, actor: Person, question: str, text: str) -> int:
    """Ask an officer for advice, with a draft or without; return the request's number."""
    check(actor, Action.ASK_FIRST)
    words = {"question": _good(question), "text": text.strip()[:LONGEST]}
    with store.write() as tx:
        _forget_old(tx, store.now())
        return requests.ask(tx, ADVICE, words, ref(actor), store.now())


def answer_of(store: Store, actor: Person, number: int) -> AnyRow:
    """Return one's own question with its answer, as far as it is there; raise `NotFound`."""
    check(actor, Action.ASK_FIRST)
    with store.read() as tx:
        return _own(tx, actor, number)


def mine(store: Store, actor: Person) -> Rows:
    """Return what one asked officers, newest first."""
    check(actor, Action.ASK_FIRST)
    with store.read() as tx:
        return requests.of(tx, ref(actor), (ADVICE,))


def done(store: Store, actor: Person, number: int) -> None:
    """Delete one's own question and its answer."""
    check(actor, Action.ASK_FIRST)
    with store.write() as tx:
        requests.forget(tx, _own(tx, actor, number).id)


def waiting(store: Store, actor: Person) -> Rows:
    """Return the questions that wait for an officer, oldest first, without who asked them."""
    check(actor, Action.GIVE_ADVICE)
    with store.read() as tx:
        return requests.waiting(tx, (ADVICE,))


def advise(store: Store, actor: Person, number: int, words: str) -> None:
    """Answer a question as an officer; its words and the draft are deleted with that."""
    check(actor, Action.GIVE_ADVICE)
    with store.write() as tx:
        found = requests.get(tx, number)
        if found is None or found.kind != ADVICE or found.done_at is not None:
            raise NotFound(f"There is no question {number} that waits for an officer; a colleague may have answered.")
        if found.asked_by == ref(actor):
            raise NotAllowed("It is your own question; a colleague answers it.")
        requests.answer(tx, number, {}, {"words": _good(words)}, store.now())


def forget_old(store: Store) -> int:
    """Delete what was asked too long ago, answered or not; return how many.

    The worker does so, and so do retention and whoever asks next: a council without a worker keeps nothing either.
    """
    with store.write() as tx:
        return _forget_old(tx, store.now())


def _forget_old(tx: Connection, now: datetime) -> int:
    return sum(requests.forget_before(tx, (kind,), now - kept) for kind, kept in KEPT.items())


def _own(tx: Connection, actor: Person, number: int) -> AnyRow:
    found = requests.get(tx, number)
    if found is None or found.asked_by != ref(actor) or found.kind not in KEPT:
        raise NotFound(NOT_THERE.format(number))
    return found


def _good(text: str) -> str:
    words = text.strip()
    if not words:
        raise IllegalStep("There are no words yet. Write or paste some, and ask again.")
    if len(words) > LONGEST:
        raise IllegalStep(f"That is longer than {LONGEST:,} characters. Ask about a part of it.")
    return words


def told(row: AnyRow) -> Mapping[str, Any]:
    """Return the answer of a request, empty while there is none."""
    return dict(row.result) if row.done_at is not None and not row.error else {}
