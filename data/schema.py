"""The tables of the store (SQLAlchemy Core), each column with its meaning and unit as a comment.

One council a store. Times are UTC, dates are days in the council's zone, probabilities lie in [0, 1], digests are
SHA-256 in hexadecimal. Names of states and kinds are the values of the enumerations in `data.model`.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql

import data.schema_insight
import data.schema_notices
import data.schema_register
import data.schema_reports
import data.schema_rights
import data.schema_samples
import data.schema_work  # noqa: F401  (their tables belong to the same metadata)
from data.columns import BigId, UtcTime, count, day, digest, json, key, metadata, ref, text, time, word

__all__ = ["UtcTime", "metadata"]
UNENDED = sql("finished_at IS NULL")

# One column a phrase reads as a table; one argument a line would make it three times as long.
# fmt: off
# ---------------------------------------------------------------- people and the register

person = Table(
    "person", metadata, key(),
    Column("email", String(320), nullable=False, unique=True, comment="lower case; how a person is named"),
    text("name", "as shown"), Column("active", Boolean, nullable=False, default=True, comment="may sign in"),
    Column("password_hash", Text, comment="Argon2id; null where another service signs the person in"),
    count("failed_signins", "wrong passwords since the last right one"), time("locked_until", "no sign-in before"),
    time("created_at", "when added", required=True),
    comment="people who own, review or decide; they join, move and leave",
)
person_role = Table(
    "person_role", metadata, key(), ref("person_id", "person.id", "who"), word("role", "Role"),
    time("since", "granted", required=True), time("until", "withdrawn"),
    comment="who may do what, dated; the rights of a role stand in data.permissions",
)
session = Table(
    "session", metadata, Column("token_hash", String(64), primary_key=True, comment="SHA-256 of the cookie's token"),
    ref("person_id", "person.id", "who"), time("created_at", "sign-in", required=True),
    time("expires_at", "end at the latest", required=True), time("revoked_at", "signed out"),
    comment="sign-ins to the dashboard, kept on the server so that they can be ended",
)
application = Table(
    "application", metadata, key(), time("submitted_at", "when", required=True),
    ref("submitted_by", "person.id", "who applied", required=False), text("department", "department"),
    text("note", "anything the applicant adds"), comment="one application for one or more accounts",
)
account = Table(
    "account", metadata, Column("id", String(64), primary_key=True, comment="the register's id"),
    word("platform", "Platform"), text("handle", "name on the platform as registered"),
    text("url", "public address: a profile, or a feed"),
    text("service_url", "address of its server, where not the usual"),
    text("plc_url", "address of the DID directory (Bluesky), where not the usual"), word("kind", "AccountKind"),
    text("department", "department"), text("platform_id", "the platform's lasting id (DID, numeric id), once known"),
    time("created_at", "when registered", required=True),
    comment="social accounts and feeds of the council; nothing outside this table is ever collected",
)
account_person = Table(
    "account_person", metadata, key(), ref("account_id", "account.id", "account"),
    ref("person_id", "person.id", "who"), word("link", "owner, deputy, may_post or line_manager"),
    time("since", "from", required=True), time("until", "to"),
    comment="who holds which account, dated: accounts are handed over",
)
passport = Table(
    "passport", metadata, key(), ref("account_id", "account.id", "account"),
    ref("application_id", "application.id", "application", required=False), word("state", "PassportState"),
    text("purpose", "business case: what it is for"), text("audience", "business case: for whom"),
    text("cadence", "business case: how often it will post"), text("lawful_basis", "UK GDPR Article 6 basis"),
    text("dpia_ref", "reference of the data protection impact assessment"), day("notice_date", "the owner was told"),
    day("review_date", "monitoring is reviewed"), day("renewal_date", "live before and on this day"),
    text("conditions", "the panel's conditions"), time("created_at", "when", required=True),
    comment="the approval of one account for one period",
)
passport_event = Table(
    "passport_event", metadata, key(), ref("passport_id", "passport.id", "passport"),
    time("at", "when", required=True), text("actor", "who"), word("action", "approve, refuse, …"),
    text("from_state", "before"), text("to_state", "after"), text("reason", "why"),
    text("conditions", "conditions set"), comment="every step of a passport, append-only",
)
panel_member = Table(
    "panel_member", metadata, key(), ref("passport_event_id", "passport_event.id", "decision"),
    ref("person_id", "person.id", "member"), text("vote", "for, against, abstained, recused"),
    text("interest", "declared"), comment="who sat on the panel that took a decision",
)

# ---------------------------------------------------------------- collection

collection_run = Table(
    "collection_run", metadata, key(), ref("account_id", "account.id", "account", index=False),
    time("started_at", "start", required=True), time("finished_at", "end; null while running or when it was killed"),
    text("outcome", "ok, unchanged, empty, failed, skipped"), text("code", "why, in one word"),
    text("reason", "why, in a sentence"), count("items", "items received"), count("new", "posts not known before"),
    count("changed", "new versions of known posts"), count("gone", "posts found missing"),
    count("dropped", "entries that could not be understood"),
    Column("gap", Boolean, nullable=False, default=False, comment="a stretch was missed"),
    count("requests", "requests made"),
    Column("cost", Float, nullable=False, default=0.0, comment="price of the requests, US dollars"),
    digest("merkle_root", "root over the run's evidence", required=False),
    Index("ix_collection_run_account_id_id", "account_id", "id"),
    Index("ix_collection_run_unended", "account_id", sqlite_where=UNENDED, postgresql_where=UNENDED),
    comment="one collection of one account",
)
cursor = Table(
    "cursor", metadata, Column("account_id", ForeignKey("account.id"), primary_key=True, comment="account"),
    Column("format", Integer, nullable=False, comment="version of the meaning of state"),
    json("state", "the collector's own"), time("high_water", "time of the newest post known"),
    time("backfill_to", "how far back the back-fill has come"), time("moved_at", "last moved", required=True),
    comment="where collection stands; moves only after its pages are stored",
)
coverage = Table(
    "coverage", metadata, key(), ref("account_id", "account.id", "account"),
    time("from_at", "start", required=True), time("to_at", "end", required=True),
    Column("complete", Boolean, nullable=False, comment="nothing missed in between"),
    text("cause", "why not complete"), ref("run_id", "collection_run.id", "run", required=False),
    comment="which stretches of time of an account were collected",
)
account_snapshot = Table(
    "account_snapshot", metadata, key(), ref("account_id", "account.id", "account"),
    time("at", "seen", required=True), text("handle", "handle then"), text("name", "display name then"),
    text("biography", "biography then"), Column("followers", Integer, comment="followers then, where shown"),
    text("status", "status then"), comment="what the platform showed of the account; a row only when it changed",
)
evidence = Table(
    "evidence", metadata, key(), ref("account_id", "account.id", "account"),
    ref("run_id", "collection_run.id", "run that brought it", required=False),
    Column("payload", LargeBinary, comment="the item's payload after minimisation; null when erased"),
    digest("payload_sha256", "digest of payload"), digest("original_sha256", "digest of the item as received"),
    digest("response_sha256", "digest of the whole answer it came in"),
    word("rule", "minimisation rule and version"), json("removed", "paths that the rule removed"),
    time("received_at", "when", required=True), time("erased_at", "when the payload was erased"),
    ref("certificate_id", "certificate.id", "certificate of erasure", required=False), comment="one item as received",
)
post = Table(
    "post", metadata, key(), ref("account_id", "account.id", "account", index=False),
    text("platform_id", "lasting id there"), word("kind", "PostKind"), text("url", "public address"),
    time("published_at", "platform's time, checked"),
    text("time_note", "why published_at is not simply the platform's word"),
    text("reply_to", "the parent's id, never its author"), time("first_seen_at", "first collected", required=True),
    time("last_seen_at", "last seen there", required=True), time("gone_at", "found missing"),
    time("erased_at", "when its words were erased; platform_id is then a digest by which it is known again"),
    Column("version_id", BigId, comment="the current version"), UniqueConstraint("account_id", "platform_id"),
    Index("ix_post_account_id_published_at", "account_id", "published_at"),
    comment="one public item of an account; a vanished one is marked, not erased",
)
version = Table(
    "version", metadata, key(), ref("post_id", "post.id", "post", index=False),
    Column("number", Integer, nullable=False, comment="1, 2, …"),
    digest("content_sha256", "digest of the content columns"), text("text", "its own words"),
    text("warning", "content warning, read as part of the text"),
    json("media", "kind, address and alternative text"), json("links", "true targets"),
    text("language", "as the platform says"),
    text("shared_text", "words of others it passes on, without their author"),
    time("updated_at", "platform's time of change"), time("seen_at", "first seen so", required=True),
    ref("evidence_id", "evidence.id", "evidence"), UniqueConstraint("post_id", "number"),
    comment="one state of a post's content",
)

# ---------------------------------------------------------------- findings, policy, alerts

model = Table(
    "model", metadata, Column("hash", String(64), primary_key=True, comment="SHA-256 of the manifest"),
    text("name", "as in its card"), json("manifest", "files and their digests"),
    time("created_at", "added", required=True), time("activated_at", "in use since"),
    comment="classifiers, kept so that a finding can be reproduced",
)
policy_version = Table(
    "policy_version", metadata, key(), text("name", "its version as written in it"),
    text("content", "the policy, TOML"), digest("sha256", "digest of content"),
    time("effective_from", "in force since", required=True), text("actor", "who put it in force"),
    comment="the council's policy as it was at any time",
)
finding = Table(
    "finding", metadata, key(), ref("version_id", "version.id", "version", index=False), word("part", "Part"),
    Column("model_hash", ForeignKey("model.hash"), nullable=False, comment="by which model"),
    Column("score", Float, comment="probability that a reviewer would uphold it; null when nothing could be assessed"),
    json("categories", "probability by category"), json("characteristics", "probability by characteristic"),
    word("assessed", "full, partial, none"), text("language", "as recognised"),
    json("not_assessed", "image, video, language"), json("cues", "contexts that argue against a flag"),
    time("at", "when", required=True), UniqueConstraint("version_id", "part", "model_hash"),
    comment="what the classifier said of one part of one version",
)
explanation = Table(
    "explanation", metadata, Column("finding_id", ForeignKey("finding.id"), primary_key=True, comment="finding"),
    Column("raw", Float, nullable=False, comment="raw score, log-odds"),
    Column("base", Float, nullable=False, comment="log-odds"),
    Column("rest", Float, nullable=False, comment="sum of the weights not listed, log-odds"),
    json("words", "[start, end, weight] in code points of the original text"), comment="stored for alerts only",
)
alert = Table(
    "alert", metadata, key(), ref("post_id", "post.id", "post", index=False),
    ref("version_id", "version.id", "version met"), word("cause", "Part"),
    word("status", "AlertStatus, the projection of the events"), word("severity", "highest of its clauses"),
    time("opened_at", "when", required=True), ref("claimed_by", "person.id", "reviewer at work", required=False),
    time("claim_until", "claim lapses"), time("reply_asked_at", "owner asked"), time("replied_at", "owner replied"),
    time("decided_at", "decided"), time("interim_at", "owner asked to hide or correct it now; not a finding"),
    count("revision", "goes up with every event; guards conditional updates"),
    UniqueConstraint("post_id", "cause"), Index("ix_alert_status_severity_id", "status", "severity", "id"),
    Index("ix_alert_decided_at", "decided_at"),
    comment="one a post and cause; a prompt, never a finding of fact",
)
alert_hit = Table(
    "alert_hit", metadata, key(), ref("alert_id", "alert.id", "alert"), ref("finding_id", "finding.id", "finding"),
    ref("policy_version_id", "policy_version.id", "policy", index=False), word("clause", "clause id"),
    text("title", "clause"), word("severity", "of the clause"), word("category", "Category"),
    json("characteristics", "those above their threshold"),
    Column("probability", Float, nullable=False, comment="of the category"),
    Column("threshold", Float, nullable=False, comment="of the clause then"), time("at", "when", required=True),
    UniqueConstraint("alert_id", "finding_id", "policy_version_id", "clause"), comment="a clause met by a finding",
)
alert_event = Table(
    "alert_event", metadata, key(), ref("alert_id", "alert.id", "alert"), time("at", "when", required=True),
    text("actor", "who"),
    word("action", "open, claim, release, ask_reply, reply, decide, appeal, reopen, undo, close"),
    text("from_status", "before"), text("to_status", "after"), json("detail", "what belongs to it"),
    comment="append-only",
)
reply = Table(
    "reply", metadata, key(), ref("alert_id", "alert.id", "alert"), time("at", "when", required=True),
    ref("person_id", "person.id", "who wrote it", required=False), text("text", "the owner's words"),
    text("companion", "who stands beside the owner, where they named someone"),
    comment="the owner's words about an alert",
)
review = Table(
    "review", metadata, key(), ref("alert_id", "alert.id", "alert"),
    ref("version_id", "version.id", "what was judged"),
    ref("policy_version_id", "policy_version.id", "policy then", index=False), time("at", "when", required=True),
    ref("reviewer_id", "person.id", "who"), word("judgement", "Judgement: was the flag right"),
    json("categories", "confirmed"), json("characteristics", "confirmed"), word("outcome", "Outcome: what follows"),
    word("clause", "clause id"), text("reason", "why"), time("undone_at", "taken back"),
    comment="a person's decision; only the judgement trains or measures the model",
)
opinion = Table(
    "opinion", metadata, key(), ref("alert_id", "alert.id", "alert"),
    ref("version_id", "version.id", "what was judged"), ref("person_id", "person.id", "who"),
    time("at", "when", required=True), word("judgement", "Judgement"),
    json("categories", "confirmed"), json("characteristics", "confirmed"), word("outcome", "Outcome"),
    word("clause", "clause id"), text("reason", "why"), ref("answers", "opinion.id", "first opinion", required=False),
    comment="what each of two reviewers thought, the second without seeing the first's; a decision is a review",
)
rating = Table(
    "rating", metadata, key(), ref("review_id", "review.id", "decision"), ref("person_id", "person.id", "holder"),
    time("at", "when", required=True), Column("fair", Boolean, nullable=False, comment="was it fair"),
    Column("clear", Boolean, nullable=False, comment="was it clear"),
    Column("useful", Boolean, nullable=False, comment="was it useful"), text("note", "in their words"),
    UniqueConstraint("review_id", "person_id"), comment="how a holder found a review of a post of theirs",
)
support = Table(
    "support", metadata, key(), ref("review_id", "review.id", "decision it came from"),
    ref("account_id", "account.id", "account"), word("kind", "advice or training"), text("text", "words for the owner"),
    time("given_at", "when", required=True), day("due", "to be taken up by"), time("taken_up_at", "when it was"),
    ref("taken_up_by", "person.id", "who took it up", required=False),
    comment="advice and training: support with a date, never counted against anyone",
)

model_row = Table(
    "model_row", metadata,
    Column("model_hash", ForeignKey("model.hash"), primary_key=True, comment="model that learnt from it"),
    Column("review_id", BigId, primary_key=True, autoincrement=False, comment="review; kept here when that is gone"),
    time("reviewed_at", "time of that review: a number may be given again", required=True),
    comment="which reviews trained which model; one whose reviews are not all there may not be used",
)
model_use = Table(
    "model_use", metadata, key(), time("at", "from", required=True),
    Column("model_hash", ForeignKey("model.hash"), comment="model; null for the shipped one"), text("actor", "who"),
    text("reason", "why"), comment="which model scans use from when on, append-only; none yet: the shipped one",
)

# ---------------------------------------------------------------- the office: requests, audit, rights

request = Table(
    "request", metadata, key(), word("kind", "collect, score, …"), json("subject", "what it is about"),
    text("asked_by", "who"), time("asked_at", "when", required=True), text("lease_by", "worker at it"),
    time("lease_until", "lease lapses"), time("heartbeat_at", "worker's last sign"), time("done_at", "finished"),
    json("result", "answer"), text("error", "sentence, if it failed"), comment="what a screen asks of the worker",
)
audit_log = Table(
    "audit_log", metadata,
    Column("seq", BigId, primary_key=True, autoincrement=False, comment="1, 2, … without a hole"),
    time("at", "when", required=True), text("actor", "who"), word("action", "what"),
    text("subject", "table and id", index=True), digest("detail_hash", "salted commitment to the detail"),
    digest("prev", "hash of the row before"), digest("hash", "of this row"),
    comment="who did or read what: hash-chained, ids and commitments only",
)
audit_detail = Table(
    "audit_detail", metadata, Column("seq", ForeignKey("audit_log.seq"), primary_key=True, comment="row of audit_log"),
    Column("salt", String(64), comment="random; null when erased"),
    Column("detail", Text, comment="canonical JSON; null when erased"), time("erased_at", "when"),
    ref("certificate_id", "certificate.id", "certificate", required=False),
    comment="the details behind the commitments, erasable",
)
audit_head = Table(
    "audit_head", metadata, Column("id", Integer, primary_key=True, comment="always 1"),
    Column("seq", BigId, nullable=False, comment="number of rows"), digest("hash", "of the newest row"),
    comment="the chain's head; locked by every writer",
)
certificate = Table(
    "certificate", metadata, key(), time("at", "when", required=True), text("actor", "who"),
    text("reason", "ground"), json("scope", "tables and ids, no personal data"),
    comment="of an erasure carried out lawfully",
)
legal_hold = Table(
    "legal_hold", metadata, key(), text("subject", "table and id"), text("reason", "why"), text("actor", "who"),
    time("placed_at", "from", required=True), time("lifted_at", "to"), comment="what may not be erased for now",
)
