"""Legal holds from the shell: hold place, lift, list."""

from typing import Any

import click

from data.cli import Context, pass_context
from data.model import Person
from data.services import actors, holds
from data.services.anchoring import anchor_head
from data.store.rows import AnyRow

BY = click.option("--by", required=True, metavar="EMAIL", help="Who does it: someone with the role administrator.")
REASON = click.option("--reason", required=True, help="Why, in words.")
SUBJECT = click.argument("subject")


def acting(context: Context, by: str) -> Person:
    """Return the person that `--by` names."""
    with context.store.read() as tx:
        return actors.named(tx, by)


@click.group()
def hold() -> None:
    """Keep something from retention and erasure for as long as a dispute or a duty lasts."""


@hold.command()
@SUBJECT
@BY
@REASON
@pass_context
def place(context: Context, subject: str, by: str, reason: str) -> None:
    """Place a legal hold on account:ID, post:NUMBER or alert:NUMBER."""
    number = holds.place(context.store, acting(context, by), subject, reason)
    anchor_head(context.store, context.settings)
    context.emit({"hold": number, "subject": subject}, f"Legal hold {number} stands on {subject}.")


@hold.command()
@SUBJECT
@BY
@REASON
@pass_context
def lift(context: Context, subject: str, by: str, reason: str) -> None:
    """Lift the legal holds on a subject."""
    lifted = holds.lift(context.store, acting(context, by), subject, reason)
    anchor_head(context.store, context.settings)
    numbers = ", ".join(map(str, lifted))
    context.emit({"lifted": lifted, "subject": subject}, f"Lifted on {subject}: legal hold {numbers}.")


@hold.command(name="list")
@BY
@pass_context
def list_(context: Context, by: str) -> None:
    """List the legal holds, those that stand first."""
    rows = holds.listed(context.store, acting(context, by))
    context.emit([_document(row) for row in rows], "\n".join(map(_line, rows)) or "No legal hold was ever placed.")


def _document(row: AnyRow) -> dict[str, Any]:
    times = {"placed_at": row.placed_at, "lifted_at": row.lifted_at}
    return {"hold": row.id, "subject": row.subject, "reason": row.reason, "actor": row.actor, **times}


def _line(row: AnyRow) -> str:
    state = f"lifted {row.lifted_at:%Y-%m-%d}" if row.lifted_at else "stands"
    return f"{row.id:>5}  {row.subject:<28} since {row.placed_at:%Y-%m-%d}, {state}: {row.reason}"


COMMANDS = (hold,)
