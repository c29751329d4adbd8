"""The page of keys, and what the page of an alert makes of them."""

import pytest

from data.keys import Step
from data.services import keys
from data.store.engine import Store
from tests.support.filled import Council
from tests.support.screen import opened, press, words


def filled(page: object, **typed: str) -> object:
    """Fill the form in."""
    for field in page.text_input:  # type: ignore[attr-defined]
        field.set_value(typed.get(str(field.key).removeprefix("keys-"), ""))
    return page


def test_there_are_none_until_they_are_chosen(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.reviewer, "keys")
    assert [field.value for field in page.text_input] == [""] * len(Step)
    assert "There are none unless you choose them here" in words(page)
    shown = words(press(filled(page, take="alt+t", record="ctrl+shift+s"), "Keep these keys"))  # type: ignore[arg-type]
    assert "Alt+T: take this alert; Ctrl+Shift+S: record the decision" in shown
    assert keys.mine(sqlite_store, council.reviewer) == {Step.TAKE: "Alt+T", Step.RECORD: "Ctrl+Shift+S"}


def test_a_mistake_is_told_and_nothing_changes(sqlite_store: Store, council: Council) -> None:
    keys.choose(sqlite_store, council.reviewer, {Step.TAKE: "T"})
    page = opened(sqlite_store, council.reviewer, "keys")
    shown = words(press(filled(page, take="Enter"), "Keep these keys"))  # type: ignore[arg-type]
    assert "is no key for this" in shown
    assert keys.mine(sqlite_store, council.reviewer) == {Step.TAKE: "T"}


@pytest.mark.parametrize("role", ["owner", "panel", "administrator"])
def test_others_get_a_sentence(sqlite_store: Store, council: Council, role: str) -> None:
    assert "This page cannot be shown" in words(opened(sqlite_store, getattr(council, role), "keys"))


def test_the_page_of_an_alert_has_them_on_its_buttons(sqlite_store: Store, council: Council) -> None:
    def shortcuts() -> set[str]:
        page = opened(sqlite_store, council.reviewer, "alert", alert="1")
        return {button.proto.shortcut for button in page.button} - {""}

    assert shortcuts() == set()
    keys.choose(sqlite_store, council.reviewer, {Step.TAKE: "Alt+T", Step.SHOW: "S"})
    assert shortcuts() == {"alt+t", "s"}
