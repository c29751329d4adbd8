"""The verb scan."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from classifier.adapt_commands import in_use
from classifier.scan import Scanned, scan
from data.cli import Context, pass_context
from data.services import rollups
from data.services.anchoring import anchor_head
from data.services.policy import current


def scan_all(context: Context, *, everything: bool = False, since: datetime | None = None) -> dict[str, object]:
    """Judge what is waiting, with a progress bar; return the JSON document of `scan`."""
    start = time.monotonic()
    model = in_use(context)
    total = Scanned()
    for batch in context.progress(scan(context.store, model, everything=everything, since=since), "Scanning"):
        total += batch
    with context.store.write() as tx:
        policy = current(tx, context.clock()).policy.version
    rollups.refresh(context.store, context.settings.zone)  # so that no page has to count
    anchor_head(context.store, context.settings)
    seconds = round(time.monotonic() - start, 3)
    return {
        "scanned": total.versions,
        "alerts": total.opened,
        "seconds": seconds,
        "model": model.hash,
        "policy": policy,
    }


def described(document: dict[str, object]) -> str:
    """Return the result of a scan as a sentence."""
    return f"Scanned {document['scanned']} versions under policy {document['policy']}: {document['alerts']} new alerts."


@click.command(name="scan")
@click.option("--all", "everything", is_flag=True, help="Judge again what this model has judged already.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was first seen on or after this day.")
@pass_context
def scan_verb(context: Context, everything: bool, since: datetime | None) -> None:
    """Judge new versions of posts and raise alerts."""
    day = since and since.replace(tzinfo=ZoneInfo(context.settings.zone))
    document = scan_all(context, everything=everything, since=day)
    context.emit(document, described(document))


COMMANDS = (scan_verb,)
