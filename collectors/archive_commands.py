"""The verb import-archive: an owner's own download, as the way without an API and for the years before collection."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from collectors import archive_run
from collectors.archive import Archive
from collectors.archive_bluesky import open_bluesky
from collectors.archive_container import unbox
from collectors.archive_facebook import open_facebook
from collectors.archive_instagram import open_instagram
from collectors.archive_linkedin import SHARES, open_linkedin, open_shares
from collectors.archive_mastodon import open_mastodon
from collectors.archive_run import Source, Taken
from collectors.archive_table import mapping, open_csv, open_jsonl
from collectors.archive_x import open_x
from collectors.bluesky_identity import Identity, handle_of, identify
from collectors.kit import tools
from data.cli import Context, pass_context
from data.errors import ArchiveError
from data.model import Account, Platform
from data.services import actors
from data.services.anchoring import anchor_head

KINDS = ("x", "mastodon", "bluesky", "facebook", "instagram", "linkedin", "csv", "jsonl")
SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".car": "bluesky"}
SHOWN = 20


def kind_of(file: Path, account: Account, wanted: str | None) -> str:
    """Return what kind of download a file is: as said, by its name, or by the account's platform; `ArchiveError`."""
    own_table = account.platform is Platform.LINKEDIN and SHARES.fullmatch(file.name)
    kind = wanted or ("linkedin" if own_table else SUFFIXES.get(file.suffix.lower(), str(account.platform)))
    if kind not in KINDS:
        raise ArchiveError(
            f"Downloads of {account.platform} cannot be read yet. Bring the posts as a table: --kind csv or jsonl."
        )
    if kind not in ("csv", "jsonl") and kind != account.platform:
        raise ArchiveError(f"{account.id} is an account of {account.platform}; a download of {kind} cannot be its own.")
    return kind


def check_zone(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Return the zone, or say that there is none of that name."""
    try:
        return ZoneInfo(value).key if value else None
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise click.BadParameter(f"{value} is no zone; write it as Europe/London.") from error


def identity(context: Context, account: Account, server: str | None) -> Identity:
    """Return who a Bluesky account is: asked of the network, or with `server` as the register knows it."""
    if server is None:
        with tools(context.settings) as kit:
            return identify(account, kit.client())
    did = next((one for one in (account.platform_id, handle_of(account)) if one.startswith("did:")), "")
    if not did:
        raise ArchiveError(f"The DID of {account.id} is not known yet, so it must be asked for: leave --server out.")
    return Identity(did, handle_of(account), server.rstrip("/"))


@click.command(name="import-archive")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--account", "account_id", required=True, metavar="ID", help="Whose download it is, by the register's id."
)
@click.option(
    "--kind", type=click.Choice(KINDS), help="What it is; by its name or the account's platform when left out."
)
@click.option(
    "--map", "pairs", multiple=True, metavar="OURS=COLUMN", help="CSV, JSONL: the column of text, published, id …"
)
@click.option("--zone", callback=check_zone, help="CSV, JSONL: the zone of times that state none, as Europe/London.")
@click.option(
    "--server", metavar="URL", help="Bluesky: the server that keeps its pictures; asked of the network when left out."
)
@click.option(
    "--all-public",
    is_flag=True,
    help="Facebook, Instagram, LinkedIn: the owner says that all of it was for everybody, where the download does not.",
)
@click.option("--by", metavar="EMAIL", help="Who does it; the user of this shell when left out.")
@pass_context
def import_archive(
    context: Context,
    /,
    file: Path,
    account_id: str,
    kind: str | None,
    pairs: tuple[str, ...],
    zone: str | None,
    server: str | None,
    all_public: bool,
    by: str | None,
) -> None:
    """Take in an owner's own download of an account on the register: a platform's, or a table (CSV, JSONL)."""
    store, now = context.store, context.store.now()
    with store.read() as tx:
        actor = actors.named(tx, by)
        account = archive_run.permit(tx, actor, account_id, now, context.settings.zone)
    found = kind_of(file, account, kind)
    how = mapping(pairs, zone)
    with file.open("rb") as content:
        source = Source(file.name, archive_run.sha256_of(content), found, actor, all_public)
        match found:
            case "csv":
                archive = open_csv(content, file.name, how, now)
            case "jsonl":
                archive = open_jsonl(content, file.name, how, now)
            case "bluesky":
                archive = open_bluesky(content, file.name, account, identity(context, account, server), now)
            case _:
                archive = _of_a_platform(content, file.name, account, now, all_public)
        rows = context.progress(archive.rows, f"Reading {file.name}")
        taken = archive_run.take_in(store, context.settings.zone, account, source, archive, rows)
    anchor_head(store, context.settings)
    context.failures += taken.named
    context.emit(as_document(account, source, taken), described(source, taken))


def _of_a_platform(content: BinaryIO, name: str, account: Account, now: datetime, all_public: bool) -> Archive:
    if account.platform is Platform.LINKEDIN and SHARES.fullmatch(name):
        return open_shares(content, name, account, now, all_public=all_public)
    box = unbox(content, name)
    match account.platform:
        case Platform.X:
            return open_x(box, name, account, now)
        case Platform.MASTODON:
            return open_mastodon(box, name, account, now)
        case Platform.FACEBOOK:
            return open_facebook(box, name, account, now, all_public=all_public)
        case Platform.INSTAGRAM:
            return open_instagram(box, name, account, now, all_public=all_public)
        case _:
            return open_linkedin(box, name, account, now, all_public=all_public)


def as_document(account: Account, source: Source, taken: Taken) -> dict[str, object]:
    """Return the JSON document of `import-archive`."""
    told = {"account": account.id, "file": source.file, "sha256": source.sha256, "kind": source.kind}
    return {**told, **asdict(taken)}


def described(source: Source, taken: Taken) -> str:
    """Return what came of an import, for a person, with the first of the rows that were left out."""
    lines = [
        f"{source.file}: {taken.items} posts, {taken.new} new, {taken.changed} changed, {taken.known} known already.",
        *([_passed_over(source, taken)] if taken.private else []),
        *_shown(taken.named, taken.bad),
        *(["Judge them with: postreeve scan"] if taken.new or taken.changed else []),
    ]
    return "\n".join(lines)


def _passed_over(source: Source, taken: Taken) -> str:
    """Return why rows were passed over; LinkedIn does not say of most posts whether they are for everybody."""
    if source.kind != "linkedin" or source.all_public:
        return f"{taken.private} were not public and were passed over."
    way = "Where the owner confirms that all of them are public, say so with --all-public."
    return f"{taken.private} were passed over, since the download does not say that they are for everybody. {way}"


def _shown(named: Sequence[str], total: int) -> list[str]:
    if not total:
        return []
    more = [f"  … and {total - SHOWN} more (--json names up to {archive_run.TOLD})"] if total > SHOWN else []
    return [f"{total} rows were left out:", *(f"  {one}" for one in named[:SHOWN]), *more]


COMMANDS = (import_archive,)
