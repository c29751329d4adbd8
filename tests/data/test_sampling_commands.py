"""sample draw and sample estimate as their users call them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from classifier.scan import scan
from data.cli import Context
from data.commands.sampling import sample
from data.errors import NotAllowed, NotFound, UseError
from data.model import Judgement, Role
from data.services import people
from data.services.actors import shell
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import JUDGE
from tests.support.posts import item, store_items
from tests.support.register import add, row
from tests.support.sampled import ON, answer_all

BY = "ada@council.example"
DAYS = ("--from", "2026-09-10", "--to", "2026-09-20", "--seed", "feed")


@pytest.fixture
def context(sqlite_store: Store, clock: FakeClock) -> Context:
    """A store whose posts were seen in September 2026, and the sample on; it is 22 November."""
    clock.move(days=-70)
    add(sqlite_store, row("bins"))
    store_items(sqlite_store, "bins", *[item(n, "what a clown" if n < 2 else f"Post {n}") for n in range(60)])
    list(scan(sqlite_store, JUDGE))
    people.add(sqlite_store, shell(), BY, "Ada", [Role.ADMINISTRATOR], None)
    people.add(sqlite_store, shell(), "rita@council.example", "Rita", [Role.REVIEWER], None)
    clock.move(days=70)
    return Context(replace(ON, store=str(sqlite_store.url)), clock=clock)


def call(context: Context, *arguments: str) -> str:
    """Run the command; return what it printed, or raise what it raised."""
    return CliRunner().invoke(sample, arguments, obj=context, catch_exceptions=False).output


def document(context: Context, *arguments: str) -> Any:
    return json.loads(call(replace(context, as_json=True), *arguments))


def test_a_sample_is_drawn_read_and_estimated(context: Context) -> None:
    told = call(context, "draw", "--by", BY, *DAYS)
    assert told == "Draw 1: 40 posts of 2026-09-10 to 2026-09-20, seed feed.\n"
    assert "nothing can be said of all of them" in call(context, "estimate")
    rita = next(p for p in people.everyone(context.store) if p.email == "rita@council.example")
    harmful = {"what a clown", *(f"Post {n}" for n in range(5, 10))}
    answer_all(context.store, rita, lambda text: Judgement.UPHELD if text in harmful else Judgement.NOT_UPHELD)
    found = document(context, "estimate", "--draw", "1")
    assert (found["draw"]["seed"], found["draw"]["flagged"], found["not_flagged"]) == ("feed", 2, 58)
    assert found["flagged_harmful"] == {"estimate": 2.0, "low": 2.0, "high": 2.0}
    assert found["missed"]["low"] <= found["missed"]["estimate"] <= found["missed"]["high"]
    assert 0 < found["recall"]["low"] < found["recall"]["high"] <= 1
    assert found["still_possible"] is None
    told = call(context, "estimate")
    assert "are harmful and were missed (95% interval)" in told
    assert "Of 2 flagged ones 2 were read among them, 2 harmful." in told


def test_the_draw_as_a_document_says_all_it_takes_to_repeat_it(context: Context) -> None:
    found = document(context, "draw", "--by", BY, *DAYS, "--size", "20")
    assert (found["size"], found["dpia"], found["models"]) == (20, "DPIA-12", [JUDGE.hash])
    assert [s["name"] for s in found["strata"]] == ["flagged", "highest", "next", "middle", "rest"]
    assert sum(s["drawn"] for s in found["strata"]) == 20


def test_who_draws_must_be_named_and_allowed(context: Context) -> None:
    assert "Missing option '--by'" in call(context, "draw", *DAYS)
    with pytest.raises(NotAllowed, match="takes the role administrator"):
        call(context, "draw", "--by", "rita@council.example", *DAYS)
    with pytest.raises(NotFound):
        call(context, "draw", "--by", "no@council.example", *DAYS)


def test_while_it_is_off_the_command_says_what_is_missing(context: Context) -> None:
    context.settings = replace(context.settings, sample_dpia="")
    with pytest.raises(UseError, match="not set: sample_dpia"):
        call(context, "draw", "--by", BY, *DAYS)


def test_before_a_draw_there_is_no_estimate(context: Context) -> None:
    with pytest.raises(NotFound, match="No sample was drawn yet"):
        call(context, "estimate")
    with pytest.raises(NotFound, match="no draw 3"):
        call(context, "estimate", "--draw", "3")
