"""The `postreeve` command: composes the verbs of the four folders and the ones that cross them. No logic of its own."""

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

import classifier.adapt_commands
import classifier.cards
import classifier.commands
import classifier.drafts
import classifier.scan_command
import classifier.training_commands
import collectors.archive_commands
import collectors.commands
import collectors.sample_source
import dashboard.commands
import dashboard.notify_command
import dashboard.openness_command
import dashboard.report_commands
import data.commands.access
import data.commands.account
import data.commands.alert
import data.commands.bundle
import data.commands.elections
import data.commands.erasing
import data.commands.people
import data.commands.policy
import data.commands.reports
import data.commands.rights
import data.commands.sampling
import data.commands.store
import data.commands.user
import data.health
import data.services.asking
import data.services.candidates
import data.services.drafts
import data.services.duties
import data.services.staffing
from collectors.pacing import Pacing
from data.cli import DURATION, Context, pass_context, plain
from data.config import load
from data.errors import PostreeveError
from data.samples import prepare
from data.samples.prepare import SignIn
from data.samples.score import score
from data.services.actors import shell
from data.store.engine import create_or_upgrade
from data.worker import Answer, Daily, Task, Worker

ROOMS = (
    data.commands.store,
    data.commands.account,
    data.commands.user,
    data.commands.people,
    collectors.commands,
    collectors.archive_commands,
    classifier.commands,
    classifier.scan_command,
    classifier.training_commands,
    classifier.adapt_commands,
    data.commands.alert,
    data.commands.policy,
    data.commands.reports,
    data.commands.rights,
    data.commands.erasing,
    data.commands.access,
    data.commands.bundle,
    data.commands.sampling,
    data.commands.elections,
    dashboard.commands,
    dashboard.report_commands,
    dashboard.notify_command,
    dashboard.openness_command,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="postreeve")
@click.option("--store", metavar="URL", help="Address of the store.  [default: sqlite:///var/postreeve.db]")
@click.option("--config", metavar="FILE", help="Settings file.  [default: postreeve.toml, if there is one]")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on standard output, messages on standard error."
)
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@click.pass_context
def cli(click_context: click.Context, store: str | None, config: str | None, as_json: bool, quiet: bool) -> None:
    """Keep a council's register of social media accounts, collect their public posts, and put each flag before a
    person."""
    click_context.obj = Context(load(config, overrides={"store": store} if store else {}), as_json, quiet)


@click.command()
@click.argument("accounts", nargs=-1, metavar="[ACCOUNT]...")
@pass_context
def run(context: Context, accounts: tuple[str, ...]) -> None:
    """Collect, then scan, once."""
    start = time.monotonic()
    results = collectors.commands.collect_all(context, accounts)
    scanned = classifier.scan_command.scan_all(context)
    collected = collectors.commands.as_document(results, time.monotonic() - start)
    text = f"{collectors.commands.described(results)}\n{classifier.scan_command.described(scanned)}"
    context.emit({"collect": collected, "scan": scanned}, text)


@click.command()
@click.option("--every", type=DURATION, default="15m", show_default=True, help="Shortest time between two collections.")
@click.option("--slowest", type=DURATION, default="1d", show_default=True, help="Longest, for accounts that are quiet.")
@click.option("--port", type=int, help="Port of /healthz and /metrics on 127.0.0.1; 0: a free one.  [default: 9465]")
@pass_context
def watch(context: Context, every: timedelta, slowest: timedelta, port: int | None) -> None:
    """Collect what is due, scan, and answer what screens ask, until Ctrl-C; busy accounts often, quiet ones seldom."""
    settings = context.settings
    chosen = settings.health_port if port is None else port
    with data.health.serve(context.store, settings.zone, settings.silence_hours, chosen) as served:
        worker = Worker(context.store, context.say)
        context.say(f"At work; http://{data.health.HOST}:{served}/healthz says how. Ctrl-C ends it.")
        try:
            worker.work(_tasks(context, Pacing(context.store, settings.zone, every, slowest)), _answers(context))
        except KeyboardInterrupt:
            context.say("Stopped. The next start takes up what is left.")
    context.failures.clear()


def _tasks(context: Context, pacing: Pacing) -> list[Task]:
    """What falls due: collecting and scanning, and once an hour what is to be forgotten."""
    hourly = Daily(context.clock, timedelta(hours=1))

    def gather() -> None:
        results = collectors.commands.collect_all(context, pacing.now_due())
        scanned = classifier.scan_command.scan_all(context)
        context.say(f"{collectors.commands.total(results)} {classifier.scan_command.described(scanned)}")
        context.failures.clear()  # each is on record with its run; a long life would only gather them

    def tidy() -> None:
        hourly.done()  # first: what fails here fails once an hour, and not for ever
        data.services.drafts.forget_old(context.store)
        data.services.staffing.leave(context.store, context.settings.zone)
        data.services.duties.carry_out(context.store, shell(), context.settings.drop_deleted)

    return [Task("collecting", pacing.next_due, gather), Task("tidying up", hourly, tidy), *_telling(context)]


def _telling(context: Context) -> list[Task]:
    """What people are told: notices every minute, if there is a way out, whatever else is being done, and names that
    are not on the register."""
    minutely, daily = Daily(context.clock, timedelta(minutes=1)), Daily(context.clock, timedelta(days=1))

    def notify() -> None:
        minutely.done()
        _, tally = dashboard.notify_command.send_all(context)
        if tally.sent or tally.failures:
            context.say(dashboard.notify_command.described(tally))
        context.failures.clear()  # each is kept with its notice

    def search() -> None:
        data.services.candidates.search(context.store, context.settings.council_names)
        daily.done()

    ways = [Task("telling", minutely, notify, beside=True)] if dashboard.notify_command.is_set(context.settings) else []
    return [*ways, Task("looking for names", daily, search)]


def _answers(context: Context) -> dict[str, Answer]:
    """What answers the requests of screens, by their kind."""
    return {
        data.services.drafts.DRAFT: classifier.drafts.answering(context),
        data.services.asking.CARD: classifier.cards.answering(context),
        **data.services.asking.answers(context.store, context.settings),
    }


@click.command()
@click.option("--once", is_flag=True, help="End after the summary; do not open the dashboard.")
@click.option("--port", type=int, help="Port of the dashboard.  [default: 8501]")
@click.option(
    "--dir", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("var/demo"), show_default=True
)
@pass_context
def demo(context: Context, once: bool, port: int | None, folder: Path) -> None:
    """A synthetic council end to end: register, collection over real HTTP, scan, summary, dashboard."""
    settings = replace(context.settings, store=f"sqlite:///{folder.resolve()}/postreeve.db")
    store, _ = create_or_upgrade(settings.store, context.clock)
    with collectors.sample_source.serve(context.clock, prepare.source_port(store)) as source:
        settings = replace(settings, allow_private=(*settings.allow_private, f"127.0.0.1:{source}"))
        inner = Context(settings, context.as_json, context.quiet, context.clock)
        sign_in = prepare.prepare(store, source)
        collected = collectors.commands.collect_all(inner)
        scanned = classifier.scan_command.scan_all(inner)
        found = score(store)
        lines = (
            collectors.commands.described(collected),
            classifier.scan_command.described(scanned),
            found.sentences(),
        )
        document = {
            "collect": collectors.commands.as_document(collected, 0.0),
            "scan": scanned,
            "planted": found.document(),
        }
        inner.emit(document, "\n".join(lines))
        context.failures += inner.failures
        if not once:
            _open_dashboard(inner, sign_in, port or settings.dashboard_port)


def _open_dashboard(context: Context, sign_in: SignIn, port: int) -> None:
    worker = Worker(context.store, context.say)
    pacing = Pacing(context.store, context.settings.zone, timedelta(minutes=15))
    with dashboard.commands.start(context.settings, port) as process:
        try:
            threading.Thread(target=_until_ended, args=(process, worker), daemon=True).start()
            context.say(f"Dashboard: {dashboard.commands.url(port)}")
            context.say(
                f"Sign in as {sign_in.email} with the password {sign_in.password}. Ctrl-C ends the demonstration."
            )
            worker.work(_tasks(context, pacing), _answers(context))
        except KeyboardInterrupt:
            context.say("Stopped.")
        finally:
            process.terminate()


def _until_ended(process: "subprocess.Popen[bytes]", worker: Worker) -> None:
    process.wait()
    worker.stop.set()


def main() -> None:
    """Run the command; end with the exit codes of the documentation. A service manager's stop is as clean as Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(outcome(sys.argv[1:]))


def outcome(arguments: list[str]) -> int:
    """Run the command with `arguments`; return its exit code, errors told on standard error as sentences."""
    try:
        with cli.make_context("postreeve", [*arguments]) as click_context:
            cli.invoke(click_context)
            return 1 if click_context.obj and click_context.obj.failures else 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except PostreeveError as error:
        click.echo(plain(str(error)), err=True)
        return error.exit_code
    except UnicodeEncodeError:
        if not any(map(_is_half_read, arguments)):
            raise
        click.echo("An argument holds bytes that are no UTF-8; nothing was recorded. Write it in UTF-8.", err=True)
        return 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. The next run takes up what is left.", err=True)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _is_half_read(argument: str) -> bool:
    """Say whether the system gave an argument whose bytes are no UTF-8: they stand in it as halves of characters."""
    return any("\udc80" <= c <= "\udcff" for c in argument)


for room in ROOMS:
    for command in room.COMMANDS:
        cli.add_command(command)
cli.add_command(run)
cli.add_command(watch)
cli.add_command(demo)

if __name__ == "__main__":
    main()
