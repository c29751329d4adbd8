"""The verb `notify`: digests and reminders that are due. `watch` does the same every minute."""

import click

from dashboard import notices, webhooks
from data.cli import Context, pass_context
from data.config import Settings
from data.errors import ConfigError
from data.services import notices as service
from data.services.anchoring import anchor_head
from data.services.outbox import Tally
from data.store import outbox

NO_WAY = "No notice can go out: set smtp_host, or slack_url or teams_url as variables."


def is_set(settings: Settings) -> bool:
    """Say whether notices have any way out."""
    return bool(settings.smtp_host or settings.slack_url or settings.teams_url)


def send_all(context: Context) -> tuple[int, Tally]:
    """Put down what is new, send what is due; failures are those of the context."""
    new, tally = notices.send(context.store, context.settings, webhooks.carriers(context.settings))
    context.failures += tally.failures
    if tally.sent:
        anchor_head(context.store, context.settings)
    return new, tally


def described(tally: Tally) -> str:
    """Return what a round came to, as a sentence or more."""
    if tally.busy:
        return "Another process is sending notices just now."
    said = f"{tally.sent} notice{'s'[: tally.sent != 1]} sent, {tally.waiting} waiting."
    return "\n".join([said, *tally.failures])


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what is due, and send nothing.")
@pass_context
def notify(context: Context, dry_run: bool) -> None:
    """Send the digests and reminders that are due, by e-mail and into the team's channel."""
    if not is_set(context.settings):
        raise ConfigError(NO_WAY)
    if dry_run:
        rows = _due(context)
        lines = [f"{row['kind'].replace('_', ' '):<16} {row['channel']:<6} {row['to']}" for row in rows]
        context.emit({"due": rows}, "\n".join(lines) or "Nothing is due.")
        return
    new, tally = send_all(context)
    document: dict[str, object] = {"new": new, "sent": tally.sent, "dropped": tally.dropped}
    document |= {
        "failed": len(tally.failures),
        "waiting": tally.waiting,
        "busy": tally.busy,
        "failures": tally.failures,
    }
    context.emit(document, described(tally))


def _due(context: Context) -> list[dict[str, str]]:
    """What would be sent: planned, and not sent or settled before."""
    planned = service.plan(context.store, notices.rules_of(context.settings))
    with context.store.read() as tx:
        known = outbox.known(tx, {cause for cause, _ in planned})
        due = {(row.cause, row.recipient) for row in outbox.due(tx, context.store.now())}
    wanted = [p for key, p in planned.items() if key not in known or key in due]
    return [{"kind": p.cause.kind, "channel": p.channel, "to": p.email or p.recipient} for p in wanted]


COMMANDS = (notify,)
