"""Asking for known posts by their ids, where a list of new ones can neither tell that one is gone nor that it changed.

A post that the source left out of a stretch that it listed is asked for at once; the others in turn, each at most once
a day. Only what the platform itself says of an id marks a post as gone, so a list that is short for a while loses
nothing. What the platform gives no answer to is put off for a day, so that it does not stand before the others for
ever; the store keeps that beside the collector's own state.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from collectors.base import Collector, Fetched, Http
from data.model import Account

EVERY = timedelta(hours=24)
PUT_OFF = "put off"  # in the state of a cursor
MOST_PUT_OFF = 200


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
        """Yield the answers about the posts `ids` of the account, in their order."""


def passed_over(ids: Sequence[str], answered: Collection[str], taken: int, *, broke: bool) -> tuple[str, ...]:
    """Return the ids that got no answer though they were asked for: those before the last of `taken` answers or the
    last one answered, and where asking broke off the next one."""
    reached = max([taken, *(n for n, number in enumerate(ids, 1) if number in answered)]) + broke
    return tuple(number for number in ids[:reached] if number not in answered)


def put_off(state: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Return the ids that are not to be asked for before a day is over, each with the failure's time (ISO 8601)."""
    kept: dict[str, str] = json.loads(state.get(PUT_OFF, "{}"))
    return {number: at for number, at in kept.items() if now - datetime.fromisoformat(at) < EVERY}


def own_state(state: Mapping[str, str]) -> dict[str, str]:
    """Return a cursor's state as its collector knows it."""
    return {name: value for name, value in state.items() if name != PUT_OFF}


def with_put_off(
    state: Mapping[str, str], before: Mapping[str, str], unanswered: Sequence[str], now: datetime
) -> dict[str, str]:
    """Return a cursor's new state with the ids that are put off: those of the state `before`, and those of this run."""
    kept = put_off(before, now) | dict.fromkeys(unanswered, now.isoformat())
    newest = dict(list(kept.items())[-MOST_PUT_OFF:])
    return dict(state) | ({PUT_OFF: json.dumps(newest)} if newest else {})
