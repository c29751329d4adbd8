"""A worker: tasks as they fall due, requests answered, signs of life, a clean end."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from data.errors import IllegalStep, StoreError
from data.services import silence
from data.store import requests, workers
from data.store.engine import Store
from data.worker import LONGEST_PAUSE, Daily, Task, Worker
from tests.support.clock import FakeClock


@pytest.fixture
def said() -> list[str]:
    """What the worker says."""
    return []


@pytest.fixture
def worker(sqlite_store: Store, said: list[str]) -> Worker:
    """A worker that is on record and works when told to."""
    made = Worker(sqlite_store, said.append)
    with sqlite_store.write() as tx:
        made.number = workers.begin(tx, made.name, sqlite_store.now())
    return made


def ask(store: Store, kind: str = "draft", **subject: Any) -> int:
    with store.write() as tx:
        return requests.ask(tx, kind, subject, "person:1", store.now())


def get(store: Store, number: int) -> Any:
    with store.read() as tx:
        return requests.get(tx, number)


def test_what_is_due_is_done_and_the_pause_is_until_the_next(worker: Worker, clock: FakeClock) -> None:
    done: list[datetime] = []
    hourly = Daily(clock, timedelta(hours=1))

    def do() -> None:
        done.append(clock.now)
        hourly.done()

    soon = Task("soon", lambda: clock.now + timedelta(seconds=4), lambda: pytest.fail("not due"))
    never = Task("never", lambda: None, lambda: pytest.fail("not due"))
    assert worker.round([Task("hourly", hourly, do), never]) == LONGEST_PAUSE
    assert worker.round([Task("hourly", hourly, do), soon]) == 4
    clock.move(hours=1)
    worker.round([Task("hourly", hourly, do)])
    assert len(done) == 2


def test_a_mistake_of_ours_in_one_task_ends_neither_the_others_nor_the_worker(
    worker: Worker, said: list[str], clock: FakeClock
) -> None:
    done: list[int] = []
    tasks = [Task("collecting", clock, lambda: done.append(1 // 0)), Task("telling", clock, lambda: done.append(2))]
    worker.round(tasks)
    assert done == [2]
    assert said == ["collecting: postreeve itself failed (ZeroDivisionError); please report it. It is tried again."]


@pytest.mark.parametrize("error", [StoreError("The disk is full."), IllegalStep("No policy is in force.")])
def test_a_task_that_fails_says_so_and_the_others_go_on(
    worker: Worker, said: list[str], clock: FakeClock, error: Exception
) -> None:
    done = []

    def fail() -> None:
        raise error

    tasks = [Task("collecting", clock, fail), Task("tidying up", clock, lambda: done.append(1))]
    worker.round(tasks)
    assert done == [1]
    assert str(error) in said[0]
    assert said[0].startswith("collecting: ")


def test_a_request_is_answered_once_and_its_text_is_gone(worker: Worker, sqlite_store: Store) -> None:
    number = ask(sqlite_store, text="secret draft", account="bins")
    answers = {"draft": lambda subject: {"words": len(subject["text"])}}
    assert worker.answer_one(answers)
    assert not worker.answer_one(answers)
    row = get(sqlite_store, number)
    assert (row.result, row.subject, row.error) == ({"words": 12}, {"account": "bins"}, "")
    assert row.done_at == sqlite_store.now()


def broken(subject: Mapping[str, Any]) -> Mapping[str, Any]:
    if subject["text"] == "wrong":
        raise IllegalStep("There is no policy.")
    raise ZeroDivisionError


@pytest.mark.parametrize(("text", "said_of_it"), [("wrong", "There is no policy."), ("odd", "postreeve itself failed")])
def test_a_request_that_fails_is_answered_with_a_sentence(
    worker: Worker, sqlite_store: Store, text: str, said_of_it: str
) -> None:
    number = ask(sqlite_store, text=text)
    assert worker.answer_one({"draft": broken})
    row = get(sqlite_store, number)
    assert said_of_it in row.error
    assert (row.subject, row.result) == ({}, {})


def test_only_its_kinds_are_taken_and_a_lost_one_comes_again(
    worker: Worker, sqlite_store: Store, clock: FakeClock
) -> None:
    ask(sqlite_store, "advice", text="for an officer")
    assert not worker.answer_one({"draft": dict})
    number = ask(sqlite_store, text="a")
    with sqlite_store.write() as tx:
        assert requests.take(tx, ("draft",), "gone:1:a", clock.now, clock.now + timedelta(minutes=2)) is not None
    assert not worker.answer_one({"draft": dict})
    clock.move(minutes=3)
    assert worker.answer_one({"draft": dict})
    assert get(sqlite_store, number).done_at is not None


def test_it_works_in_threads_until_it_is_stopped(sqlite_store: Store, said: list[str]) -> None:
    worker, answered = Worker(sqlite_store, said.append), threading.Event()
    ask(sqlite_store, text="a")

    def answer(subject: Mapping[str, Any]) -> Mapping[str, Any]:
        answered.set()
        return subject

    thread = threading.Thread(target=worker.work, args=([], {"draft": answer}))
    thread.start()
    assert answered.wait(20)
    assert silence.worker(sqlite_store).at_work
    worker.stop.set()
    thread.join(20)
    assert not thread.is_alive()
    assert not silence.worker(sqlite_store).at_work
    assert silence.worker(sqlite_store).last == sqlite_store.now()


def test_a_long_answer_keeps_no_other_kind_waiting(sqlite_store: Store, said: list[str]) -> None:
    worker, answered, go_on = Worker(sqlite_store, said.append), threading.Event(), threading.Event()
    ask(sqlite_store, "verify")
    ask(sqlite_store, text="a")

    def slow(_: Mapping[str, Any]) -> Mapping[str, Any]:
        assert go_on.wait(20)
        return {}

    def quick(_: Mapping[str, Any]) -> Mapping[str, Any]:
        answered.set()
        return {}

    with worker.alive({"verify": slow, "draft": quick}):
        assert answered.wait(20)
        go_on.set()


def test_a_long_collection_delays_no_notice(sqlite_store: Store, said: list[str], clock: FakeClock) -> None:
    """The collection ends only when a notice has been sent twice while it was at work."""
    worker, told, collected = Worker(sqlite_store, said.append), threading.Semaphore(0), threading.Event()

    def collect() -> None:
        if told.acquire(timeout=20) and told.acquire(timeout=20):
            collected.set()
        worker.stop.set()

    telling = Task("telling", clock, told.release, beside=True)
    thread = threading.Thread(target=worker.work, args=([Task("collecting", clock, collect), telling], {}))
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    assert collected.is_set()


def test_what_is_done_beside_is_not_what_the_worker_is_said_to_do(worker: Worker, clock: FakeClock) -> None:
    seen: list[str] = []
    worker.round([Task("collecting", clock, lambda: seen.append(worker.doing))])
    worker.doing = "collecting"
    worker.round([Task("telling", clock, lambda: seen.append(worker.doing), beside=True)])
    assert seen == ["collecting", "collecting"]


def test_a_mistake_beside_is_told_and_ends_nothing(sqlite_store: Store, clock: FakeClock) -> None:
    heard = threading.Event()
    said: list[str] = []

    def say(text: str) -> None:
        said.append(text)
        heard.set()

    def divide() -> None:
        said.append(str(1 // 0))

    with Worker(sqlite_store, say).alive({}, [Task("telling", clock, divide, beside=True)]):
        assert heard.wait(20)
        assert silence.worker(sqlite_store).at_work
    assert said == ["telling: postreeve itself failed (ZeroDivisionError); please report it. It is tried again."]


def test_a_worker_that_is_not_seen_for_minutes_is_gone(worker: Worker, sqlite_store: Store, clock: FakeClock) -> None:
    assert silence.worker(sqlite_store).at_work
    clock.move(minutes=6)
    assert not silence.worker(sqlite_store).at_work
