"""What was erased is no page's downfall: alert, account, queue and the holder's own page open all the same."""

import pytest

from data.services.erasure import Asked, erase_account, erase_post
from data.store import alerts
from data.store.engine import Store
from tests.support.filled import Council
from tests.support.screen import opened, words


def erased(store: Store, council: Council) -> int:
    """Erase the account bins, whose words raised an alert; return the alert's number."""
    with store.read() as tx:
        [found] = [alerts.get(tx, row.id) for row in alerts.of_account(tx, "bins")]
    erase_account(store, Asked(council.administrator, "on request"), "bins")
    return found.id


@pytest.mark.parametrize("page", ["queue", "alert", "account", "accounts"])
def test_pages_open_without_the_words(sqlite_store: Store, council: Council, page: str) -> None:
    alert_id = erased(sqlite_store, council)
    query = {"alert": {"alert": alert_id}, "account": {"account": "bins"}}.get(page, {})
    said = words(opened(sqlite_store, council.reviewer, page, **query))
    assert "clueless" not in said
    assert said


def test_the_holder_reads_their_page(sqlite_store: Store, council: Council) -> None:
    erased(sqlite_store, council)
    said = words(opened(sqlite_store, council.owner, "mine"))
    assert "clueless" not in said
    with sqlite_store.read() as tx:
        [row] = [r for r in alerts.of_account(tx, "parking") if r.status == "open"][:1]
        post = alerts.get(tx, row.id).post_id
    erase_post(sqlite_store, Asked(council.administrator, "on request"), post)
    assert words(opened(sqlite_store, council.owner, "mine"))
