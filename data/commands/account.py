"""The register: account import, export, list, show, and what a panel decides. Holders and tasks: files of their own."""

import tomllib
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from data import register
from data.cli import Context, pass_context
from data.commands import candidates, holders, office
from data.commands.sitting import DECIDED_BY, panel_options, sitting
from data.errors import ConfigError
from data.model import Passport
from data.register import Entry
from data.services import actors, departments, exporting
from data.services import office as tasks
from data.services import register as service
from data.services.anchoring import anchor_head
from data.services.exporting import Scope
from data.services.register import Listed, Verdict
from data.store import accounts, panels, runs

DAY = click.DateTime(["%Y-%m-%d"])
BY = click.option("--by", metavar="EMAIL", help="Who does it; the user of this shell when left out.")


@click.group()
def account() -> None:
    """Keep the register of accounts and their passports."""


@account.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="How another table's columns become the register's (TOML).",
)
@BY
@pass_context
def import_(context: Context, file: Path, mapping: Path | None, by: str | None) -> None:
    """Add the accounts of a CSV or JSON file. All of them, or none when there is a mistake."""
    entries = _read(file, mapping)
    with context.store.read() as tx:
        actor = actors.named(tx, by)
    total, live = service.import_entries(context.store, actor, entries, file.name)
    anchor_head(context.store, context.settings)
    waiting = total - live
    unjoined = [i for i in tasks.councillors_unjoined(context.store) if i in {e.account.id for e in entries}]
    text = f"Added {total} accounts: {live} with a live passport, {waiting} as applications that wait for the panel."
    if unjoined:
        text += f" Off until the member joins of their own choice: {', '.join(unjoined)}."
    context.emit({"accounts": total, "live": live, "applied": waiting}, text)


@account.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@BY
@pass_context
def export(context: Context, file: Path, by: str | None) -> None:
    """Write the register as CSV, or as JSON with the whole business case; import reads the same file back."""
    entries = service.export_entries(context.store)
    with context.store.read() as tx:
        actor = actors.named(tx, by)
    write = register.write_json if file.suffix == ".json" else register.write_csv
    file.write_text(write(entries), encoding="utf-8")
    exporting.note_file(context.store, actor, "accounts", Scope(people=True), len(entries), file)
    anchor_head(context.store, context.settings)
    context.emit({"accounts": len(entries), "file": str(file)}, f"Wrote {len(entries)} accounts to {file}.")


@account.command(name="list")
@pass_context
def list_(context: Context) -> None:
    """List the accounts, their passports and how their last collection went."""
    rows = service.listed(context.store, context.settings.zone)
    with context.store.read() as tx:
        latest, gaps = runs.latest(tx), runs.gap_counts(tx)
    documents = [_row(row, latest.get(row.account.id), gaps.get(row.account.id, 0)) for row in rows]
    context.emit(documents, "\n".join(map(_line, documents)) or "The register is empty.")


@account.command()
@click.argument("account_id", metavar="ID")
@pass_context
def show(context: Context, account_id: str) -> None:
    """Show one account: passport, holders, history, coverage."""
    with context.store.read() as tx:
        found = accounts.get(tx, account_id)
        passport = accounts.newest_passports(tx).get(account_id)
        document = {
            **asdict(found),
            "passport": asdict(passport) if passport else None,
            "holders": [{"link": link, "email": email} for link, email in accounts.holders(tx, account_id)],
            "panel": [dict(s._mapping) for s in panels.of_account(tx, account_id)],
            "members": [dict(m._mapping) for m in panels.members(tx, account_id)],
            "history": [dict(e._mapping) for e in accounts.passport_events(tx, account_id)],
            "coverage": [dict(c._mapping) for c in runs.coverage_of(tx, account_id)],
            "collections": [dict(r._mapping) for r in runs.of_account(tx, account_id, 5)],
        }
    context.emit(document, _shown(document))


@account.command()
@click.argument("account_id", metavar="ID")
@click.option("--approve/--refuse", required=True, default=None, help="What the panel decided.")
@DECIDED_BY
@click.option("--reason", required=True, help="Why.")
@click.option("--condition", "conditions", multiple=True, help="A condition of the approval; may be repeated.")
@click.option("--until", type=DAY, help="Last day of the passport; a year from today when left out.")
@click.option("--url", default="", help="Completes or corrects the account's address.")
@click.option("--dpia-ref", help="Completes the business case: reference of the impact assessment.")
@click.option("--notice-date", type=DAY, help="Completes the business case: when the owner was told.")
@click.option("--review-date", type=DAY, help="Completes the business case: when monitoring is reviewed.")
@panel_options
@pass_context
def decide(
    context: Context,
    /,
    account_id: str,
    approve: bool,
    by: str,
    reason: str,
    conditions: tuple[str, ...],
    until: datetime | None,
    url: str,
    members: tuple[str, ...],
    interests: tuple[str, ...],
    minute: str,
    **completed: Any,
) -> None:
    """Record the panel's decision on an application."""
    case = {name: _as_day(value) for name, value in completed.items() if value}
    sat = sitting(members, interests, minute)
    verdict = Verdict(approve, reason, "\n".join(conditions), until.date() if until else None, url, case, sat)
    settings = context.settings
    _report(context, service.decide(context.store, settings.zone, account_id, by, verdict, settings.panel_quorum))


@account.command()
@click.argument("account_id", metavar="ID")
@DECIDED_BY
@click.option("--reason", required=True, help="Why.")
@click.option("--condition", "conditions", multiple=True, help="A condition; those of before stay when left out.")
@click.option("--until", type=DAY, help="Last day of the passport; a year from today when left out.")
@click.option("--url", default="", help="Corrects the account's address.")
@panel_options
@pass_context
def renew(
    context: Context,
    /,
    account_id: str,
    by: str,
    reason: str,
    conditions: tuple[str, ...],
    until: datetime | None,
    url: str,
    **panel: Any,
) -> None:
    """Renew a passport that is live or has lapsed."""
    sat = sitting(**panel)
    verdict = Verdict(True, reason, "\n".join(conditions), until.date() if until else None, url, None, sat)
    settings = context.settings
    _report(context, service.renew(context.store, settings.zone, account_id, by, verdict, settings.panel_quorum))


@account.command()
@click.argument("account_id", metavar="ID")
@click.argument("department")
@click.option("--reason", required=True, help="Why.")
@BY
@pass_context
def move(context: Context, account_id: str, department: str, reason: str, by: str | None) -> None:
    """Put an account into another department from now on; figures of before stay with the one before."""
    found = departments.move(context.store, account_id, department, by, reason)
    anchor_head(context.store, context.settings)
    context.emit(asdict(found), f"Account {found.id} belongs to {found.department} from now on.")


def _change(action: str, done: str) -> click.Command:
    @click.argument("account_id", metavar="ID")
    @click.option("--reason", required=True, help="Why.")
    @DECIDED_BY
    @panel_options
    @pass_context
    def command(context: Context, /, account_id: str, reason: str, by: str, **panel: Any) -> None:
        sat, quorum = sitting(**panel), context.settings.panel_quorum
        _report(context, service.change(context.store, account_id, by, action, reason, sat, quorum))

    return click.command(action, help=done)(command)


account.add_command(_change("return", "Return an application: the panel asks for more."))
account.add_command(_change("suspend", "Suspend a passport: collection stops until it is reinstated."))
account.add_command(_change("reinstate", "Make a suspended passport live again."))
account.add_command(_change("close", "Close a passport for good."))
for more in (*holders.COMMANDS, *office.COMMANDS, *candidates.COMMANDS):
    account.add_command(more)


def _read(file: Path, mapping: Path | None) -> list[Entry]:
    if mapping is None:
        return register.read(file.read_bytes(), file.name)
    try:
        how = tomllib.loads(mapping.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"The mapping {mapping} cannot be read: {error}") from error
    rows = register.mapped(register.table(file.read_bytes()), how)
    return register.understand(rows, f"{file.name} as mapped by {mapping.name}")


def _report(context: Context, passport: Passport) -> None:
    anchor_head(context.store, context.settings)
    until = f" until {passport.renewal_date}" if passport.renewal_date else ""
    context.emit(asdict(passport), f"The passport of {passport.account_id} is now {passport.state}{until}.")


def _row(row: Listed, last: Any, gaps: int) -> dict[str, Any]:
    return {
        "id": row.account.id,
        "platform": row.account.platform,
        "handle": row.account.handle,
        "kind": row.account.kind,
        "department": row.account.department,
        "passport": row.passport.state if row.passport else None,
        "live": row.live,
        "renewal_date": row.passport.renewal_date if row.passport else None,
        "last_outcome": last.outcome if last else None,
        "last_reason": last.reason if last else None,
        "gaps": gaps,
    }


def _line(row: dict[str, Any]) -> str:
    state = "live" if row["live"] else "lapsed" if row["passport"] == "live" else row["passport"] or "none"
    until = f"until {row['renewal_date']}" if row["renewal_date"] else ""
    gaps = f"{row['gaps']} gap{'s'[: row['gaps'] != 1]}" if row["gaps"] else ""
    last = row["last_outcome"] or "never collected"
    cells = (f"{row['id']:<28}", f"{row['platform']:<9}", f"{state:<9}", f"{until:<17}", f"{last:<16}", gaps)
    return " ".join(cells).rstrip()


def _shown(document: dict[str, Any]) -> str:
    passport = document["passport"] or {}
    facts = [(k, document[k]) for k in ("id", "platform", "handle", "url", "kind", "department", "platform_id")]
    facts += [(k, passport.get(k)) for k in ("state", "purpose", "audience", "cadence", "lawful_basis", "dpia_ref")]
    facts += [(k, passport.get(k)) for k in ("notice_date", "review_date", "renewal_date", "conditions")]
    facts += [(h["link"], h["email"]) for h in document["holders"]]
    lines = [f"{name.replace('_', ' '):<14} {value}" for name, value in facts if value]
    lines += [f"{e['at']:%Y-%m-%d}     {e['action']} by {e['actor']}: {e['reason']}" for e in document["history"]]
    lines += [_sat(sitting, document["members"]) for sitting in document["panel"]]
    lines += [_stretch(c) for c in document["coverage"]] or ["coverage       never collected"]
    lines += [
        f"collected      {r['started_at']:%Y-%m-%d %H:%M} UTC: {r['outcome']}. {r['reason']}"
        for r in document["collections"]
    ]
    return "\n".join(lines)


def _sat(sitting: dict[str, Any], members: list[dict[str, Any]]) -> str:
    there = [m for m in members if m["event_id"] == sitting["event_id"]]
    declared = [f" ({m['interest']})" if m["interest"] else "" for m in there]
    votes = ", ".join(f"{m['email']} {m['vote']}{more}" for m, more in zip(there, declared, strict=True))
    return f"panel          {sitting['at']:%Y-%m-%d} {sitting['action']}: {votes}. {sitting['minute']}".rstrip()


def _stretch(stretch: dict[str, Any]) -> str:
    word = "complete" if stretch["complete"] else f"GAP: {stretch['cause']}"
    return f"coverage       {stretch['from_at']:%Y-%m-%d %H:%M} to {stretch['to_at']:%Y-%m-%d %H:%M} UTC, {word}"


def _as_day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


COMMANDS = (account,)
