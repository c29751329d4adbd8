"""The `postreeve` command: composes the verbs of the four folders and the ones that cross them. No logic of its own."""

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from data.cli import DURATION, Context, pass_context, plain
from data.config import load
from data.errors import PostreeveError

if TYPE_CHECKING:
    from collectors.pacing import Pacing
    from data.samples.prepare import SignIn
    from data.worker import Answer, Task, Worker

# Which verbs stand in which module: each is imported when one of its verbs is called, so that a command starts quickly.
ROOMS = {
    "data.commands.store": ("init", "verify", "backup", "restore"),
    "data.commands.account": ("account",),
    "data.commands.user": ("user",),
    "data.commands.people": ("person", "training"),
    "collectors.commands": ("collect",),
    "collectors.archive_commands": ("import-archive",),
    "classifier.commands": ("classify",),
    "classifier.scan_command": ("scan",),
    "classifier.training_commands": ("train", "evaluate"),
    "classifier.adapt_commands": ("model",),
    "data.commands.alert": ("alert",),
    "data.commands.policy": ("policy",),
    "data.commands.reports": ("trends", "export", "rollup"),
    "data.commands.rights": ("hold",),
    "data.commands.erasing": ("erase", "retention"),
    "data.commands.access": ("rights", "subject-access"),
    "data.commands.bundle": ("bundle",),
    "data.commands.sampling": ("sample",),
    "data.commands.elections": ("elections",),
    "dashboard.commands": ("dashboard",),
    "dashboard.report_commands": ("dossier",),
    "dashboard.notify_command": ("notify",),
    "dashboard.openness_command": ("report",),
}
STOPPED = 130  # as shells say it: 128 and the number of the signal that Ctrl-C sends


class Rooms(click.Group):
    """A group whose verbs stand in other modules as well: see `ROOMS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all verbs, in the alphabet's order."""
        return sorted([*super().list_commands(ctx), *(name for names in ROOMS.values() for name in names)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a verb by its name, None when there is no such verb."""
        room = next((module for module, names in ROOMS.items() if cmd_name in names), None)
        if room is None:
            return super().get_command(ctx, cmd_name)
        found: click.Command = next(one for one in import_module(room).COMMANDS if one.name == cmd_name)
        return found


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
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
    import classifier.scan_command
    import collectors.commands

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
    import data.health
    from collectors.pacing import Pacing
    from data.worker import Worker

    settings = context.settings
    chosen = settings.health_port if port is None else port
    pacing = Pacing(context.store, settings.zone, every, slowest)
    tasks, answers = _tasks(context, pacing), _answers(context)  # imports: a signal that meets one can be lost
    with data.health.serve(context.store, settings.zone, settings.silence_hours, chosen) as served:
        worker = Worker(context.store, context.say)
        context.say(f"At work; http://{data.health.HOST}:{served}/healthz says how. Ctrl-C ends it.")
        try:
            worker.work(tasks, answers)
        except KeyboardInterrupt:
            context.say("Stopped. The next start takes up what is left.")
    context.failures.clear()


def _tasks(context: Context, pacing: "Pacing") -> "list[Task]":
    """What falls due: collecting and scanning, and once an hour what is to be forgotten."""
    import classifier.scan_command
    import collectors.commands
    from data.services import drafts, duties, staffing
    from data.services.actors import shell
    from data.worker import Daily, Task

    hourly = Daily(context.clock, timedelta(hours=1))

    def gather() -> None:
        results = collectors.commands.collect_all(context, pacing.now_due())
        scanned = classifier.scan_command.scan_all(context)
        context.say(f"{collectors.commands.total(results)} {classifier.scan_command.described(scanned)}")
        context.failures.clear()  # each is on record with its run; a long life would only gather them

    def tidy() -> None:
        hourly.done()  # first: what fails here fails once an hour, and not for ever
        drafts.forget_old(context.store)
        staffing.leave(context.store, context.settings.zone)
        duties.carry_out(context.store, shell(), context.settings.drop_deleted)

    return [Task("collecting", pacing.next_due, gather), Task("tidying up", hourly, tidy), *_telling(context)]


def _telling(context: Context) -> "list[Task]":
    """What people are told: notices every minute, if there is a way out, whatever else is being done, and names that
    are not on the register."""
    import dashboard.notify_command
    from data.services import candidates
    from data.worker import Daily, Task

    minutely, daily = Daily(context.clock, timedelta(minutes=1)), Daily(context.clock, timedelta(days=1))

    def notify() -> None:
        minutely.done()
        _, tally = dashboard.notify_command.send_all(context)
        if tally.sent or tally.failures:
            context.say(dashboard.notify_command.described(tally))
        context.failures.clear()  # each is kept with its notice

    def search() -> None:
        candidates.search(context.store, context.settings.council_names)
        daily.done()

    ways = [Task("telling", minutely, notify, beside=True)] if dashboard.notify_command.is_set(context.settings) else []
    return [*ways, Task("looking for names", daily, search)]


def _answers(context: Context) -> "dict[str, Answer]":
    """What answers the requests of screens, by their kind."""
    import classifier.cards
    import classifier.drafts
    from data.services import asking, drafts

    return {
        drafts.DRAFT: classifier.drafts.answering(context),
        asking.CARD: classifier.cards.answering(context),
        **asking.answers(context.store, context.settings),
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
    import classifier.scan_command
    import collectors.commands
    import collectors.sample_source
    from data.samples import prepare
    from data.samples.score import score
    from data.store.engine import create_or_upgrade

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


def _open_dashboard(context: Context, sign_in: "SignIn", port: int) -> None:
    import dashboard.commands
    from collectors.pacing import Pacing
    from data.worker import Worker

    worker = Worker(context.store, context.say)
    pacing = Pacing(context.store, context.settings.zone, timedelta(minutes=15))
    tasks, answers = _tasks(context, pacing), _answers(context)  # imports: a signal that meets one can be lost
    with dashboard.commands.start(context.settings, port) as process:
        try:
            threading.Thread(target=_until_ended, args=(process, worker), daemon=True).start()
            context.say(f"Dashboard: {dashboard.commands.url(port)}")
            context.say(
                f"Sign in as {sign_in.email} with the password {sign_in.password}. Ctrl-C ends the demonstration."
            )
            worker.work(tasks, answers)
        except KeyboardInterrupt:
            context.say("Stopped.")
        finally:
            process.terminate()


def _until_ended(process: "subprocess.Popen[bytes]", worker: "Worker") -> None:
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
            return _ended(click_context.obj)
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
    except click.Abort:  # only a question broken off gives this, and questions come before anything is done
        click.echo("\nStopped. Nothing was changed.", err=True)
        return STOPPED
    except KeyboardInterrupt:
        click.echo("Stopped. The next run takes up what is left.", err=True)
        return STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _ended(context: Context | None) -> int:
    """Return the exit code of a verb that came to its end; failures are named even where nothing else is said."""
    if context is None or not context.failures:
        return 0
    if context.quiet and not context.as_json:
        click.echo(plain("\n".join(context.failures)), err=True)
    return 1


def _is_half_read(argument: str) -> bool:
    """Say whether the system gave an argument whose bytes are no UTF-8: they stand in it as halves of characters."""
    return any("\udc80" <= c <= "\udcff" for c in argument)


for crossing in (run, watch, demo):
    cli.add_command(crossing)

if __name__ == "__main__":
    main()
