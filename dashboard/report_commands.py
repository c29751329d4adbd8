"""The verb `dossier`: the renewal report of one account as a file."""

import os
from datetime import datetime
from pathlib import Path

import click

from dashboard import dossier as rendering
from data.cli import Context, pass_context
from data.errors import UseError
from data.reports.dossier import Dossier
from data.reports.writing import Written
from data.services import actors, exports, renewal
from data.services.anchoring import anchor_head
from data.services.exporting import Scope

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("account_id", metavar="ACCOUNT")
@click.option("--from", "since", type=DAY, help="First day; that of the last approval when left out.")
@click.option("--to", "until", type=DAY, help="Last day; today when left out.")
@click.option(
    "-o", "--output", "file", type=click.Path(dir_okay=False, path_type=Path), required=True, help=".html, .pdf, .json"
)
@click.option("--by", metavar="EMAIL", help="Who takes it; the user of this shell when left out.")
@pass_context
def dossier(
    context: Context, account_id: str, since: datetime | None, until: datetime | None, file: Path, by: str | None
) -> None:
    """Write the renewal report of an account: what it was for, what it did, what was upheld, our mistakes."""
    if file.suffix.lower() not in rendering.FORMATS:
        raise UseError(
            f"{file.name}: the ending says the format, and it must be one of {', '.join(rendering.FORMATS)}."
        )
    with context.store.read() as tx:
        actor = actors.named(tx, by)
    days = (since.date() if since else None, until.date() if until else None)
    zone = context.settings.zone
    found = renewal.dossier(context.store, actor, zone, account_id, *days)
    part = file.with_name(f".{file.stem}.{os.getpid()}{file.suffix}")
    try:
        part.touch(mode=0o600)
        part.write_bytes(rendering.made(found, zone, file.suffix.lower()))
        done = exports.entered(context.store, actor, "dossier", scope(found), part, file, Written(1))
    except OSError as error:
        raise UseError(f"{file} cannot be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
    anchor_head(context.store, context.settings)
    time = f"{found.now.since} to {found.now.until}"
    document = {"account": account_id, "file": str(file), "sha256": done.sha256, "since": found.now.since}
    context.emit(document | {"until": found.now.until}, f"Wrote the dossier of {account_id}, {time}, to {file}.")


def scope(found: Dossier) -> Scope:
    """Return what a dossier holds, for the register of exports."""
    return Scope(words=bool(found.upheld or found.commended), people=True, accounts=(found.account.id,))


COMMANDS = (dossier,)
