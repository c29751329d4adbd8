"""People's rights from the shell: rights open, list, acknowledge, close, exports, and subject-access."""

import html
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from data.cli import Context, as_json, pass_context, plain
from data.clock import local_day
from data.commands.rights import BY, acting
from data.services import access, cases, exporting
from data.services.access import Dossier
from data.services.anchoring import anchor_head
from data.services.cases import Kind
from data.services.exporting import Scope
from data.store.access import Section
from data.store.cases import is_overdue
from data.store.rows import AnyRow

NUMBER = click.argument("number", type=int)
PAGE = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>What is held about {email}</title>
<style>body{{font:1rem/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}}th,td{{border:1px solid #767676;padding:.3rem;text-align:left;
vertical-align:top;overflow-wrap:anywhere}}</style></head>
<body><main><h1>What is held about {email}</h1><p>Written on {day}. {names}</p>
{sections}</main></body></html>
"""


@click.group()
def rights() -> None:
    """Keep people's requests about their data, their complaints, and the register of exports."""


@rights.command(name="open")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("person")
@click.option("--about", default="", help="What it is about.")
@BY
@pass_context
def open_(context: Context, kind: str, person: str, about: str, by: str) -> None:
    """Write down what PERSON asks; what is due when follows from its kind."""
    actor, zone = acting(context, by), context.settings.zone
    number = cases.open_case(context.store, zone, actor, Kind(kind), person, about)
    anchor_head(context.store, context.settings)
    acknowledge_by, due = cases.terms(Kind(kind), local_day(context.store.now(), zone))
    when = f"to be answered by {due}" if due else f"to be acknowledged by {acknowledge_by}"
    context.emit({"request": number, "acknowledge_by": acknowledge_by, "due": due}, f"Request {number}, {when}.")


@rights.command(name="list")
@BY
@pass_context
def list_(context: Context, by: str) -> None:
    """List the requests, the open ones first, and say which are overdue."""
    rows = cases.listed(context.store, acting(context, by))
    today = local_day(context.store.now(), context.settings.zone)
    documents = [dict(row._mapping) | {"overdue": is_overdue(row, today)} for row in rows]
    context.emit(documents, "\n".join(_line(row, is_overdue(row, today)) for row in rows) or "Nobody has asked yet.")


@rights.command()
@NUMBER
@BY
@pass_context
def acknowledge(context: Context, number: int, by: str) -> None:
    """Note that a request was acknowledged."""
    cases.acknowledge(context.store, acting(context, by), number)
    anchor_head(context.store, context.settings)
    context.emit({"request": number}, f"Request {number} is acknowledged.")


@rights.command()
@NUMBER
@click.option("--outcome", required=True, help="How it was answered, in words.")
@BY
@pass_context
def close(context: Context, number: int, outcome: str, by: str) -> None:
    """Note how a request was answered."""
    cases.close(context.store, acting(context, by), number, outcome)
    anchor_head(context.store, context.settings)
    context.emit({"request": number}, f"Request {number} is closed.")


@rights.command()
@BY
@pass_context
def exports(context: Context, by: str) -> None:
    """List the register of exports: what left the store as a file."""
    rows = exporting.listed(context.store, acting(context, by))
    lines = [f"{r.id:>5}  {r.at:%Y-%m-%d} {r.what:<16} {r.rows:>8} rows by {r.actor}, {r.sha256}" for r in rows]
    context.emit([dict(row._mapping) for row in rows], "\n".join(lines) or "Nothing was exported yet.")


@click.command(name="subject-access")
@click.argument("email", metavar="PERSON")
@click.option("-o", "--output", "folder", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--unredacted", default="", metavar="REASON", help="Leave other people's names in, and say why.")
@BY
@pass_context
def subject_access(context: Context, email: str, folder: Path, unredacted: str, by: str) -> None:
    """Write everything held about a person with the register into DIR, as JSON and as a page to read."""
    actor = acting(context, by)
    found = access.about(context.store, actor, email, unredacted)
    folder.mkdir(parents=True, exist_ok=True)
    scope = Scope(words=True, people=True, accounts=found.accounts)
    document = {"email": found.email, "at": found.at, "redacted": found.redacted, **found.sections}
    for name, text in (("subject-access.json", as_json(document)), ("subject-access.html", page(found))):
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(text + "\n", encoding="utf-8")
        exporting.note_file(context.store, actor, "subject-access", scope, found.rows, file)
    anchor_head(context.store, context.settings)
    context.emit({"rows": found.rows, "folder": str(folder)}, f"Wrote {found.rows} rows about {email} to {folder}.")


def page(found: Dossier) -> str:
    """Return a dossier as a page to read, without script."""
    names = "Other people's names are blacked out." if found.redacted else "Other people's names were left in."
    sections = "\n".join(_section(name, rows) for name, rows in found.sections.items())
    email = html.escape(found.email)
    return PAGE.format(email=email, day=f"{found.at:%d %B %Y}", names=names, sections=sections)


def _section(name: str, rows: Section) -> str:
    title = html.escape(name.capitalize())
    if not rows:
        return f"<h2>{title}</h2><p>Nothing.</p>"
    head = "".join(f'<th scope="col">{html.escape(column.replace("_", " "))}</th>' for column in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{_cell(v)}</td>' for v in row.values())}</tr>" for row in rows)
    return f"<h2>{title}</h2><table><caption>{title}: {len(rows)}</caption><tr>{head}</tr>{body}</table>"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else str(value)
    return html.escape(plain(text))


def _line(row: AnyRow, overdue: bool) -> str:
    due = f"due {row.due}" if row.due else f"acknowledge by {row.acknowledge_by}"
    state = f"closed {row.closed_at:%Y-%m-%d}" if row.closed_at else "OVERDUE" if overdue else "open"
    return f"{row.id:>5}  {row.kind:<13} {row.person:<32} {due}, {state}"


COMMANDS = (rights, subject_access)
