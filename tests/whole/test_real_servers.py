"""The main job on real input: a real AT Protocol server and a real site behind nginx, registered, collected, scanned.

Between two runs the test edits a post older than the first page and deletes another; on the third nothing is new.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import stamina

from data.store.engine import Store, open_store
from tests.servers.articles import ARTICLES
from tests.servers.pds import Pds, running_pds
from tests.servers.site import Site, running_site
from tests.support import command
from tests.support.register import csv_of, row

Rows = Callable[[Store, str], list[tuple[object, ...]]]


@dataclass(frozen=True)
class Town:
    """Two real servers, a store, and how to call the command on them."""

    pds: Pds
    site: Site
    folder: Path
    env: dict[str, str]

    def run(self) -> dict[str, dict[str, Any]]:
        """Run the command `run`; return the outcome of each account."""
        document = command.call_json(self.folder, "run", **self.env)
        return {a["account"]: a for a in document["collect"]["accounts"]}

    def store(self) -> Store:
        """Open the store."""
        return open_store(self.env["POSTREEVE_STORE"])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Register both accounts in a fresh store."""
    stamina.set_testing(False)
    folder = tmp_path_factory.mktemp("town")
    with running_site(tmp_path_factory.mktemp("site")) as site, running_pds("--posts", "250") as pds:
        allowed = ",".join((*pds.allow_private, site.netloc))
        env = {"POSTREEVE_STORE": f"sqlite:///{folder}/t.db", "POSTREEVE_ALLOW_PRIVATE": allowed}
        sky = row("sky", platform="bluesky", handle=pds.handle, url="", service_url=pds.url, plc_url=pds.plc_url)
        feed = row("news", url=f"{site.url}/feeds/all.atom.xml")
        (folder / "register.csv").write_bytes(csv_of(sky, feed))
        command.call(folder, "init", **env)
        command.call(folder, "account", "import", "register.csv", **env)
        yield Town(pds, site, folder, env)


def one(rows: Rows, store: Store, uri: str, columns: str) -> tuple[object, ...]:
    [found] = rows(
        store,
        f"SELECT {columns} FROM post p JOIN version v ON v.id = p.version_id WHERE p.platform_id = '{uri}'",
    )
    return found


@pytest.mark.timeout(900)
def test_the_whole_way(town: Town, rows: Rows) -> None:
    """First run, edit and deletion, second run, third run: in this order, on one store."""
    first = town.run()
    total = town.pds.posts + 1  # and a repost
    assert (first["sky"]["outcome"], first["sky"]["new"]) == ("ok", total)
    assert (first["news"]["outcome"], first["news"]["new"]) == ("ok", len(ARTICLES))
    store = town.store()
    _check_what_was_kept(town, store, rows)

    old = town.pds.uris["plain"]
    town.pds.put(
        old,
        {
            "$type": "app.bsky.feed.post",
            "text": "Papers are on our NEW website.",
            "createdAt": "2026-01-05T09:00:00.000Z",
        },
    )
    town.pds.delete(town.pds.uris["card"])
    second = town.run()
    sky = second["sky"]
    assert (sky["outcome"], sky["new"], sky["changed"], sky["gone"]) == ("ok", 0, 1, 1)
    assert rows(
        store,
        f"SELECT number, text FROM version v JOIN post p ON p.id = v.post_id WHERE platform_id = '{old}' ORDER BY 1",
    ) == [
        (1, "Planning committee papers are now on our website."),
        (2, "Papers are on our NEW website."),
    ]
    assert one(rows, store, town.pds.uris["card"], "gone_at IS NOT NULL, v.text") == (1, "Council tax bands explained.")

    third = town.run()
    assert {a: (o["outcome"], o["new"], o["changed"], o["gone"]) for a, o in third.items()} == {
        "sky": ("unchanged", 0, 0, 0),
        "news": ("unchanged", 0, 0, 0),
    }
    assert third["news"]["code"] == "not_modified"  # the site's answer was 304
    assert rows(store, "SELECT count(*) FROM finding") == rows(store, "SELECT count(*) FROM version")
    assert "Everything verifies." in command.call(town.folder, "verify", **town.env)


def _check_what_was_kept(town: Town, store: Store, rows: Rows) -> None:
    uris = town.pds.uris
    assert rows(store, "SELECT count(*), count(DISTINCT platform_id) FROM post WHERE account_id = 'sky'") == [
        (town.pds.posts + 1, town.pds.posts + 1)
    ]
    text, links, language = one(rows, store, uris["facets"], "v.text, v.links, v.language")
    assert "Ffordd ar gau – Stryd Fawr 🚧" in str(text)
    assert "utm_source=bsky" in str(links)
    assert str(language).startswith("cy")
    assert "The front of the new library" in str(one(rows, store, uris["image"], "v.media")[0])
    assert one(rows, store, uris["reply"], "p.kind, p.reply_to") == ("reply", uris["plain"])
    assert one(rows, store, uris["quote"], "p.kind, v.shared_text")[0] == "quote"
    assert "graphic-media" in str(one(rows, store, uris["warned"], "v.warning")[0])
    assert one(rows, store, uris["repost"], "p.kind, v.text") == ("share", "")
    assert rows(store, f"SELECT count(*) FROM post WHERE platform_id = '{uris['deleted']}'") == [(0,)]
    assert rows(store, "SELECT count(*) FROM evidence WHERE CAST(payload AS TEXT) LIKE '%Canary%'") == [(0,)]
