"""The policy's page: in plain words for all who see accounts, an editor for administrators alone."""

from datetime import timedelta

import pytest

from data import policy as policies
from data.config import Settings
from data.services import asking
from data.services.policy import current
from data.store.engine import Store
from data.worker import Worker
from tests.support.filled import Council
from tests.support.opened import fill, refused
from tests.support.policies import asking_more
from tests.support.screen import buttons, opened, press, words

TEXT = policies.default().content
WINTER = TEXT.replace('version = "2026-11"', 'version = "winter"')


def in_force(store: Store) -> str:
    with store.write() as tx:
        return current(tx, store.now()).policy.version


@pytest.mark.parametrize("role", ["reviewer", "second", "panel"])
def test_others_read_it_and_change_nothing(sqlite_store: Store, council: Council, role: str) -> None:
    page = opened(sqlite_store, getattr(council, role), "policy")
    shown = words(page)
    for clause in policies.default().clauses:
        assert f"{clause.id}. {clause.title}" in shown
    assert "alone it alerts nobody" in shown
    assert "in force" in shown
    assert "Put it in force" not in buttons(page)


def test_owners_get_a_sentence(sqlite_store: Store, council: Council) -> None:
    assert refused(opened(sqlite_store, council.owner, "policy"))


def test_a_mistake_is_shown_with_its_line(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.administrator, "policy")
    fill(page, "policy-text", TEXT.replace('"urgent"', '"urgnt"') + "\n# <b>")
    for label in ("Check it", "Try it on what is stored", "Put it in force"):
        shown = words(press(page, label))
        assert "does not hold together yet" in shown
        assert "did you mean urgent?" in shown
        assert "^" in shown
    assert in_force(sqlite_store) == "2026-11"
    fill(page, "policy-text", WINTER)
    shown = words(press(page, "Check it"))
    assert "Policy winter with 6 clauses holds together" in shown
    assert "did you mean" not in shown
    assert in_force(sqlite_store) == "2026-11"


def test_it_is_tried_before_it_is_put_in_force(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.administrator, "policy")
    fill(page, "policy-text", asking_more(WINTER, "T1"))
    press(page, "Try it on what is stored")
    assert "Nothing answers" in words(page)
    worker = Worker(sqlite_store, lambda _: None)
    assert worker.answer_one(asking.answers(sqlite_store, Settings(store=str(sqlite_store.url))))
    told = words(opened(sqlite_store, council.administrator, "policy"))
    assert "version winter against 2026-11" in told
    assert "Alerts: 4 instead of 5; 0 new, 1 no longer." in told


def test_it_comes_into_force_at_once_or_later_and_can_be_taken_back(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.administrator, "policy")
    fill(page, "policy-text", WINTER)
    assert "Say in a few words why the policy changes" in words(press(page, "Put it in force"))
    fill(page, "policy-reason", "The panel asked.")
    fill(page, "policy-day", sqlite_store.now().date() + timedelta(days=9))
    shown = words(press(page, "Put it in force"))
    assert "Policy winter comes into force on 1 December 2026" in shown
    assert "not yet" in shown
    assert in_force(sqlite_store) == "2026-11"
    fill(page, next(f.key or "" for f in page.text_input if (f.key or "").startswith("withdraw-")), "Too soon.")
    shown = words(press(page, "Take the change back"))
    assert "The change is taken back" in shown
    assert "winter</bdi>" not in shown
    fill(page, "policy-reason", "Now then.")
    fill(page, "policy-day", sqlite_store.now().date())
    assert "Policy winter is in force" in words(press(page, "Put it in force"))
    assert in_force(sqlite_store) == "winter"


def test_the_service_refuses_whoever_lost_the_role(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.administrator, "policy")
    fill(page, "policy-text", WINTER)
    fill(page, "policy-reason", "Quickly.")
    with sqlite_store.write() as tx:
        tx.exec_driver_sql("UPDATE person_role SET role = 'panel' WHERE role = 'administrator'")
    assert "may not manage policy" in words(press(page, "Put it in force"))
    assert in_force(sqlite_store) == "2026-11"
