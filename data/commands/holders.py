"""Who holds an account: account link, unlink, hand-over, held, join, withdraw, confirm, not-right, settle, gone."""

from datetime import datetime
from typing import Any

import click

from data.cli import Context, pass_context
from data.clock import local_day
from data.services import actors, applying, assuring, belonging
from data.services.anchoring import anchor_head
from data.store import links
from data.store.rows import Rows

DAY = click.DateTime(["%Y-%m-%d"])
BY = click.option("--by", metavar="EMAIL", help="Who does it; the user of this shell when left out.")
AS = click.option("--by", required=True, metavar="EMAIL", help="Who says so.")
REASON = click.option("--reason", required=True, help="Why.")
LINK = click.option(
    "--as", "what", type=click.Choice(links.LINKS), required=True, help="What the person is to the account."
)
ACCOUNT = click.argument("account_id", metavar="ID")


@click.command()
@ACCOUNT
@click.argument("email")
@LINK
@BY
@pass_context
def link(context: Context, account_id: str, email: str, what: str, by: str | None) -> None:
    """Begin a dated link between a person and an account."""
    _told(context, account_id, belonging.link(context.store, _actor(context, by), account_id, email, what))


@click.command()
@ACCOUNT
@click.argument("email")
@LINK
@REASON
@BY
@pass_context
def unlink(context: Context, account_id: str, email: str, what: str, reason: str, by: str | None) -> None:
    """End a link; it stays on record with its dates."""
    _told(context, account_id, belonging.unlink(context.store, _actor(context, by), account_id, email, what, reason))


@click.command(name="hand-over")
@ACCOUNT
@click.option("--to", "email", required=True, metavar="EMAIL", help="Who owns it from now on.")
@REASON
@BY
@pass_context
def hand_over(context: Context, account_id: str, email: str, reason: str, by: str | None) -> None:
    """Give an account to another owner from now on."""
    _told(context, account_id, belonging.hand_over(context.store, _actor(context, by), account_id, email, reason))


@click.command()
@ACCOUNT
@click.option("--on", "on", type=DAY, required=True, help="A day in the council's zone.")
@pass_context
def held(context: Context, account_id: str, on: datetime) -> None:
    """Say who held an account on a day."""
    zone = context.settings.zone
    _emit(context, account_id, belonging.held_on(context.store, actors.shell(), account_id, on.date(), zone))


@click.command()
@ACCOUNT
@AS
@pass_context
def join(context: Context, account_id: str, by: str) -> None:
    """Record a councillor's own choice to have their account on the register."""
    applying.join(context.store, _actor(context, by), account_id)
    _done(context, account_id, f"{account_id} is on the register by the member's own choice.")


@click.command()
@ACCOUNT
@click.option("--reason", default="", help="Why; a councillor need not say.")
@AS
@pass_context
def withdraw(context: Context, account_id: str, reason: str, by: str) -> None:
    """Take an application back, or one's own account off the register; collection stops at once."""
    applying.withdraw(context.store, _actor(context, by), account_id, reason)
    _done(context, account_id, f"{account_id} is withdrawn; nothing more of it is collected.")


@click.command()
@ACCOUNT
@AS
@pass_context
def confirm(context: Context, account_id: str, by: str) -> None:
    """Say as a holder: still mine, still right."""
    assuring.still_right(context.store, _actor(context, by), account_id)
    _done(context, account_id, f"It is recorded that {account_id} is still right.")


@click.command(name="not-right")
@ACCOUNT
@REASON
@AS
@pass_context
def not_right(context: Context, account_id: str, reason: str, by: str) -> None:
    """Say as a holder what is no longer right; the administrator finds it among the tasks."""
    assuring.not_right(context.store, _actor(context, by), account_id, reason)
    _done(context, account_id, f"It is recorded what is no longer right with {account_id}.")


@click.command()
@click.argument("number", type=int)
@click.option("--how", required=True, help="How it was dealt with.")
@BY
@pass_context
def settle(context: Context, number: int, how: str, by: str | None) -> None:
    """Record that what a holder said to be wrong was dealt with; NUMBER is that of the task."""
    assuring.settle(context.store, _actor(context, by), number, how)
    anchor_head(context.store, context.settings)
    context.emit({"task": number, "settled": True}, f"Task {number} is settled.")


@click.command()
@ACCOUNT
@REASON
@AS
@pass_context
def gone(context: Context, account_id: str, reason: str, by: str) -> None:
    """Confirm that a lapsed or closed account is no longer public in the council's name."""
    assuring.settle_lapse(context.store, _actor(context, by), account_id, reason)
    _done(context, account_id, f"It is recorded that {account_id} is gone.")


def _actor(context: Context, by: str | None) -> Any:
    with context.store.read() as tx:
        return actors.named(tx, by)


def _done(context: Context, account_id: str, text: str) -> None:
    anchor_head(context.store, context.settings)
    context.emit({"account": account_id, "done": True}, text)


def _told(context: Context, account_id: str, rows: Rows) -> None:
    anchor_head(context.store, context.settings)
    _emit(context, account_id, rows)


def _emit(context: Context, account_id: str, rows: Rows) -> None:
    documents = [
        {"link": row.link, "email": row.email, "name": row.name, "since": row.since, "until": row.until} for row in rows
    ]
    zone = context.settings.zone
    lines = [
        f"{row.link.replace('_', ' '):<14} {row.name}, {row.email}, {local_day(row.since, zone)} to "
        f"{local_day(row.until, zone) if row.until else 'today'}"
        for row in rows
    ]
    context.emit({"account": account_id, "holders": documents}, "\n".join(lines) or f"Nobody holds {account_id} then.")


COMMANDS = (link, unlink, hand_over, held, join, withdraw, confirm, not_right, settle, gone)
