"""People of the council: person import; training add, list."""

from datetime import datetime
from pathlib import Path

import click

from data import roster
from data.cli import Context, pass_context
from data.services import actors, staffing, trainings
from data.services.anchoring import anchor_head

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def person() -> None:
    """Take in who joins, moves and leaves."""


@person.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_context
def import_(context: Context, file: Path) -> None:
    """Take in a CSV of people: email, name, department, line_manager_email, until (their last day)."""
    members = roster.read(file.read_bytes(), file.name, staffing.known(context.store))
    found = staffing.import_staff(context.store, actors.shell(), members, context.settings.zone)
    anchor_head(context.store, context.settings)
    document = {"people": found.people, "joined": found.joined, "moved": found.moved, "left": found.left}
    text = f"Read {found.people} people: {found.joined} joined, {found.moved} changed, {found.left} left."
    if found.ownerless:
        text += f" Nobody owns: {', '.join(found.ownerless)}."
    context.emit(document | {"ownerless": list(found.ownerless)}, text)


@click.group()
def training() -> None:
    """Keep record of training, a support for people that stands beside no alert."""


@training.command()
@click.argument("email")
@click.option("--course", required=True, help="Name of the course.")
@click.option("--on", "on", type=DAY, required=True, help="Day it was completed.")
@click.option("--refresher", type=DAY, help="Day by which it is to be refreshed.")
@click.option("--policy", "policies", multiple=True, type=click.Choice(list(trainings.POLICIES)), help="Went with it.")
@click.option("--talk", type=DAY, help="Day of the follow-up talk.")
@pass_context
def add(
    context: Context,
    email: str,
    course: str,
    on: datetime,
    refresher: datetime | None,
    policies: tuple[str, ...],
    talk: datetime | None,
) -> None:
    """Record a course that someone completed."""
    number = trainings.add(
        context.store,
        actors.shell(),
        email,
        course,
        on.date(),
        refresher=refresher.date() if refresher else None,
        policies=policies,
        talk=talk.date() if talk else None,
    )
    anchor_head(context.store, context.settings)
    context.emit({"training": number, "email": email}, f"Training {number} of {email} is recorded.")


@training.command(name="list")
@click.argument("email", default="")
@pass_context
def list_(context: Context, email: str) -> None:
    """List training records, the newest first: everyone's, or one person's."""
    rows = trainings.listed(context.store, actors.shell(), email)
    shown = ("id", "email", "course", "completed_on", "refresher_due", "policies", "talk_on")
    documents = [{name: getattr(row, name) for name in shown} for row in rows]
    lines = [
        f"{row.email:<36} {row.completed_on or 'asked for'!s:<11} {row.course or 'any course'}"
        f"{f', to be refreshed by {row.refresher_due}' if row.refresher_due else ''}"
        for row in rows
    ]
    context.emit(documents, "\n".join(lines) or "No training is on record.")


COMMANDS = (person, training)
