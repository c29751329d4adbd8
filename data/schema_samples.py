"""The tables of openness: samples of posts read to estimate what flags miss, and pre-election windows.

See `data.schema` for the conventions; the metadata is the same. No words of posts stand in any of them.
"""

from sqlalchemy import Column, Float, Index, String, Table, UniqueConstraint

from data.columns import count, day, json, key, metadata, ref, text, time, word

# fmt: off
sample_draw = Table(
    "sample_draw", metadata, key(), time("at", "drawn", required=True), text("actor", "who"),
    day("since", "first day of the versions drawn from"), day("until", "last day of them"),
    count("size", "posts drawn"), text("dpia", "reference of the impact assessment then"),
    Column("seed", String(64), nullable=False, comment="what the order of the draw was made from, hexadecimal"),
    json("models", "hashes of the models whose scores made the strata"),
    json("strata", "name, population and how many were drawn, of each"),
    count("unassessed", "versions of those days whose own words could not be assessed, so none of them was drawn"),
    count("unscanned", "versions of those days that no model had judged yet, so none of them was drawn"),
    comment="samples of versions, flagged or not, each with its known probability of being drawn",
)
sample_item = Table(
    "sample_item", metadata, key(), ref("draw_id", "sample_draw.id", "draw", index=False),
    count("position", "order in which they are shown"), ref("version_id", "version.id", "version"),
    ref("finding_id", "finding.id", "finding that placed it", index=False),
    Column("stratum", String(64), nullable=False, comment="stratum; never shown to whoever reads it"),
    Column("probability", Float, nullable=False, comment="of being drawn, in (0, 1]"),
    ref("taken_by", "person.id", "who reads it", required=False, index=False),
    time("taken_until", "until then nobody else gets it"),
    ref("answered_by", "person.id", "who answered", required=False), time("answered_at", "answered"),
    word("judgement", "Judgement; empty until answered", default=""), json("categories", "what it was judged to be"),
    ref("alert_id", "alert.id", "alert that the reader opened", required=False, index=False),
    UniqueConstraint("draw_id", "version_id"), Index("ix_sample_item_draw_id_position", "draw_id", "position"),
    comment="a version of a sample, with the answer of one reviewer; it counts against nobody and raises nothing",
)
election_window = Table(
    "election_window", metadata, key(), text("area", "where the election is held"),
    day("first", "first day of the pre-election period"), day("last", "last day of it"),
    text("source", "where the days are published"), time("added_at", "put down", required=True),
    text("added_by", "by whom"), time("withdrawn_at", "taken back"), text("withdrawn_by", "by whom"),
    comment="pre-election periods: a checklist is shown during one, no score knows of them",
)
