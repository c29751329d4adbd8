"""Pages of the dashboard run without a browser, and the store they work on."""

from collections.abc import Iterable
from typing import Any

from streamlit.testing.v1 import AppTest

from data.config import Settings
from data.model import Person
from data.services import people
from data.store.engine import Store
from tests.support.filled import PASSWORD


def script(store: "Store", settings: "Settings", token: str | None, first: str) -> None:
    """What AppTest runs: the dashboard's own script with `first` as the page without a path."""
    from dashboard.desk import Desk
    from dashboard.screens import main

    main(Desk(store, settings, lambda: token), first)


def opened(store: Store, person: Person | None, page: str, **query: str | int) -> AppTest:
    """Return a page as this person meets it, drawn once; `query` is what follows the address."""
    token = people.sign_in(store, person.email, PASSWORD) if person else None
    settings = Settings(store=str(store.url), anchor=f"{store.path}.anchor")
    test = AppTest.from_function(script, default_timeout=30, args=(store, settings, token, page))
    for name, value in query.items():
        test.query_params[name] = str(value)
    return test.run()


def words(test: AppTest) -> str:
    """Return everything a page says, HTML as it is, with labels of links and widgets."""
    assert not test.exception, test.exception[0].message
    links = [_escapes_removed(link.label) for link in test.get("page_link")]  # type: ignore[attr-defined]
    return "\n".join(
        [
            *(h.proto.body for h in test.html if not h.proto.body.startswith("<style")),
            *(w.label for w in _widgets(test)),
            *links,
        ]
    )


def buttons(test: AppTest) -> list[str]:
    """Return the labels of the buttons on the page."""
    return [b.label for b in test.button]


def press(test: AppTest, label: str) -> AppTest:
    """Press the button with this label."""
    found = [b for b in test.button if b.label == label]
    assert found, f"no button {label!r} among {buttons(test)}"
    return found[0].click().run()


def _widgets(test: AppTest) -> Iterable[Any]:
    return [*test.button, *test.radio, *test.selectbox, *test.multiselect, *test.text_area]


def _escapes_removed(label: str) -> str:
    return label.replace("\\", "")
