"""The missed-harm sample from the shell: sample draw, estimate."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from data.cli import Context, pass_context
from data.reports.sampling import FLAGGED
from data.reports.stratified import Between
from data.services import actors, estimating, sampling
from data.services.anchoring import anchor_head
from data.services.estimating import Estimate
from data.services.sampling import Asked
from data.store.rows import AnyRow

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def sample() -> None:
    """Estimate what the flags miss, from a sample of posts that people read."""


@sample.command()
@click.option("--by", required=True, metavar="EMAIL", help="Who draws it: someone with the role administrator.")
@click.option("--from", "since", type=DAY, help="First day.  [default: of the last whole quarter, or of the notice]")
@click.option("--to", "until", type=DAY, help="Last day.  [default: the last one of the last quarter]")
@click.option(
    "--size", type=click.IntRange(1), default=None, help="Posts, flagged ones included.  [default: sample_size]"
)
@click.option("--seed", default="", help="What to draw by, to do it again.  [default: a new one]")
@pass_context
def draw(
    context: Context, by: str, since: datetime | None, until: datetime | None, size: int | None, seed: str
) -> None:
    """Draw posts, flagged or not, for reviewers to read without scores on the page Sample."""
    with context.store.read() as tx:
        actor = actors.named(tx, by)
    asked = Asked(since.date() if since else None, until.date() if until else None, size or 0, seed)
    row = sampling.draw(context.store, actor, context.settings, asked)
    anchor_head(context.store, context.settings)
    context.emit(_draw(row), f"Draw {row.id}: {row.size} posts of {row.since} to {row.until}, seed {row.seed}.")


@sample.command()
@click.option("--draw", "number", type=int, help="Which draw.  [default: the newest]")
@pass_context
def estimate(context: Context, number: int | None) -> None:
    """Say how many harmful posts the flags missed, and what share of them they caught, with 95 % intervals."""
    found = estimating.estimate(context.store, actors.shell(), number)
    context.emit(document(found), "\n".join(estimating.sentences(found)))


def document(found: Estimate) -> dict[str, Any]:
    """Return an estimate as JSON."""
    return {
        "draw": _draw(found.draw),
        "strata": [asdict(one) for one in found.strata],
        "not_flagged": found.population,
        "missed": _between(found.missed),
        "flagged_harmful": _between(found.flagged),
        "recall": _between(found.recall),
        "still_possible": found.possible,
        "unanswered": found.unanswered,
    }


def _between(found: Between | None) -> dict[str, float] | None:
    return {"estimate": found.value, "low": found.low, "high": found.high} if found else None


def _draw(row: AnyRow) -> dict[str, Any]:
    names = ("since", "until", "size", "dpia", "seed", "models", "strata", "unassessed", "unscanned")
    return {"draw": row.id, "at": row.at, **{name: getattr(row, name) for name in names}, "flagged": _flagged(row)}


def _flagged(row: AnyRow) -> int:
    return sum(int(one["drawn"]) for one in row.strata if one["name"] == FLAGGED)


COMMANDS = (sample,)
