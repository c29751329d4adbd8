"""The verbs about holders of an account: what they say, in days of the council's zone, and what they refuse."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from data.cli import Context
from data.commands import holders
from data.config import Settings
from data.errors import PostreeveError
from data.model import Role
from data.services import people
from data.services.actors import shell
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.register import add, row

Ask = Callable[..., Result]
LATE = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # in London it is 1 July, half past midnight


@click.group()
def verbs() -> None:
    """The verbs by their names."""


for command in holders.COMMANDS:
    verbs.add_command(command)


@pytest.fixture
def ask(sqlite_store: Store, clock: FakeClock) -> Ask:
    """Run a verb on a store with one account, late on a summer's evening."""
    clock.now = LATE
    add(sqlite_store, row("bins", owner_email="ann@council.example"))
    for name in ("bob", "cy"):
        people.add(sqlite_store, shell(), f"{name}@council.example", name.title(), [Role.OWNER], None)
    path = Path(str(sqlite_store.path))

    def run(*arguments: str, as_json: bool = False) -> Result:
        settings = Settings(store=str(sqlite_store.url), anchor=f"{path}.anchor", zone="Europe/London")
        context = Context(settings, as_json=as_json, clock=clock)
        return CliRunner().invoke(verbs, list(arguments), obj=context)

    return run


def told(found: Result) -> str:
    """Return what a verb said when it was done."""
    assert found.exception is None, found.exception
    return found.output


def refused(found: Result) -> str:
    """Return the sentence with which a verb was refused."""
    assert isinstance(found.exception, PostreeveError)
    return str(found.exception)


def test_days_are_those_of_the_council(ask: Ask) -> None:
    said = told(ask("link", "bins", "bob@council.example", "--as", "deputy"))
    assert "deputy         Bob, bob@council.example, 2026-07-01 to today" in said


def test_what_is_ended_stays_with_its_days(ask: Ask, clock: FakeClock) -> None:
    told(ask("link", "bins", "bob@council.example", "--as", "deputy"))
    clock.move(days=10)
    told(ask("unlink", "bins", "bob@council.example", "--as", "deputy", "--reason", "Moved on."))
    clock.move(days=1)
    on = json.loads(told(ask("held", "bins", "--on", "2026-07-05", as_json=True)))
    assert {one["email"] for one in on["holders"]} == {"ann@council.example", "bob@council.example"}
    now = json.loads(told(ask("held", "bins", "--on", "2026-07-12", as_json=True)))
    assert {one["email"] for one in now["holders"]} == {"ann@council.example"}
    assert "2026-07-01 to 2026-07-11" in told(ask("held", "bins", "--on", "2026-07-05"))


def test_nobody_is_said_to_be_nobody(ask: Ask) -> None:
    assert told(ask("held", "bins", "--on", "2020-01-01")) == "Nobody holds bins then.\n"


def test_an_account_is_handed_over_with_its_reason(ask: Ask) -> None:
    said = told(ask("hand-over", "bins", "--to", "cy@council.example", "--reason", "New in post."))
    assert "cy@council.example, 2026-07-01 to today" in said
    assert "ann@council.example, 2026-07-01 to today" not in said


UNKNOWN = "Nobody is known under {0}. Add them with: postreeve user add {0} --role ROLE"
NO_ACCOUNT = "No account nowhere is on the register. See: postreeve account list"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("link", "nowhere", "bob@council.example", "--as", "deputy"), NO_ACCOUNT),
        (("hand-over", "nowhere", "--to", "bob@council.example", "--reason", "x"), NO_ACCOUNT),
        (("held", "nowhere", "--on", "2026-07-01"), NO_ACCOUNT),
        (("link", "bins", "eve@council.example", "--as", "deputy"), UNKNOWN.format("eve@council.example")),
        (("confirm", "bins", "--by", "eve@council.example"), UNKNOWN.format("eve@council.example")),
        (("not-right", "bins", "--by", "eve@council.example", "--reason", "x"), UNKNOWN.format("eve@council.example")),
        (("settle", "99", "--how", "x"), "There is no task 99 of a holder that waits; see: postreeve account tasks"),
    ],
)
def test_what_is_not_known_is_named_with_the_way_out(ask: Ask, arguments: tuple[str, ...], said: str) -> None:
    assert refused(ask(*arguments)) == said


@pytest.mark.parametrize(
    "arguments",
    [
        ("unlink", "bins", "bob@council.example", "--as", "deputy", "--reason", "x"),
        ("hand-over", "bins", "--to", "bob@council.example", "--reason", " "),
        ("join", "bins", "--by", "ann@council.example"),
        ("gone", "bins", "--by", "ann@council.example", "--reason", "x"),
        ("confirm", "bins", "--by", "bob@council.example"),
        ("not-right", "bins", "--by", "bob@council.example", "--reason", "x"),
        ("withdraw", "bins", "--by", "bob@council.example"),
    ],
)
def test_what_is_not_theirs_or_has_no_reason_changes_nothing(ask: Ask, arguments: tuple[str, ...]) -> None:
    before = told(ask("held", "bins", "--on", "2026-07-01"))
    assert len(refused(ask(*arguments)).split()) > 3
    assert told(ask("held", "bins", "--on", "2026-07-01")) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("link", "bins", "a@b.example", "--as", "king"),
        ("held", "bins", "--on", "1 July"),
        ("settle", "x", "--how", "y"),
    ],
)
def test_what_is_not_understood_is_wrong_use(ask: Ask, arguments: tuple[str, ...]) -> None:
    found = ask(*arguments)
    assert found.exit_code == 2
    assert "Invalid value" in found.output
