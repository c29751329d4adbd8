"""The tables of notices, of the keys people choose, and of what is not on the register.

See `data.schema` for the conventions.
"""

from sqlalchemy import Column, ForeignKey, Index, String, Table, UniqueConstraint

from data.columns import count, json, key, metadata, ref, text, time, word

# fmt: off
notice = Table(
    "notice", metadata, key(), word("kind", "notice.Kind"),
    Column("cause", String(128), nullable=False, comment="what there is to tell, by its lasting name; no words"),
    Column("recipient", String(64), nullable=False, comment="person:12, or team:slack"),
    ref("person_id", "person.id", "who is told; null for a team's channel", required=False),
    word("channel", "email, slack or teams"), time("put_at", "put down", required=True),
    time("next_at", "not to be tried before; null once settled"), count("tries", "failures so far"),
    text("error", "why the last try failed, a sentence without anybody's words"), time("sent_at", "sent"),
    time("given_up_at", "given up after too many tries"), time("dropped_at", "found no longer called for"),
    time("opened_at", "an urgent one: someone opened the page it leads to"),
    UniqueConstraint("cause", "recipient"), Index("ix_notice_next_at", "next_at"),
    comment="what is to be sent and what was: no text, that is written when it goes out",
)
notice_preference = Table(
    "notice_preference", metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True, comment="whose"),
    json("kinds_off", "kinds switched off"), json("departments", "only these; all when empty"),
    word("digest", "daily, weekly or never"), word("reach", "email, or team: the team's channel alone"),
    time("changed_at", "last changed", required=True),
    comment="which notices a person wants; who has no row gets what is usual",
)
key_choice = Table(
    "key_choice", metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True, comment="whose"),
    json("chosen", "key by step of the review; a step that is not named has none"),
    time("changed_at", "last changed", required=True),
    comment="keys that people chose for the page of an alert; who has no row has none",
)
candidate = Table(
    "candidate", metadata, key(), word("platform", "Platform; empty where the post does not say"),
    text("handle", "name there; a digest once dismissed"), ref("post_id", "post.id", "newest post that names it"),
    text("why", "name or linked: what makes it look like the council's"), count("posts", "posts that name it"),
    time("found_at", "first found", required=True), time("dismissed_at", "set aside"),
    text("dismissed_by", "by whom"), text("reason", "why it is not the council's"),
    UniqueConstraint("platform", "handle"),
    comment="names in own posts that look like the council's and are not on the register; never collected",
)
