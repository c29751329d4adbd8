"""The `postreeve` command: composes the verbs of the four folders and the ones that cross them. No logic of its own."""

import sys
import time

import classifier.commands
import click
import dashboard.commands

import classifier.scan_command
import collectors.commands
import data.commands.account
import data.commands.alert
import data.commands.policy
import data.commands.store
import data.commands.user
from data.cli import Context, pass_context, plain
from data.config import load
from data.errors import PostreeveError

ROOMS = (
    data.commands.store,
    data.commands.account,
    data.commands.user,
    collectors.commands,
    classifier.commands,
    classifier.scan_command,
    data.commands.alert,
    data.commands.policy,
    dashboard.commands,
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


def main() -> None:
    """Run the command; end with the exit codes of the documentation."""
    sys.exit(outcome(sys.argv[1:]))


def outcome(arguments: list[str]) -> int:
    """Run the command with `arguments`; return its exit code, errors told on standard error as sentences."""
    try:
        with cli.make_context("postreeve", arguments) as click_context:
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
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. The next run takes up what is left.", err=True)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1


for room in ROOMS:
    for command in room.COMMANDS:
        cli.add_command(command)
cli.add_command(run)

if __name__ == "__main__":
    main()
