"""The tables that can be exported, each column with its kind and meaning. What stands in them: `data.store.dumps`."""

from collections.abc import Mapping
from dataclasses import dataclass

from data.model import Category, Characteristic
from data.reports.columns import Col, Kind

CHANGED = Col("changed_at", Kind.TIME, "newest change known here; --since looks at it")
ACCOUNT = Col("account_id", Kind.ID, "the register's id of the account")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns, and whether words of posts or about them, or what names people, stand in it."""

    columns: tuple[Col, ...]
    words: bool = False
    people: bool = False


def _cols(holds: Kind, /, **meanings: str) -> tuple[Col, ...]:
    return tuple(Col(name, holds, meaning) for name, meaning in meanings.items())


TABLES: Mapping[str, Table] = {
    "accounts": Table(
        (
            *_cols(Kind.ID, id="the register's id", platform_id="the platform's lasting id, once known"),
            *_cols(Kind.TEXT, platform="where it lives", kind="whose voice it is", handle="name on the platform"),
            *_cols(Kind.TEXT, url="public address", department="present department", state="of the newest passport"),
            *_cols(Kind.TEXT, purpose="business case: what it is for", audience="business case: for whom"),
            *_cols(Kind.TEXT, cadence="business case: how often it will post", lawful_basis="UK GDPR Article 6 basis"),
            *_cols(Kind.TEXT, dpia_ref="reference of the impact assessment", conditions="the panel's conditions"),
            *_cols(Kind.DAY, notice_date="the owner was told", review_date="monitoring is reviewed"),
            *_cols(Kind.DAY, renewal_date="last day of the passport"),
            *_cols(Kind.TIME, created_at="when registered"),
            CHANGED,
        ),
        people=True,
    ),
    "posts": Table(
        (
            *_cols(Kind.ID, id="our number of the post"),
            ACCOUNT,
            *_cols(Kind.ID, platform_id="its id on the platform"),
            *_cols(Kind.TEXT, kind="own, reply, quote or share", url="public address"),
            *_cols(Kind.TIME, published_at="by the platform, checked", first_seen_at="first collected"),
            *_cols(Kind.TIME, last_seen_at="last seen there", gone_at="found missing there"),
            *_cols(Kind.TEXT, time_note="why published_at is not simply the platform's word"),
            *_cols(Kind.ID, version_id="our number of the present version"),
            *_cols(Kind.COUNT, version="which version this is: 1, 2, …"),
            *_cols(Kind.TEXT, text="its own words", warning="content warning", shared_text="words it passes on"),
            *_cols(Kind.LIST, alt_texts="descriptions of pictures and films"),
            *_cols(Kind.COUNT, media="how many pictures, films and sounds"),
            *_cols(Kind.LIST, links="addresses it points to"),
            *_cols(Kind.TEXT, language="as the platform says"),
            CHANGED,
        ),
        words=True,
    ),
    "alerts": Table(
        (
            *_cols(Kind.ID, id="number of the alert", post_id="post", version_id="version it is about"),
            ACCOUNT,
            *_cols(Kind.TEXT, part="own words or those passed on", status="where it stands", severity="gravest clause"),
            *_cols(Kind.LIST, clauses="clauses met on that version"),
            *_cols(Kind.TIME, opened_at="opened", reply_asked_at="owner asked", replied_at="owner replied"),
            *_cols(Kind.TIME, decided_at="decided"),
            CHANGED,
        )
    ),
    "reviews": Table(
        (
            *_cols(Kind.ID, id="number of the decision", alert_id="alert", version_id="version judged"),
            ACCOUNT,
            *_cols(Kind.TIME, at="when"),
            *_cols(Kind.ID, reviewer="who, by number"),
            *_cols(Kind.TEXT, judgement="was the flag right", outcome="what follows", clause="clause", policy="policy"),
            *_cols(Kind.LIST, categories="confirmed", characteristics="confirmed"),
            *_cols(Kind.TEXT, reason="why, in the reviewer's words"),
            *_cols(Kind.TIME, undone_at="taken back"),
            CHANGED,
        ),
        words=True,
        people=True,
    ),
    "findings": Table(
        (
            *_cols(Kind.ID, id="number of the finding", version_id="version", post_id="post"),
            ACCOUNT,
            *_cols(Kind.TEXT, part="own words or those passed on"),
            *_cols(Kind.ID, model="SHA-256 of the model"),
            *_cols(Kind.NUMBER, score="probability that a reviewer would uphold it, at the model's prevalence"),
            *_cols(Kind.TEXT, assessed="full, partial or none", language="as recognised"),
            *_cols(Kind.LIST, not_assessed="what was left out", cues="contexts that argue against a flag"),
            *_cols(Kind.NUMBER, **{f"category_{c}": f"probability of {c}" for c in Category}),
            *_cols(Kind.NUMBER, **{f"because_of_{c}": "probability that it is the ground" for c in Characteristic}),
            CHANGED,
        )
    ),
    "runs": Table(
        (
            *_cols(Kind.ID, id="number of the collection"),
            ACCOUNT,
            *_cols(Kind.TIME, started_at="began", finished_at="ended; empty when it was killed"),
            *_cols(Kind.TEXT, outcome="ok, unchanged, empty, failed or skipped", code="why, in one word"),
            *_cols(Kind.TEXT, reason="why, in a sentence"),
            *_cols(Kind.COUNT, items="items received", new="posts not known before", changed="new versions"),
            *_cols(Kind.COUNT, gone="posts found missing", dropped="entries not understood", requests="requests made"),
            *_cols(Kind.YES, gap="a stretch was missed"),
            *_cols(Kind.NUMBER, cost="price of the requests, US dollars"),
            CHANGED,
        )
    ),
    "coverage": Table(
        (
            *_cols(Kind.ID, id="number of the stretch"),
            ACCOUNT,
            *_cols(Kind.TIME, from_at="from", to_at="to"),
            *_cols(Kind.YES, complete="nothing was missed in between"),
            *_cols(Kind.TEXT, cause="why not, or where it comes from"),
            CHANGED,
        )
    ),
}
