"""init, verify, backup and restore."""

from pathlib import Path

import click

from data import anchor
from data.cli import Context, pass_context
from data.errors import EvidenceError
from data.services import exporting
from data.services.actors import shell
from data.services.anchoring import anchor_head
from data.services.exporting import Scope
from data.services.verify import Report
from data.services.verify import verify as verify_store
from data.store import posts
from data.store.backups import back_up, put_back
from data.store.engine import create_or_upgrade

DONE = {
    "created": "Created the store {}.",
    "upgraded": "Brought the store {} to the present version.",
    "kept": "The store {} is there and up to date.",
}


@click.command()
@pass_context
def init(context: Context) -> None:
    """Create the store, or bring it to the present version. Safe to repeat."""
    store, done = create_or_upgrade(context.settings.store, context.clock)
    anchor_head(store, context.settings)
    name = store.url.render_as_string(hide_password=True)
    context.emit({"store": name, "done": done}, DONE[done].format(name))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_context
def backup(context: Context, file: Path) -> None:
    """Copy the whole store to FILE while people work, and enter it in the register of exports.

    Models and the anchor are files of their own: copy them too.
    """
    size = back_up(context.store, file)
    with context.store.read() as tx:
        rows = posts.count(tx)
    exporting.note_file(context.store, shell(), "backup", Scope(words=True, people=True), rows, file)
    anchor_head(context.store, context.settings)
    place = anchor.place(context.store, context.settings.anchor)
    words = f"Wrote {file}, {size:,} bytes. Keep {place} and the folder {context.settings.models} with it."
    context.emit({"file": str(file), "bytes": size}, words)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@pass_context
def restore(context: Context, file: Path) -> None:
    """Make the store that --store names out of a backup. Never over one that is there."""
    store = put_back(context.settings.store, file)
    name = store.url.render_as_string(hide_password=True)
    store.close()
    context.emit({"store": name}, f"Made {name} out of {file}. Look at it with: postreeve --store {name} verify")


@click.command()
@pass_context
def verify(context: Context) -> None:
    """Re-hash the evidence and walk the audit log; exit code 3 when anything does not verify."""
    report = verify_store(context.store, anchor.place(context.store, context.settings.anchor))
    document = {
        "evidence": report.evidence,
        "erased": report.erased,
        "certificates": {str(number): items for number, items in report.certificates.items()},
        "audit_rows": report.audit_rows,
        "anchored": report.anchored,
        "problems": list(report.problems),
    }
    context.emit(document, _described(report))
    if report.problems:
        raise EvidenceError(f"{len(report.problems)} things do not verify; the first: {report.problems[0]}")


def _described(report: Report) -> str:
    loose = report.audit_rows - report.anchored
    anchored = "all anchored" if loose <= 0 else f"the newest {loose} not anchored yet: of those it cannot tell"
    lines = [
        f"Evidence: {report.evidence} items re-hashed, {report.erased} of them erased under a certificate.",
        *(f"Erased under certificate {number}: {items} items." for number, items in report.certificates.items()),
        f"Audit log: {report.audit_rows} rows, {anchored}.",
        *(f"DOES NOT VERIFY: {problem}" for problem in report.problems),
    ]
    return "\n".join(lines if report.problems else [*lines, "Everything verifies."])


COMMANDS = (init, verify, backup, restore)
