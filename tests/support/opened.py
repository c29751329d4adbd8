"""Small helpers for pages with forms: fill a field by its key, say what a page refused."""

from typing import Any

from streamlit.testing.v1 import AppTest

from tests.support.screen import words


def fill(page: AppTest, key: str, value: Any) -> AppTest:
    """Put a value into the widget with this key."""
    kinds = (page.text_input, page.text_area, page.selectbox, page.multiselect, page.date_input, page.checkbox)
    found = [widget for kind in kinds for widget in kind if widget.key == key]
    assert found, f"no field {key!r}"
    found[0].set_value(value)
    return page


def refused(page: AppTest) -> bool:
    """Say whether the page could not be shown to this person."""
    return "This page cannot be shown" in words(page)
