"""The passport office from the shell: account apply, tasks, public."""

from pathlib import Path
from typing import Any

import click

from data import lookup
from data.cli import Context, pass_context
from data.clock import local_day
from data.commands.holders import AS
from data.services import actors, applying, office, register
from data.services.anchoring import anchor_head
from data.services.office import Task

FIELDS = {  # option → column of the register
    "platform": "platform",
    "handle": "handle",
    "url": "url",
    "kind": "kind",
    "department": "department",
    "owner": "owner_email",
    "purpose": "purpose",
    "audience": "audience",
    "cadence": "cadence",
    "lawful_basis": "lawful_basis",
    "dpia_ref": "dpia_ref",
    "notice_date": "notice_date",
    "review_date": "review_date",
    "will_post": "will_post",
    "will_not_post": "will_not_post",
    "posts_from": "posts_from",
    "posts_to": "posts_to",
}
HELP = "The register's column {}; see its documentation."


def _fields(command: Any) -> Any:
    for name, column in reversed(FIELDS.items()):
        command = click.option(f"--{name.replace('_', '-')}", default="", help=HELP.format(column))(command)
    return command


@click.command()
@click.argument("account_id", metavar="ID")
@_fields
@click.option("--deputy", "deputies", multiple=True, metavar="EMAIL", help="A deputy; may be repeated.")
@click.option("--special", multiple=True, help="A condition of Article 9 or 10; may be repeated.")
@click.option("--note", default="", help="Anything the applicant adds.")
@AS
@pass_context
def apply(
    context: Context,
    /,
    account_id: str,
    deputies: tuple[str, ...],
    special: tuple[str, ...],
    note: str,
    by: str,
    **cells: str,
) -> None:
    """Apply for an account, or again for one that was returned, where what is left out stays; the panel decides."""
    with context.store.read() as tx:
        actor = actors.named(tx, by)
    given = {FIELDS[name]: value for name, value in cells.items()}
    given |= {"deputy_emails": ";".join(deputies), "special": ";".join(special)}
    row = {"id": account_id, "owner_email": by} | applying.present(context.store, actor, account_id)
    row |= {name: value for name, value in given.items() if value}
    found = applying.apply(context.store, actor, applying.understood(row), note)
    anchor_head(context.store, context.settings)
    context.emit({"account": found.account_id, "passport": found.state}, f"The application for {account_id} waits.")


@click.command()
@pass_context
def tasks(context: Context) -> None:
    """List what waits for the panel, the administrator and the holders."""
    found = office.tasks(context.store, actors.shell(), context.settings.zone)
    documents = [
        {
            "kind": task.kind,
            "account": task.account.id if task.account else None,
            "since": task.since,
            "words": task.words,
            "number": task.number or None,
        }
        for task in found
    ]
    context.emit(documents, "\n".join(map(_line, found)) or "Nothing waits.")


@click.command()
@click.option(
    "-o", "--output", "file", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The HTML page."
)
@click.option("--officers", is_flag=True, help="List accounts in an officer's own name too.")
@pass_context
def public(context: Context, file: Path, officers: bool) -> None:
    """Write a page, and JSON beside it, by which the public can tell which accounts are genuine."""
    rows = register.listed(context.store, context.settings.zone)
    live = [(row.account, row.passport) for row in rows if row.live and row.passport is not None]
    found = lookup.confirmed(live, officers=officers)
    today = local_day(context.store.now(), context.settings.zone)
    file.write_text(lookup.as_html(found, today, officers=officers), encoding="utf-8")
    beside = file.with_suffix(".json")
    beside.write_text(lookup.as_json(found, today), encoding="utf-8")
    document = {"accounts": len(found), "file": str(file), "json": str(beside)}
    context.emit(document, f"Wrote {len(found)} account{'s'[: len(found) != 1]} to {file} and {beside}.")


def _line(task: Task) -> str:
    named = task.account.id if task.account else ""
    numbered = f" (task {task.number})" if task.number else ""
    return f"{task.kind.replace('_', ' '):<13} {task.since or ''!s:<11} {named:<28} {task.words}{numbered}"


COMMANDS = (apply, tasks, public)
