"""The register of exports: every verb that writes a file of what is stored notes it here, in one call.

When something is erased, the exports that may hold it are told, so that whoever has them can be told in turn.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from data.model import Person
from data.permissions import Action, check
from data.services.actors import ref
from data.store import exports, ledger
from data.store.engine import Store
from data.store.rows import AnyRow, Rows


@dataclass(frozen=True, slots=True)
class Scope:
    """What an export holds: words of posts or about them, names or addresses of people; of which accounts and posts
    (None: of all)."""

    words: bool = False
    people: bool = False
    accounts: tuple[str, ...] | None = None
    posts: tuple[int, ...] | None = None

    def document(self) -> dict[str, Any]:
        """Return it as it is stored."""
        lists = {"accounts": self.accounts, "posts": self.posts}
        return {"words": self.words, "people": self.people} | {k: list(v) for k, v in lists.items() if v is not None}


def note(tx: Connection, at: datetime, actor: Person, what: str, scope: Scope, rows: int, sha256: str | None) -> int:
    """Enter an export in the register and in the audit log; return its number.

    `what` is one word (accounts, posts, dossier, bundle, …), `rows` how many there are, `sha256` that of the file.
    """
    number = exports.add(tx, at, ref(actor), what, scope.document(), rows, sha256)
    ledger.append(tx, at, ref(actor), "export", f"export:{number}", {"what": what, "rows": rows, "sha256": sha256})
    return number


def note_file(store: Store, actor: Person, what: str, scope: Scope, rows: int, file: Path) -> int:
    """Enter a file that was just written; return the number of the entry."""
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    with store.write() as tx:
        return note(tx, store.now(), actor, what, scope, rows, sha256)


def listed(store: Store, actor: Person) -> Rows:
    """Return the register of exports, oldest first."""
    check(actor, Action.MANAGE_RIGHTS)
    with store.read() as tx:
        return exports.since(tx)


def with_words_of(tx: Connection, account_id: str, post_id: int | None, since: datetime | None) -> Rows:
    """Return the exports since a time that may hold words of a post, or of any post of an account."""

    def may(row: AnyRow) -> bool:
        posts, accounts = row.scope.get("posts"), row.scope.get("accounts")
        ours = account_id in accounts if accounts is not None else True
        return row.scope["words"] and ours and (posts is None or post_id is None or post_id in posts)

    return _those(tx, since, may)


def with_people(tx: Connection) -> Rows:
    """Return the exports that may name people."""
    return _those(tx, None, lambda row: bool(row.scope["people"]))


def _those(tx: Connection, since: datetime | None, may: Callable[[AnyRow], bool]) -> Rows:
    return [row for row in exports.since(tx, since) if may(row)]
