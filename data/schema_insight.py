"""The tables of what is learnt: commended posts, lessons, views that people keep, departments' own assessments.

See `data.schema` for the conventions; the metadata is the same.
"""

from sqlalchemy import Column, String, Table, UniqueConstraint

from data.columns import key, metadata, ref, text, time, word

# fmt: off
commendation = Table(
    "commendation", metadata, key(), ref("post_id", "post.id", "post that went well"),
    ref("person_id", "person.id", "who commends it"), time("at", "when", required=True),
    text("reason", "why, in their words, without names"), time("withdrawn_at", "taken back"),
    comment="posts that people commend; never derived from a score",
)
lesson = Table(
    "lesson", metadata, key(), ref("alert_id", "alert.id", "decided alert it comes from"),
    ref("person_id", "person.id", "who wrote it"), time("at", "when", required=True),
    text("text", "what others can learn, without names or words of the post"), time("withdrawn_at", "taken back"),
    comment="what all staff can learn from a decided alert",
)
saved_view = Table(
    "saved_view", metadata, key(), ref("person_id", "person.id", "whose", index=False),
    Column("name", String(80), nullable=False, comment="what they call it"), text("query", "what follows the address"),
    time("at", "when kept", required=True), UniqueConstraint("person_id", "name"),
    comment="views of the trends that people keep for themselves",
)
self_assessment = Table(
    "self_assessment", metadata, key(), text("department", "department, as on the register", index=True),
    word("capability", "assessment.Capability"), word("stage", "assessment.Stage"),
    text("evidence", "what it rests on"), text("said_by", "who in the department says so"),
    ref("person_id", "person.id", "who wrote it down", required=False), time("at", "when", required=True),
    comment="how a department assesses itself, append-only; never computed from alerts",
)
