"""Triggers that note which account and hour a change to a post, finding, alert or review touches.

The database does it and not the code that writes, so that nothing escapes: an edit, an erasure, a back-dated post, a
row that somebody deletes by hand. What the rollups then have to count again stands in `rollup_touched`.
"""

from collections.abc import Iterator

# Each table, the columns whose change matters, and the way from its row (NEW or OLD) to the post.
WATCHED = {
    "post": ("account_id, published_at, first_seen_at, version_id", ""),
    "finding": (
        "version_id, part, assessed, not_assessed",
        "JOIN version v ON v.post_id = p.id WHERE v.id = {row}.version_id",
    ),
    "alert": ("post_id, cause", "WHERE p.id = {row}.post_id"),
    "review": (
        "alert_id, judgement, undone_at",
        "JOIN alert a ON a.post_id = p.id WHERE a.id = {row}.alert_id",
    ),
}
HOUR = {
    "sqlite": "substr(coalesce({0}.published_at, {0}.first_seen_at), 1, 13)",
    "postgresql": "to_char(coalesce({0}.published_at, {0}.first_seen_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')",
}
EVENTS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def statements(dialect: str) -> list[str]:
    """Return what creates the triggers on `dialect` ("sqlite" or "postgresql")."""
    made = _on_sqlite if dialect == "sqlite" else _on_postgresql
    return [sql for table in WATCHED for sql in made(table)]


def note_everything(dialect: str) -> str:
    """Return what notes every post there is, for a first count and for one from the beginning."""
    return (
        f"INSERT INTO rollup_touched (account_id, hour) SELECT DISTINCT p.account_id, {HOUR[dialect].format('p')} "  # noqa: S608
        "FROM post p WHERE true ON CONFLICT DO NOTHING"
    )


def _on_sqlite(table: str) -> Iterator[str]:
    for event, rows in EVENTS.items():
        columns = f" OF {WATCHED[table][0]}" if event == "UPDATE" else ""
        body = "; ".join(_note("sqlite", table, row) for row in rows)
        yield f"CREATE TRIGGER rollup_{table}_{event.lower()} AFTER {event}{columns} ON {table} BEGIN {body}; END"


def _on_postgresql(table: str) -> Iterator[str]:
    old, new = (_note("postgresql", table, row) for row in ("OLD", "NEW"))
    yield (
        f"CREATE FUNCTION rollup_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {old}; END IF; IF TG_OP <> 'DELETE' THEN {new}; END IF; RETURN NULL; END $$"
    )
    yield (
        f"CREATE TRIGGER rollup_{table} AFTER INSERT OR DELETE OR UPDATE OF {WATCHED[table][0]} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION rollup_{table}()"
    )


def _note(dialect: str, table: str, row: str) -> str:
    """Return the insert of one touched hour; one that is there already is left alone."""
    post = row if table == "post" else "p"
    source = "" if table == "post" else f" FROM post p {WATCHED[table][1].format(row=row)}"
    found = f"SELECT {post}.account_id AS account_id, {HOUR[dialect].format(post)} AS hour{source}"
    same = "t.account_id = found.account_id AND t.hour = found.hour"
    return (
        f"INSERT INTO rollup_touched (account_id, hour) SELECT account_id, hour FROM ({found}) AS found "  # noqa: S608
        f"WHERE NOT EXISTS (SELECT 1 FROM rollup_touched t WHERE {same})"
    )
