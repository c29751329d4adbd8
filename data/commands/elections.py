"""Pre-election windows from the shell: elections add, list, withdraw."""

from dataclasses import asdict
from datetime import date, datetime

import click

from data.cli import Context, pass_context
from data.clock import local_day
from data.model import Person
from data.services import actors
from data.services import elections as service
from data.services.anchoring import anchor_head
from data.services.elections import Window

DAY = click.DateTime(["%Y-%m-%d"])
BY = click.option("--by", required=True, metavar="EMAIL", help="Who does it: someone with the role administrator.")


@click.group()
def elections() -> None:
    """Keep the pre-election periods in which a checklist is shown."""


@elections.command()
@click.option("--area", required=True, help="Where the election is held.")
@click.option("--from", "first", type=DAY, required=True, help="First day of the period.")
@click.option("--to", "last", type=DAY, required=True, help="Last day of it.")
@click.option("--source", required=True, help="Where the days are published.")
@BY
@pass_context
def add(context: Context, /, area: str, first: datetime, last: datetime, source: str, by: str) -> None:
    """Put a pre-election period down."""
    one = service.add(context.store, _acting(context, by), area, first.date(), last.date(), source)
    anchor_head(context.store, context.settings)
    context.emit(asdict(one), f"Window {one.id}: {one.area}, {one.first} to {one.last}.")


@elections.command(name="list")
@pass_context
def list_(context: Context) -> None:
    """List the pre-election periods, the earliest first."""
    today = local_day(context.clock(), context.settings.zone)
    found = service.windows(context.store)
    lines = [f"{one.id:>5}  {one.first} to {one.last}  {one.area}{_now(one, today)} ({one.source})" for one in found]
    documents = [asdict(one) | {"now": bool(_now(one, today))} for one in found]
    context.emit(documents, "\n".join(lines) or "No pre-election period is put down.")


@elections.command()
@click.argument("number", type=int)
@BY
@pass_context
def withdraw(context: Context, number: int, by: str) -> None:
    """Take a pre-election period back."""
    service.withdraw(context.store, _acting(context, by), number)
    anchor_head(context.store, context.settings)
    context.emit({"withdrawn": number}, f"Window {number} is taken back.")


def _now(one: Window, today: date) -> str:
    return ", now" if one.first <= today <= one.last else ""


def _acting(context: Context, by: str) -> Person:
    with context.store.read() as tx:
        return actors.named(tx, by)


COMMANDS = (elections,)
