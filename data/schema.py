"""The tables of the store (SQLAlchemy Core), each column with its meaning and unit as a comment.

One council a store. Times are UTC, dates are days in the council's zone, probabilities lie in [0, 1], digests are
SHA-256 in hexadecimal. Names of states and kinds are the values of the enumerations in `data.model`.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class UtcTime(TypeDecorator[datetime]):
    """A moment: an aware datetime in Python, UTC in the database; refuses one without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as the database wants it; raise `ValueError` without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")


def _key() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True, comment="our own number")


def _text(name: str, comment: str, **more: Any) -> Column[str]:
    return Column(name, Text, nullable=False, default="", comment=comment, **more)


def _word(name: str, comment: str, **more: Any) -> Column[str]:
    return Column(name, String(64), nullable=False, comment=comment, **more)


def _time(name: str, comment: str, *, required: bool = False) -> Column[datetime]:
    return Column(name, UtcTime, nullable=not required, comment=f"{comment}, UTC")


def _day(name: str, comment: str) -> Column[Any]:
    return Column(name, Date, nullable=True, comment=f"{comment}, a day in the council's zone")


def _json(name: str, comment: str) -> Column[Any]:
    return Column(name, JSON, nullable=False, default=list, comment=f"{comment}, JSON")


def _count(name: str, comment: str) -> Column[int]:
    return Column(name, Integer, nullable=False, default=0, comment=comment)


def _ref(name: str, target: str, comment: str, *, required: bool = True, index: bool = True) -> Column[Any]:
    return Column(name, ForeignKey(target), nullable=not required, index=index, comment=comment)


def _digest(name: str, comment: str, *, required: bool = True) -> Column[str]:
    return Column(name, String(64), nullable=not required, comment=f"{comment}, SHA-256 in hexadecimal")


# One column a phrase reads as a table; one argument a line would make it three times as long.
# fmt: off
# ---------------------------------------------------------------- people and the register

person = Table(
    "person", metadata, _key(),
    Column("email", String(320), nullable=False, unique=True, comment="lower case; how a person is named"),
    _text("name", "as shown"), Column("active", Boolean, nullable=False, default=True, comment="may sign in"),
    Column("password_hash", Text, comment="Argon2id; null where another service signs the person in"),
    _count("failed_signins", "wrong passwords since the last right one"), _time("locked_until", "no sign-in before"),
    _time("created_at", "when added", required=True),
    comment="people who own, review or decide; they join, move and leave",
)
person_role = Table(
    "person_role", metadata, _key(), _ref("person_id", "person.id", "who"), _word("role", "Role"),
    _time("since", "granted", required=True), _time("until", "withdrawn"),
    comment="who may do what, dated; the rights of a role stand in data.permissions",
)
session = Table(
    "session", metadata, Column("token_hash", String(64), primary_key=True, comment="SHA-256 of the cookie's token"),
    _ref("person_id", "person.id", "who"), _time("created_at", "sign-in", required=True),
    _time("expires_at", "end at the latest", required=True), _time("revoked_at", "signed out"),
    comment="sign-ins to the dashboard, kept on the server so that they can be ended",
)
application = Table(
    "application", metadata, _key(), _time("submitted_at", "when", required=True),
    _ref("submitted_by", "person.id", "who applied", required=False), _text("department", "department"),
    _text("note", "anything the applicant adds"), comment="one application for one or more accounts",
)
account = Table(
    "account", metadata, Column("id", String(64), primary_key=True, comment="the register's id"),
    _word("platform", "Platform"), _text("handle", "name on the platform as registered"),
    _text("url", "public address: a profile, or a feed"),
    _text("service_url", "address of its server, where not the usual"),
    _text("plc_url", "address of the DID directory (Bluesky), where not the usual"), _word("kind", "AccountKind"),
    _text("department", "department"), _text("platform_id", "the platform's lasting id (DID, numeric id), once known"),
    _time("created_at", "when registered", required=True),
    comment="social accounts and feeds of the council; nothing outside this table is ever collected",
)
account_person = Table(
    "account_person", metadata, _key(), _ref("account_id", "account.id", "account"),
    _ref("person_id", "person.id", "who"), _word("link", "owner, deputy, may_post or line_manager"),
    _time("since", "from", required=True), _time("until", "to"),
    comment="who holds which account, dated: accounts are handed over",
)
passport = Table(
    "passport", metadata, _key(), _ref("account_id", "account.id", "account"),
    _ref("application_id", "application.id", "application", required=False), _word("state", "PassportState"),
    _text("purpose", "business case: what it is for"), _text("audience", "business case: for whom"),
    _text("cadence", "business case: how often it will post"), _text("lawful_basis", "UK GDPR Article 6 basis"),
    _text("dpia_ref", "reference of the data protection impact assessment"), _day("notice_date", "the owner was told"),
    _day("review_date", "monitoring is reviewed"), _day("renewal_date", "live before and on this day"),
    _text("conditions", "the panel's conditions"), _time("created_at", "when", required=True),
    comment="the approval of one account for one period",
)
passport_event = Table(
    "passport_event", metadata, _key(), _ref("passport_id", "passport.id", "passport"),
    _time("at", "when", required=True), _text("actor", "who"), _word("action", "approve, refuse, …"),
    _text("from_state", "before"), _text("to_state", "after"), _text("reason", "why"),
    _text("conditions", "conditions set"), comment="every step of a passport, append-only",
)
panel_member = Table(
    "panel_member", metadata, _key(), _ref("passport_event_id", "passport_event.id", "decision"),
    _ref("person_id", "person.id", "member"), _text("vote", "for, against, abstained, recused"),
    _text("interest", "declared"), comment="who sat on the panel that took a decision",
)

# ---------------------------------------------------------------- collection

collection_run = Table(
    "collection_run", metadata, _key(), _ref("account_id", "account.id", "account", index=False),
    _time("started_at", "start", required=True), _time("finished_at", "end; null while running or when it was killed"),
    _text("outcome", "ok, unchanged, empty, failed, skipped"), _text("code", "why, in one word"),
    _text("reason", "why, in a sentence"), _count("items", "items received"), _count("new", "posts not known before"),
    _count("changed", "new versions of known posts"), _count("gone", "posts found missing"),
    _count("dropped", "entries that could not be understood"),
    Column("gap", Boolean, nullable=False, default=False, comment="a stretch was missed"),
    _count("requests", "requests made"),
    Column("cost", Float, nullable=False, default=0.0, comment="price of the requests, US dollars"),
    _digest("merkle_root", "root over the run's evidence", required=False),
    Index("ix_collection_run_account_id_id", "account_id", "id"), comment="one collection of one account",
)
cursor = Table(
    "cursor", metadata, Column("account_id", ForeignKey("account.id"), primary_key=True, comment="account"),
    Column("format", Integer, nullable=False, comment="version of the meaning of state"),
    _json("state", "the collector's own"), _time("high_water", "time of the newest post known"),
    _time("backfill_to", "how far back the back-fill has come"), _time("moved_at", "last moved", required=True),
    comment="where collection stands; moves only after its pages are stored",
)
coverage = Table(
    "coverage", metadata, _key(), _ref("account_id", "account.id", "account"),
    _time("from_at", "start", required=True), _time("to_at", "end", required=True),
    Column("complete", Boolean, nullable=False, comment="nothing missed in between"),
    _text("cause", "why not complete"), _ref("run_id", "collection_run.id", "run", required=False),
    comment="which stretches of time of an account were collected",
)
account_snapshot = Table(
    "account_snapshot", metadata, _key(), _ref("account_id", "account.id", "account"),
    _time("at", "seen", required=True), _text("handle", "handle then"), _text("name", "display name then"),
    _text("biography", "biography then"), Column("followers", Integer, comment="followers then, where shown"),
    _text("status", "status then"), comment="what the platform showed of the account; a row only when it changed",
)
evidence = Table(
    "evidence", metadata, _key(), _ref("account_id", "account.id", "account"),
    _ref("run_id", "collection_run.id", "run that brought it", required=False),
    Column("payload", LargeBinary, comment="the item's payload after minimisation; null when erased"),
    _digest("payload_sha256", "digest of payload"), _digest("original_sha256", "digest of the item as received"),
    _digest("response_sha256", "digest of the whole answer it came in"),
    _word("rule", "minimisation rule and version"), _json("removed", "paths that the rule removed"),
    _time("received_at", "when", required=True), _time("erased_at", "when the payload was erased"),
    _ref("certificate_id", "certificate.id", "certificate of erasure", required=False), comment="one item as received",
)
post = Table(
    "post", metadata, _key(), _ref("account_id", "account.id", "account", index=False),
    _text("platform_id", "lasting id there"), _word("kind", "PostKind"), _text("url", "public address"),
    _time("published_at", "platform's time, checked"),
    _text("time_note", "why published_at is not simply the platform's word"),
    _text("reply_to", "the parent's id, never its author"), _time("first_seen_at", "first collected", required=True),
    _time("last_seen_at", "last seen there", required=True), _time("gone_at", "found missing"),
    Column("version_id", BigId, comment="the current version"), UniqueConstraint("account_id", "platform_id"),
    Index("ix_post_account_id_published_at", "account_id", "published_at"),
    comment="one public item of an account; a vanished one is marked, not erased",
)
version = Table(
    "version", metadata, _key(), _ref("post_id", "post.id", "post", index=False),
    Column("number", Integer, nullable=False, comment="1, 2, …"),
    _digest("content_sha256", "digest of the content columns"), _text("text", "its own words"),
    _text("warning", "content warning, read as part of the text"),
    _json("media", "kind, address and alternative text"), _json("links", "true targets"),
    _text("language", "as the platform says"),
    _text("shared_text", "words of others it passes on, without their author"),
    _time("updated_at", "platform's time of change"), _time("seen_at", "first seen so", required=True),
    _ref("evidence_id", "evidence.id", "evidence"), UniqueConstraint("post_id", "number"),
    comment="one state of a post's content",
)

# ---------------------------------------------------------------- findings, policy, alerts

model = Table(
    "model", metadata, Column("hash", String(64), primary_key=True, comment="SHA-256 of the manifest"),
    _text("name", "as in its card"), _json("manifest", "files and their digests"),
    _time("created_at", "added", required=True), _time("activated_at", "in use since"),
    comment="classifiers, kept so that a finding can be reproduced",
)
policy_version = Table(
    "policy_version", metadata, _key(), _text("name", "its version as written in it"),
    _text("content", "the policy, TOML"), _digest("sha256", "digest of content"),
    _time("effective_from", "in force since", required=True), _text("actor", "who put it in force"),
    comment="the council's policy as it was at any time",
)
finding = Table(
    "finding", metadata, _key(), _ref("version_id", "version.id", "version", index=False), _word("part", "Part"),
    Column("model_hash", ForeignKey("model.hash"), nullable=False, comment="by which model"),
    Column("score", Float, comment="probability that a reviewer would uphold it; null when nothing could be assessed"),
    _json("categories", "probability by category"), _json("characteristics", "probability by characteristic"),
    _word("assessed", "full, partial, none"), _text("language", "as recognised"),
    _json("not_assessed", "image, video, language"), _json("cues", "contexts that argue against a flag"),
    _time("at", "when", required=True), UniqueConstraint("version_id", "part", "model_hash"),
    comment="what the classifier said of one part of one version",
)
explanation = Table(
    "explanation", metadata, Column("finding_id", ForeignKey("finding.id"), primary_key=True, comment="finding"),
    Column("raw", Float, nullable=False, comment="raw score, log-odds"),
    Column("base", Float, nullable=False, comment="log-odds"),
    Column("rest", Float, nullable=False, comment="sum of the weights not listed, log-odds"),
    _json("words", "[start, end, weight] in code points of the original text"), comment="stored for alerts only",
)
alert = Table(
    "alert", metadata, _key(), _ref("post_id", "post.id", "post", index=False),
    _ref("version_id", "version.id", "version met"), _word("cause", "Part"),
    _word("status", "AlertStatus, the projection of the events"), _word("severity", "highest of its clauses"),
    _time("opened_at", "when", required=True), _ref("claimed_by", "person.id", "reviewer at work", required=False),
    _time("claim_until", "claim lapses"), _time("reply_asked_at", "owner asked"), _time("replied_at", "owner replied"),
    _time("decided_at", "decided"), _count("revision", "goes up with every event; guards conditional updates"),
    UniqueConstraint("post_id", "cause"), Index("ix_alert_status_severity_id", "status", "severity", "id"),
    comment="one a post and cause; a prompt, never a finding of fact",
)
alert_hit = Table(
    "alert_hit", metadata, _key(), _ref("alert_id", "alert.id", "alert"), _ref("finding_id", "finding.id", "finding"),
    _ref("policy_version_id", "policy_version.id", "policy", index=False), _word("clause", "clause id"),
    _text("title", "clause"), _word("severity", "of the clause"), _word("category", "Category"),
    _json("characteristics", "those above their threshold"),
    Column("probability", Float, nullable=False, comment="of the category"),
    Column("threshold", Float, nullable=False, comment="of the clause then"), _time("at", "when", required=True),
    UniqueConstraint("alert_id", "finding_id", "policy_version_id", "clause"), comment="a clause met by a finding",
)
alert_event = Table(
    "alert_event", metadata, _key(), _ref("alert_id", "alert.id", "alert"), _time("at", "when", required=True),
    _text("actor", "who"),
    _word("action", "open, claim, release, ask_reply, reply, decide, appeal, reopen, undo, close"),
    _text("from_status", "before"), _text("to_status", "after"), _json("detail", "what belongs to it"),
    comment="append-only",
)
reply = Table(
    "reply", metadata, _key(), _ref("alert_id", "alert.id", "alert"), _time("at", "when", required=True),
    _ref("person_id", "person.id", "who wrote it", required=False), _text("text", "the owner's words"),
    comment="the owner's words about an alert",
)
review = Table(
    "review", metadata, _key(), _ref("alert_id", "alert.id", "alert"),
    _ref("version_id", "version.id", "what was judged"),
    _ref("policy_version_id", "policy_version.id", "policy then", index=False), _time("at", "when", required=True),
    _ref("reviewer_id", "person.id", "who"), _word("judgement", "Judgement: was the flag right"),
    _json("categories", "confirmed"), _json("characteristics", "confirmed"), _word("outcome", "Outcome: what follows"),
    _word("clause", "clause id"), _text("reason", "why"), _time("undone_at", "taken back"),
    comment="a person's decision; only the judgement trains or measures the model",
)

model_row = Table(
    "model_row", metadata,
    Column("model_hash", ForeignKey("model.hash"), primary_key=True, comment="model that learnt from it"),
    Column("review_id", BigId, primary_key=True, autoincrement=False, comment="review; kept here when that is gone"),
    _time("reviewed_at", "time of that review: a number may be given again", required=True),
    comment="which reviews trained which model; one whose reviews are not all there may not be used",
)
model_use = Table(
    "model_use", metadata, _key(), _time("at", "from", required=True),
    Column("model_hash", ForeignKey("model.hash"), comment="model; null for the shipped one"), _text("actor", "who"),
    _text("reason", "why"), comment="which model scans use from when on, append-only; none yet: the shipped one",
)

# ---------------------------------------------------------------- the office: requests, audit, rights

request = Table(
    "request", metadata, _key(), _word("kind", "collect, score, …"), _json("subject", "what it is about"),
    _text("asked_by", "who"), _time("asked_at", "when", required=True), _text("lease_by", "worker at it"),
    _time("lease_until", "lease lapses"), _time("heartbeat_at", "worker's last sign"), _time("done_at", "finished"),
    _json("result", "answer"), _text("error", "sentence, if it failed"), comment="what a screen asks of the worker",
)
audit_log = Table(
    "audit_log", metadata,
    Column("seq", BigId, primary_key=True, autoincrement=False, comment="1, 2, … without a hole"),
    _time("at", "when", required=True), _text("actor", "who"), _word("action", "what"),
    _text("subject", "table and id"), _digest("detail_hash", "salted commitment to the detail"),
    _digest("prev", "hash of the row before"), _digest("hash", "of this row"),
    comment="who did or read what: hash-chained, ids and commitments only",
)
audit_detail = Table(
    "audit_detail", metadata, Column("seq", ForeignKey("audit_log.seq"), primary_key=True, comment="row of audit_log"),
    Column("salt", String(64), comment="random; null when erased"),
    Column("detail", Text, comment="canonical JSON; null when erased"), _time("erased_at", "when"),
    _ref("certificate_id", "certificate.id", "certificate", required=False),
    comment="the details behind the commitments, erasable",
)
audit_head = Table(
    "audit_head", metadata, Column("id", Integer, primary_key=True, comment="always 1"),
    Column("seq", BigId, nullable=False, comment="number of rows"), _digest("hash", "of the newest row"),
    comment="the chain's head; locked by every writer",
)
certificate = Table(
    "certificate", metadata, _key(), _time("at", "when", required=True), _text("actor", "who"),
    _text("reason", "ground"), _json("scope", "tables and ids, no personal data"),
    comment="of an erasure carried out lawfully",
)
legal_hold = Table(
    "legal_hold", metadata, _key(), _text("subject", "table and id"), _text("reason", "why"), _text("actor", "who"),
    _time("placed_at", "from", required=True), _time("lifted_at", "to"), comment="what may not be erased for now",
)
