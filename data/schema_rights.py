"""The tables of people's rights: exports handed out, and requests with their dates. Holds and certificates: the schema.

See `data.schema` for the conventions; the metadata is the same.
"""

from sqlalchemy import Index, Table

from data.columns import count, day, digest, json, key, metadata, text, time, word

# fmt: off
export_register = Table(
    "export_register", metadata, key(), time("at", "when", required=True), text("actor", "who"),
    word("what", "which export: accounts, bundle, …"),
    json("scope", "accounts and posts by number, whether with words of posts or names; no personal data"),
    count("rows", "rows written"), digest("sha256", "digest of the file", required=False),
    Index("ix_export_register_at", "at"),
    comment="what left the store as a file, so that its holders can be told of an erasure",
)
rights_case = Table(
    "rights_case", metadata, key(),
    word("kind", "access, objection, restriction, rectification or complaint"),
    text("person", "who asks, as they are to be answered; empty when erased"), text("about", "what it is about"),
    text("opened_by", "who wrote it down"), time("opened_at", "when it reached the council", required=True),
    day("acknowledge_by", "to be acknowledged"), time("acknowledged_at", "acknowledged"),
    day("due", "to be answered"), time("closed_at", "answered"), text("outcome", "what was answered"),
    comment="requests under data protection law, and complaints, with what is due when",
)
