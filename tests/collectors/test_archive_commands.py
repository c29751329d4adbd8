"""postreeve import-archive, as its users call it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from collectors.archive_commands import check_zone, identity, import_archive, kind_of
from collectors.archive_run import ACTION
from data.cli import Context
from data.config import Settings
from data.errors import ArchiveError, NotFound
from data.model import Account, Platform
from data.store import ledger, posts, runs
from data.store.engine import create_or_upgrade
from tests.collectors.archives import (
    DID,
    PDS,
    car,
    mastodon_download,
    note,
    on_bluesky,
    on_mastodon,
    on_x,
    tarred,
    tweet,
    x_download,
    zipped,
)
from tests.collectors.meta_downloads import (
    JUNE,
    facebook_download,
    fb_post,
    ig_media,
    instagram_download,
    linkedin_download,
    share,
    shares,
)
from tests.collectors.support import account
from tests.support.clock import FakeClock
from tests.support.register import add, row


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[Path]:
    """A folder with a store, four accounts and a download of each."""
    store, _ = create_or_upgrade(f"sqlite:///{tmp_path}/postreeve.db", clock)
    add(
        store,
        row("on-x", platform="x", handle="@council", url=""),
        row("on-mastodon", platform="mastodon", handle="council@town.example", url=""),
        row("on-bluesky", platform="bluesky", handle=DID, url=""),
        row("on-facebook", platform="facebook", handle="town.council", url="https://facebook.example/town.council"),
        row("on-instagram", platform="instagram", handle="town_council", url=""),
        row("on-linkedin", platform="linkedin", handle="town-council", url=""),
    )
    (tmp_path / "x.zip").write_bytes(zipped(x_download(tweet(1, "One"), tweet(2, "Two"))).getvalue())
    (tmp_path / "m.tar.gz").write_bytes(tarred(mastodon_download(note("1", "<p>One</p>"))).getvalue())
    post = {"$type": "app.bsky.feed.post", "text": "One", "createdAt": "2025-06-01T09:00:00Z"}
    (tmp_path / "r.car").write_bytes(car({"app.bsky.feed.post/3l1": post}).getvalue())
    (tmp_path / "f.csv").write_text("ref,body,created\n1,One,2026-06-01 10:00\n2,,2026-06-01 10:00\n", encoding="utf-8")
    yield tmp_path
    store.close()


def run(folder: Path, account_id: str, file: str, *options: str, as_json: bool = False) -> tuple[Context, Result]:
    """Run the verb; return its context, which has the failures, and what it said."""
    context = Context(Settings(store=f"sqlite:///{folder}/postreeve.db"), as_json)
    arguments = [str(folder / file), "--account", account_id, *options]
    return context, CliRunner().invoke(import_archive, arguments, obj=context)


def new(folder: Path, account_id: str, file: str, *options: str) -> Any:
    """Return the document of a run that ended well."""
    _, result = run(folder, account_id, file, *options, as_json=True)
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_downloads_that_do_not_say_who_may_read_them(desk: Path) -> None:
    (desk / "f.zip").write_bytes(zipped(facebook_download(fb_post("One"), fb_post("Two", JUNE + 60))).getvalue())
    context, refused = run(desk, "on-facebook", "f.zip")
    assert isinstance(refused.exception, ArchiveError)
    found = new(desk, "on-facebook", "f.zip", "--all-public")
    assert (found["kind"], found["new"], found["private"]) == ("facebook", 2, 0)
    assert new(desk, "on-facebook", "f.zip", "--all-public")["known"] == 2
    with context.store.read() as tx:
        said = [json.loads(e.detail or "{}") for e in ledger.entries(tx) if e.action == ACTION]
        assert runs.coverage_of(tx, "on-facebook") == []
    assert [one["stated_public"] for one in said] == [True, True]


def test_an_instagram_download_and_a_table_of_linkedin(desk: Path) -> None:
    (desk / "i.zip").write_bytes(zipped(instagram_download({"media": [ig_media("One")]})).getvalue())
    (desk / "Shares.csv").write_bytes(shares(share(7, "One"), share(8, "Two", Visibility="MEMBER_NETWORK")))
    assert new(desk, "on-instagram", "i.zip")["new"] == 1
    _, result = run(desk, "on-linkedin", "Shares.csv")
    assert result.stdout.splitlines() == [
        "Shares.csv: 1 posts, 1 new, 0 changed, 0 known already.",
        "1 were passed over, since the download does not say that they are for everybody. "
        "Where the owner confirms that all of them are public, say so with --all-public.",
        "Judge them with: postreeve scan",
    ]
    (desk / "l.zip").write_bytes(zipped(linkedin_download(share(7, "One"), share(9, "Three"))).getvalue())
    found = new(desk, "on-linkedin", "l.zip", "--all-public")
    assert (found["kind"], found["new"], found["known"]) == ("linkedin", 1, 1)


def test_every_kind_from_the_shell(desk: Path) -> None:
    found = new(desk, "on-x", "x.zip")
    assert (found["kind"], found["new"], found["known"], found["bad"]) == ("x", 2, 0, 0)
    assert len(found["sha256"]) == 64
    assert new(desk, "on-x", "x.zip")["known"] == 2
    assert new(desk, "on-mastodon", "m.tar.gz")["new"] == 1
    assert new(desk, "on-bluesky", "r.car", "--server", PDS)["new"] == 1


def test_a_table_with_a_bad_row_ends_with_a_failure_that_is_named(desk: Path) -> None:
    pairs = ("--map", "text=body", "--map", "published=created", "--map", "id=ref", "--zone", "Europe/London")
    context, result = run(desk, "on-facebook", "f.csv", *pairs)
    assert context.failures == ["f.csv, row 3: no text in body"]
    assert result.stdout.splitlines() == [
        "f.csv: 1 posts, 1 new, 0 changed, 0 known already.",
        "1 rows were left out:",
        "  f.csv, row 3: no text in body",
        "Judge them with: postreeve scan",
    ]


@pytest.mark.parametrize(
    ("whose", "file", "options", "error"),
    [
        ("on-x", "m.tar.gz", (), ArchiveError),
        ("on-mastodon", "x.zip", (), ArchiveError),
        ("on-x", "r.car", (), ArchiveError),
        ("on-facebook", "x.zip", (), ArchiveError),
        ("nobody", "x.zip", (), NotFound),
        ("on-x", "x.zip", ("--by", "nobody@council.example"), NotFound),
        ("on-x", "lost.zip", (), SystemExit),
        ("on-x", "x.zip", ("--zone", "Mars"), SystemExit),
    ],
)
def test_what_is_refused_stores_nothing(
    desk: Path, whose: str, file: str, options: tuple[str, ...], error: type[BaseException]
) -> None:
    context, result = run(desk, whose, file, *options)
    assert isinstance(result.exception, error)
    with context.store.read() as tx:
        assert posts.count(tx) == 0


def test_the_kind_is_said_or_told_by_name_and_platform() -> None:
    assert kind_of(Path("a.zip"), on_x(), None) == "x"
    assert kind_of(Path("a.CSV"), on_x(), None) == "csv"
    assert kind_of(Path("a.txt"), on_mastodon(), "jsonl") == "jsonl"
    assert kind_of(Path("a"), on_bluesky(), None) == "bluesky"
    for other, wanted in ((account(Platform.THREADS), None), (on_x(), "mastodon")):
        with pytest.raises(ArchiveError):
            kind_of(Path("a.zip"), other, wanted)


def test_a_zone_that_is_none() -> None:
    context = click.Context(click.Command("x"))
    option = click.Option(["--zone"])
    assert check_zone(context, option, None) is None
    assert check_zone(context, option, "Europe/London") == "Europe/London"
    for wrong in ("Mars", "../etc/passwd", "/etc/localtime"):
        with pytest.raises(click.BadParameter):
            check_zone(context, option, wrong)


def test_without_the_network_a_did_must_be_known() -> None:
    context = Context(Settings())
    found = identity(context, on_bluesky(), f"{PDS}/")
    assert (found.did, found.pds) == (DID, PDS)
    unknown: Account = on_bluesky(platform_id="")
    with pytest.raises(ArchiveError, match="leave --server out"):
        identity(context, unknown, PDS)
