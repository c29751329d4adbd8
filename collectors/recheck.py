"""Asking for known posts by their ids, where a list of new ones can neither tell that one is gone nor that it changed.

A post that the source left out of a stretch that it listed is asked for at once; the others in turn, each once a day.
Only what the platform itself says of an id marks a post as gone, so a list that is short for a while loses nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Protocol, runtime_checkable

from collectors.base import Collector, Fetched, Http
from data.model import Account

EVERY = timedelta(hours=24)


@runtime_checkable
class Rechecks(Collector, Protocol):
    """A collector that can ask for posts by id; `parse` turns the answers into pages with `items` and `gone`.

    `recheck_most` is how many ids one run asks for at most, `recheck_newest` how many of the newest posts are asked for
    again at all (None: all of them), `recheck_price` the price of one, in US dollars.
    """

    recheck_most: int
    recheck_newest: int | None
    recheck_price: float

    def recheck(self, account: Account, ids: Sequence[str], http: Http) -> Iterator[Fetched]:
        """Yield the answers about the posts `ids` of the account."""
