"""A worker: does what is due, again and again, until it is told to stop, and gives a sign of life all the while.

It holds no knowledge of what it does: the composition root hands it tasks and what answers requests.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from data import holder
from data.errors import PostreeveError, StoreError
from data.store import requests, workers
from data.store.engine import Store

log = logging.getLogger(__name__)
Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]
SIGN_OF_LIFE = 60.0  # seconds
LONGEST_PAUSE = 15.0  # seconds, so that what falls due meanwhile (a new passport) is soon noticed
REQUEST_LEASE = timedelta(minutes=2)
FAILED = "postreeve itself failed ({}); please report it."


@dataclass(frozen=True, slots=True)
class Task:
    """Something that falls due: `due` says when next (None: not now), `do` does it.

    One that is done `beside` the others has a thread of its own, so that none of them delays it, however long it takes;
    it is not what the worker is said to be doing.
    """

    name: str
    due: Callable[[], datetime | None]
    do: Callable[[], None]
    beside: bool = False


@dataclass(slots=True)
class Daily:
    """A task's due time, once in so long, first at once."""

    now: Callable[[], datetime]
    every: timedelta
    last: datetime | None = None

    def __call__(self) -> datetime:
        """Return when it is due next."""
        return self.now() if self.last is None else self.last + self.every

    def done(self) -> None:
        """Note that it was done now."""
        self.last = self.now()


class Worker:
    """One worker on a store. `stop` may be set from any thread; `work` then ends after what it is at."""

    def __init__(self, store: Store, say: Callable[[str], None]) -> None:
        self.store, self.say = store, say
        self.stop = threading.Event()
        self.name = holder.new()
        self.number = 0
        self.doing = ""

    def work(self, tasks: Sequence[Task], answers: Mapping[str, Answer]) -> None:
        """Do the tasks as they fall due, and answer requests beside them, until `stop` is set or Ctrl-C."""
        with self.alive(answers, [task for task in tasks if task.beside]):
            self._again([task for task in tasks if not task.beside])

    def _again(self, tasks: Sequence[Task]) -> None:
        while not self.stop.is_set():
            self.stop.wait(self.round(tasks))

    def round(self, tasks: Sequence[Task]) -> float:
        """Do what is due now; return the seconds until something is due again."""
        pause = LONGEST_PAUSE
        for task in tasks:
            if self.stop.is_set():
                break
            try:
                pause = min(pause, self._attend(task))
            except StoreError as error:
                self.say(f"{task.name}: {error} It is tried again.")
            except PostreeveError as error:
                self.say(f"{task.name}: {error}")
            except Exception as error:
                log.exception(task.name)
                self.say(f"{task.name}: {FAILED.format(type(error).__name__)} It is tried again.")
        return max(pause, 0.0)

    def answer_one(self, answers: Mapping[str, Answer]) -> bool:
        """Answer the oldest request that waits; say whether there was one."""
        with self.store.read() as tx:  # a look disturbs no writer
            if not requests.waiting(tx, tuple(answers)):
                return False
        now = self.store.now()
        with self.store.write() as tx:
            row = requests.take(tx, tuple(answers), self.name, now, now + REQUEST_LEASE)
        if row is None:
            return False
        result, error = _answered(answers[row.kind], row.subject)
        with self.store.write() as tx:
            kept = {key: value for key, value in row.subject.items() if key != "text"}
            requests.answer(tx, row.id, kept, result, self.store.now(), error)
        return True

    def _attend(self, task: Task) -> float:
        """Do a task if it is due; return the seconds until it is due again."""
        due = task.due()
        if due is not None and due <= self.store.now():
            with self._doing(task):
                task.do()
            due = task.due()
        return LONGEST_PAUSE if due is None else (due - self.store.now()).total_seconds()

    @contextmanager
    def _doing(self, task: Task) -> Iterator[None]:
        """Say what the worker is at, until it has been done."""
        if task.beside:
            yield
            return
        self._sign(task.name)
        yield
        self._sign("")

    @contextmanager
    def alive(self, answers: Mapping[str, Answer], tasks: Sequence[Task] = ()) -> Iterator[None]:
        """Be on record, give signs of life, answer requests and do `tasks`, each by itself, until the block ends."""
        with self.store.write() as tx:
            self.number = workers.begin(tx, self.name, self.store.now())
        beside = [self._thread(partial(self._answer, {kind: one}), 0.5) for kind, one in answers.items()]
        beside.append(self._thread(lambda: self._sign(None), SIGN_OF_LIFE))  # one a kind: a long answer stops no other
        beside += [self._started(partial(self._again, [task])) for task in tasks]
        try:
            yield
        finally:
            self.stop.set()
            for thread in beside:
                thread.join()
            with self.store.write() as tx:
                workers.end(tx, self.number, self.store.now())

    def _thread(self, do: Callable[[], object], pause: float) -> threading.Thread:
        def again() -> None:
            while not self.stop.wait(pause):
                try:
                    do()
                except StoreError as error:
                    log.warning("%s", error)
                except Exception:
                    log.exception("beside the work")

        return self._started(again)

    @staticmethod
    def _started(do: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=do, daemon=True)
        thread.start()
        return thread

    def _answer(self, answers: Mapping[str, Answer]) -> None:
        while not self.stop.is_set() and self.answer_one(answers):
            pass

    def _sign(self, doing: str | None) -> None:
        self.doing = self.doing if doing is None else doing
        with self.store.write() as tx:
            workers.seen(tx, self.number, self.doing, self.store.now())
            requests.keep(tx, self.name, self.store.now(), self.store.now() + REQUEST_LEASE)


def _answered(answer: Answer, subject: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """Return an answer, or the sentence why there is none: a request that fails is answered too."""
    try:
        return answer(subject), ""
    except PostreeveError as error:
        return {}, str(error)
    except Exception as error:
        log.exception("answering a request")
        return {}, FAILED.format(type(error).__name__)
