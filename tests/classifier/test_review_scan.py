"""When a decided alert comes back: for other words, not for another address of the same picture."""

from collections.abc import Callable
from datetime import UTC, datetime

from click.testing import CliRunner

from classifier import scan_command
from classifier.scan import scan
from data.model import AlertStatus, Category, Decision, Item, Judgement, Media, Outcome, Person, Role
from data.services import review
from data.store import alerts
from data.store.engine import Store
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

JUDGE = WordJudge({"clown": Category.HARASSMENT})
RUDE = "what a clown"


def pictured(text: str, address: str) -> Item:
    return item(1, text, media=(Media("image", f"https://cdn.example/{address}", "a clown"),))


def decided(store: Store, person: Callable[..., Person]) -> None:
    rita = person(store, "rita@council.example", Role.REVIEWER)
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, 1))
    review.decide(store, rita, seen, Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles a resident."))


def status(store: Store) -> AlertStatus:
    with store.read() as tx:
        return alerts.get(tx, 1).status


def test_another_address_of_a_picture_does_not_reopen(store: Store, person: Callable[..., Person]) -> None:
    add(store, row("bins"))
    for n, expected in enumerate((AlertStatus.OPEN, AlertStatus.DECIDED, AlertStatus.DECIDED)):
        assert store_items(store, "bins", pictured(RUDE, f"{n}.png")).same == 0
        list(scan(store, JUDGE))
        assert status(store) is expected
        if n == 0:
            decided(store, person)


def test_other_words_reopen_and_so_do_the_old_ones_after_others(store: Store, person: Callable[..., Person]) -> None:
    add(store, row("bins"))
    store_items(store, "bins", pictured(RUDE, "1.png"))
    list(scan(store, JUDGE))
    decided(store, person)
    store_items(store, "bins", pictured("all is well", "1.png"))
    list(scan(store, JUDGE))
    assert status(store) is AlertStatus.DECIDED
    store_items(store, "bins", pictured(RUDE, "1.png"))
    list(scan(store, JUDGE))
    assert status(store) is AlertStatus.OPEN


def test_since_is_a_day_of_the_councils_zone(monkeypatch: object) -> None:
    from data.cli import Context
    from data.config import Settings

    asked: list[datetime | None] = []

    def scan_all(_: Context, *, everything: bool, since: datetime | None) -> dict[str, object]:
        asked.append(since)
        return {"scanned": 0, "policy": "", "alerts": int(everything)}

    monkeypatch.setattr(scan_command, "scan_all", scan_all)  # type: ignore[attr-defined]
    done = CliRunner().invoke(scan_command.scan_verb, ["--since", "2026-07-01"], obj=Context(Settings()))
    assert done.exit_code == 0
    assert [at.astimezone(UTC) for at in asked if at] == [datetime(2026, 6, 30, 23, tzinfo=UTC)]
